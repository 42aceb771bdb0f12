-- :checkhealth specls
local M = {}

function M.check()
  local health = vim.health
  health.start('specls')
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim is older than 0.11', 'Install a newer one: vim.lsp.config and vim.lsp.enable are of 0.11')
    return
  end

  local configuration = vim.lsp.config.specls
  if not configuration then
    health.error('lsp/specls.lua is not on the runtime path', "Append editors/neovim of a clone of specls to 'runtimepath'")
    return
  end
  local program = configuration.cmd[1]
  if vim.fn.executable(program) == 0 then
    health.error(program .. ' is not on the path', 'go install github.com/specls/specls/cmd/specls@latest, and put the directory that "go env GOPATH" names, with /bin, on the path')
    return
  end
  health.ok(vim.fn.exepath(program))

  if vim.lsp.is_enabled and not vim.lsp.is_enabled('specls') then
    health.warn('specls is not enabled', "Put vim.lsp.enable('specls') into init.lua")
  end
  local clients = vim.lsp.get_clients({ name = 'specls' })
  if #clients == 0 then
    health.info('The server is not running; it starts with the first Go or TLA+ file')
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_map(function(buffer)
      return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':t')
    end, vim.tbl_keys(client.attached_buffers))
    table.sort(buffers)
    health.ok(('The server runs for %s'):format(table.concat(buffers, ', ')))
  end

  health.start('specls: what "specls doctor" finds')
  local doctor = vim.system({ program, 'doctor' }, { text = true }):wait(30000)
  for line in vim.gsplit(vim.trim(doctor.stdout or ''), '\n') do
    local state, text = line:match('^%s+(%a+)%s+(.*)$')
    local report = ({ ok = health.ok, mend = health.warn })[state]
    if report then
      report(text)
    else
      health.info(vim.trim(line))
    end
  end
  if doctor.code > 1 then
    health.error('specls doctor failed: ' .. vim.trim(doctor.stderr or ''))
  end
end

return M
