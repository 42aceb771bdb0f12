-- What the commands of plugin/specls.lua do: find the server of a buffer, ask
-- it, and show what is under way. The work itself is the server's.
local M = {}

local function say(message, level)
  vim.notify('specls: ' .. message, level or vim.log.levels.INFO)
end

-- client returns the server that the current buffer is attached to; without one
-- it says what to do.
local function client()
  local found = vim.lsp.get_clients({ name = 'specls', bufnr = 0 })[1]
  if found then
    return found
  end
  if vim.lsp.is_enabled and not vim.lsp.is_enabled('specls') then
    say("not enabled; put vim.lsp.enable('specls') into init.lua", vim.log.levels.ERROR)
  else
    say('not running in this buffer, which must be a Go or a TLA+ file; see :checkhealth specls', vim.log.levels.ERROR)
  end
end

-- execute runs a command of the server on the current buffer. What goes wrong
-- with the work the server tells by itself; on_result gets the rest.
local function execute(command, argument, on_result)
  local server = client()
  if not server then
    return
  end
  argument.uri = vim.uri_from_bufnr(0)
  server:exec_cmd({ title = command, command = command, arguments = { argument } }, { bufnr = 0 }, function(err, result)
    if err then
      say(err.message, vim.log.levels.ERROR)
    elseif on_result and not (result or {}).error then
      on_result(result)
    end
  end)
end

-- focus says what a conversion concentrates on: the lines that the person gave
-- the command, if any.
local function focus(command)
  if command.range > 0 then
    return ('lines %d to %d'):format(command.line1, command.line2)
  end
end

local function profile(command)
  return command.args ~= '' and command.args or nil
end

-- profiles returns the names of the profiles that begin with lead, the one that
-- fits the buffer best first.
function M.profiles(lead)
  local server = vim.lsp.get_clients({ name = 'specls', bufnr = 0 })[1]
  local answer = server
    and server:request_sync('workspace/executeCommand', {
      command = 'specls.estimate',
      arguments = { { uri = vim.uri_from_bufnr(0) } },
    }, 1000, 0)
  local names = answer and answer.result and answer.result.profiles or {}
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, names)
end

function M.convert(command)
  execute('specls.convert', { profile = profile(command), focus = focus(command) })
end

function M.preview(command)
  execute('specls.previewPrompt', { profile = profile(command), focus = focus(command) })
end

-- reply takes the text of a register, the clipboard's without a name, for what
-- a model answered.
function M.reply(command)
  local register = command.reg ~= '' and command.reg or '+'
  local ok, text = pcall(vim.fn.getreg, register)
  if not ok or text == '' then
    say(('register %s holds no text; copy the reply first, or name the register that has it'):format(register), vim.log.levels.ERROR)
    return
  end
  execute('specls.useReply', { text = text, profile = profile(command) })
end

-- repair asks the model to mend the findings: of the lines given, or all.
function M.repair(command)
  local range
  if command.range > 0 then
    range = {
      start = { line = command.line1 - 1, character = 0 },
      ['end'] = { line = command.line2, character = 0 },
    }
  end
  execute('specls.repair', { range = range })
end

function M.changes()
  execute('specls.showChanges', {})
end

-- model sets the model for this session, asking for it where it is not named.
function M.model(command)
  local server = client()
  if not server then
    return
  end
  local function use(name)
    server.settings = vim.tbl_deep_extend('force', server.settings or {}, { specls = { model = name } })
    server:notify('workspace/didChangeConfiguration', { settings = server.settings })
    say('prompts go to ' .. name .. ' from now on')
  end
  if command.args ~= '' then
    return use(command.args)
  end
  execute('specls.models', {}, function(result)
    vim.ui.select(result.models, {
      prompt = 'Convert with which model?',
      format_item = function(model)
        return model.usable and model.title or ('%s (%s)'):format(model.title, model.problem or 'not set up')
      end,
    }, function(model)
      if model then
        use(model.name)
      end
    end)
  end)
end

-- cancel stops what is under way in this buffer's server: Neovim shows progress
-- and has no key to cancel it.
function M.cancel()
  local server = client()
  if not server then
    return
  end
  local under_way = vim.tbl_keys(server.progress.pending)
  if #under_way == 0 then
    say('nothing is under way')
  end
  for _, token in ipairs(under_way) do
    server:notify('window/workDoneProgress/cancel', { token = token })
  end
end

return M
