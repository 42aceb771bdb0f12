-- Shows what is under way in a small window above the last line. An echo would
-- not do: when a message comes close behind, Neovim wants Enter to be pressed.
local M = {}

local buffer, window

local function close()
  if window and vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_win_close(window, true)
  end
  window = nil
end

local function show(text)
  if not (buffer and vim.api.nvim_buf_is_valid(buffer)) then
    buffer = vim.api.nvim_create_buf(false, true)
  end
  text = vim.fn.strcharpart(' ' .. text .. ' ', 0, vim.o.columns)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, true, { text })
  local place = {
    relative = 'editor',
    anchor = 'SE',
    row = vim.o.lines - vim.o.cmdheight - 1,
    col = vim.o.columns,
    width = vim.fn.strdisplaywidth(text),
    height = 1,
    style = 'minimal',
    focusable = false,
  }
  if window and vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_win_set_config(window, place)
  else
    place.noautocmd = true
    window = vim.api.nvim_open_win(buffer, false, place)
  end
end

-- update takes an LspProgress event.
function M.update(event)
  local server = vim.lsp.get_client_by_id(event.data.client_id)
  local value = event.data.params.value
  if not server or server.name ~= 'specls' or type(value) ~= 'table' then
    return
  end
  if value.kind == 'end' then
    return close()
  end
  local title = value.title or server.progress.pending[event.data.params.token] or ''
  -- No window can be opened from the command-line window; the next report can.
  pcall(show, vim.trim(title .. ' ' .. (value.message or '')))
end

return M
