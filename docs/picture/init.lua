-- Plays the scene of the picture: convert, mistype the module's name, and open
-- the menu of code actions.

vim.opt.runtimepath:append(vim.env.SPECLS_CONFIG)
vim.lsp.enable('specls')

vim.o.background = 'dark'
vim.o.termguicolors = true
vim.cmd.colorscheme('retrobox')
vim.o.number = true
vim.o.numberwidth = 5
vim.o.signcolumn = 'yes:1'
vim.o.wrap = false
vim.o.tabstop = 4
vim.o.laststatus = 2
vim.o.statusline = ' %f%m%=%{v:lua.vim.lsp.status()} %l:%c '
vim.o.shortmess = vim.o.shortmess .. 'FI'
vim.o.showmode = false
vim.diagnostic.config({
  signs = { text = { 'E', 'W', 'I', 'H' } },
  virtual_lines = {
    -- The pane is narrow: a message is broken at its comma.
    format = function(diagnostic)
      return diagnostic.message:gsub(', ', ',\n') .. ' [' .. diagnostic.code .. ']'
    end,
  },
})

-- The message at the end of a conversion would ask for a key.
vim.notify = function() end

local function wait(condition)
  vim.wait(60000, condition, 20)
end

vim.api.nvim_create_autocmd('UIEnter', {
  once = true,
  callback = vim.schedule_wrap(function()
    vim.cmd.edit('raft.go')
  end),
})

vim.api.nvim_create_autocmd('LspAttach', {
  once = true,
  callback = vim.schedule_wrap(function()
    vim.cmd('/^func stepLeader/')
    vim.cmd('normal! zt')
    local source = vim.api.nvim_get_current_win()
    vim.cmd('vertical rightbelow split')
    vim.api.nvim_win_set_cursor(0, { 1, 0 })
    vim.lsp.buf.code_action({
      apply = true,
      filter = function(action)
        return action.title == 'Convert to TLA+ (etcd)'
      end,
    })
    wait(function()
      return vim.fn.expand('%:t') == 'etcdraft.tla' and vim.api.nvim_buf_line_count(0) > 1
    end)
    vim.api.nvim_win_set_width(source, 48)
    vim.cmd.write()
    vim.cmd([[1substitute/etcdraft/etcdraff/]])
    wait(function()
      return #vim.diagnostic.get(0) > 0
    end)
    vim.api.nvim_win_set_cursor(0, { 1, 12 })
    vim.cmd.nohlsearch()
    vim.cmd.redraw()
    vim.lsp.buf.code_action()
  end),
})
