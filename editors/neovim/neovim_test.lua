-- The scenarios that neovim_test.go lets a real Neovim play, in a workspace
-- with etcd's raft.go. A scenario runs as a coroutine: whenever it waits, it
-- returns to Neovim's own loop, so that keys, edits and undo work as they do
-- for a person.

local patience = 120 -- seconds to wait for what must come; no measure of speed

local scenario -- the coroutine

-- poll waits until condition returns something other than nil or false.
local function poll(what, condition)
  local deadline = vim.uv.hrtime() + patience * 1e9
  while true do
    local value = condition()
    if value then
      return value
    end
    if vim.uv.hrtime() > deadline then
      error('waited in vain for ' .. what, 2)
    end
    vim.defer_fn(function()
      coroutine.resume(scenario)
    end, 20)
    coroutine.yield()
  end
end

local function equal(got, want, what)
  if not vim.deep_equal(got, want) then
    error(('%s: got %s, want %s'):format(what, vim.inspect(got), vim.inspect(want)), 2)
  end
end

-- How often diagnostics came for each buffer: none is told apart from not yet.
local checked = vim.defaulttable(function()
  return 0
end)
vim.api.nvim_create_autocmd('DiagnosticChanged', {
  callback = function(event)
    checked[event.buf] = checked[event.buf] + 1
  end,
})

-- The questions that were asked, and the title of the answer to give.
local questions, answer = {}, nil
vim.ui.select = function(items, options, on_choice)
  table.insert(questions, options.prompt)
  for _, item in ipairs(items) do
    if item.title == answer then
      return on_choice(item)
    end
  end
  on_choice(nil)
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, true), '\n') .. '\n'
end

local function read(path)
  local file = io.open(path)
  if not file then
    return nil
  end
  local content = file:read('*a')
  file:close()
  return content
end

local function basename()
  return vim.fs.basename(vim.api.nvim_buf_get_name(0))
end

-- floating tells whether a floating window shows a text.
local function floating(pattern)
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' and text(vim.api.nvim_win_get_buf(window)):match(pattern) then
      return window
    end
  end
end

-- open edits a file and returns the client that attaches to it.
local function open(name)
  vim.cmd.edit(name)
  return poll('specls to attach', function()
    local client = vim.lsp.get_clients({ name = 'specls', bufnr = 0 })[1]
    return client and client.initialized and client
  end)
end

-- apply applies the one code action that accept holds for.
local function apply(accept)
  vim.lsp.buf.code_action({ apply = true, filter = accept })
end

local function titled(title)
  return function(action)
    return action.title == title
  end
end

local function message(pattern)
  return poll('the message ' .. pattern, function()
    return vim.fn.execute('messages'):match(pattern)
  end)
end

-- convert converts raft.go and returns in the buffer of the specification.
local function convert()
  apply(titled('Convert to TLA+ (etcd)'))
  poll('etcdraft.tla', function()
    return basename() == 'etcdraft.tla' and #text() > 1
  end)
end

local function diagnostics()
  return vim.diagnostic.get(0)
end

-- codes waits for the rules that the diagnostics of the buffer name.
local function await_codes(want)
  poll('the diagnostics ' .. vim.inspect(want), function()
    local codes = vim.tbl_map(function(diagnostic)
      return diagnostic.code
    end, diagnostics())
    return checked[vim.api.nvim_get_current_buf()] > 0 and vim.deep_equal(codes, want)
  end)
end

local function type_keys(keys)
  vim.api.nvim_input(keys)
end

local scenarios = {}

function scenarios.convert()
  open('raft.go')
  convert()
  equal(vim.bo.filetype, 'tla', 'the file type')
  equal(vim.b.current_syntax, 'tla', 'the syntax')
  await_codes({})
  local spec = text()
  assert(spec:match('^%-+ MODULE etcdraft %-+\n'), 'the specification begins ' .. spec:sub(1, 80))
  assert(spec:match('\n====\n$'), 'the specification ends ' .. spec:sub(-80))
  equal(read('etcdraft.tla'), nil, 'the file before :w')
  type_keys(':w<CR>')
  poll('the file', function()
    return read('etcdraft.tla') == spec
  end)

  type_keys('gg/etcdraft<CR>cwetcdraff<Esc>')
  await_codes({ 'module-name' })
  local d = diagnostics()[1]
  equal(vim.api.nvim_buf_get_text(0, d.lnum, d.col, d.end_lnum, d.end_col, {}), { 'etcdraff' }, 'what is marked')
  equal(d.severity, vim.diagnostic.severity.ERROR, 'the severity')
  apply(function(action)
    return action.kind == 'quickfix' and action.isPreferred
  end)
  await_codes({})
  equal(text(), spec, 'the text after the quick fix')

  type_keys('u')
  await_codes({ 'module-name' })
  type_keys('u')
  await_codes({})
  equal(text(), spec, 'the text after the typing is undone')
  type_keys('u')
  poll('the conversion to be undone', function()
    return text() == '\n'
  end)
end

function scenarios.replace()
  local old = '---- MODULE etcdraft ----\nmine == 1\n====\n'
  vim.fn.writefile(vim.split(old, '\n'), 'etcdraft.tla', 'b')
  open('raft.go')

  answer = 'Keep the old one'
  apply(titled('Convert to TLA+ (etcd)'))
  message('etcdraft.tla is as it was')
  equal(#questions, 1, 'how often the person was asked')
  assert(questions[1]:match('etcdraft.tla exists and differs'), questions[1])
  equal(read('etcdraft.tla'), old, 'the file that was to be kept')

  answer = 'Replace it'
  apply(titled('Convert to TLA+ (etcd)'))
  poll('the new specification', function()
    return basename() == 'etcdraft.tla' and text() ~= old
  end)
  equal(#questions, 2, 'how often the person was asked')
  await_codes({})
  equal(read('etcdraft.tla'), old, 'the file before :w')
  type_keys('u')
  poll('the old text', function()
    return text() == old
  end)
end

function scenarios.preview()
  open('raft.go')
  local source = text()
  apply(titled('Preview TLA+ conversion prompt (etcd)'))
  poll('the prompt', function()
    return basename():match('^etcd prompt for raft%.go, about [%d,]+ tokens')
  end)
  equal(vim.bo.readonly, true, 'read-only')
  assert(text():find(source, 1, true), 'the prompt does not hold the source')
end

function scenarios.copy()
  open('raft.go')
  local source = text()
  apply(titled('Copy TLA+ conversion prompt (etcd)'))
  message('prompt for raft.go is in the clipboard')
  assert(vim.fn.getreg('"'):find(source, 1, true), 'the register does not hold the prompt')
end

-- The commands of the plugin, beside gopls.
function scenarios.commands()
  vim.lsp.config('gopls', { cmd = { vim.env.SPECLS_TEST_GOPLS }, filetypes = { 'go' }, root_markers = { 'go.mod' } })
  vim.lsp.enable('gopls')
  open('raft.go')
  poll('gopls to find something', function()
    return #vim.diagnostic.get(0) > 0
  end)
  equal(vim.fn.getcompletion('SpeclsConvert ', 'cmdline'), { 'etcd', 'raftkvs' }, 'the profiles that are completed')

  type_keys(':10,20SpeclsPreview etcd<CR>')
  poll('the prompt', function()
    return basename():match('^etcd prompt for raft%.go')
  end)
  assert(text():find('lines 10 to 20', 1, true), 'the prompt does not ask to concentrate on the lines')

  type_keys(':edit raft.go<CR>')
  type_keys(':SpeclsConvert etcd<CR>')
  poll('etcdraft.tla', function()
    return basename() == 'etcdraft.tla' and #text() > 1
  end)
  await_codes({})

  -- The rest of an editor: hover, the uses of a name, another name for it.
  vim.fn.search([[^Init\>]])
  vim.lsp.buf.hover()
  vim.api.nvim_win_close(
    poll('the hover', function()
      return floating('Init')
    end),
    true
  )
  vim.lsp.buf.rename('Start')
  poll('Init to be renamed where it is defined and used', function()
    return text():find('\nStart ==', 1, true) and text():find('/\\ Start\n', 1, true) and not text():find('%f[%w]Init%f[%W]')
  end)
end

-- A reply that was copied from elsewhere becomes the specification.
function scenarios.reply()
  open('raft.go')
  local module = { '---- MODULE etcdraft ----', 'VARIABLE x', '====' }
  vim.fn.setreg('a', 'Here you are:\n```tla\n' .. table.concat(module, '\n') .. '\n```\n')
  type_keys(':SpeclsReply a etcd<CR>')
  poll('the specification', function()
    return basename() == 'etcdraft.tla' and vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, true), module)
  end)
end

-- The model mends a specification, once the person has agreed to send it.
function scenarios.repair()
  vim.lsp.config('specls', { settings = { specls = { model = 'openai:fixer' } } })
  vim.fn.writefile({ '---- MODULE etcdraft ----', 'VARIABLE x', 'Spec == x == 1', '====' }, 'etcdraft.tla')
  local client = open('etcdraft.tla')
  poll('the findings, and the repair that is offered once the server has the settings', function()
    local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
    params.context = { diagnostics = {} }
    local actions = client:request_sync('textDocument/codeAction', params, 1000, 0)
    return #diagnostics() > 0
      and vim.iter(actions and actions.result or {}):any(function(action)
        return action.title == 'Repair with the model'
      end)
  end)
  local broken = text()
  vim.ui.select = function(items, options, on_choice)
    table.insert(questions, options.prompt)
    on_choice(items[1])
  end
  type_keys(':SpeclsRepair<CR>')
  poll('the repair', function()
    return text():find('WF_vars(Next)', 1, true)
  end)
  assert(questions[1]:match('^Send etcdraft%.tla .* to 127%.0%.0%.1'), vim.inspect(questions))
  type_keys('u')
  poll('the repair to be undone', function()
    return text() == broken
  end)
end

-- What has changed in the source since the conversion.
function scenarios.changes()
  open('raft.go')
  convert()
  type_keys(':w<CR>')
  poll('the file', function()
    return read('etcdraft.tla')
  end)
  vim.cmd.edit('raft.go')
  vim.fn.search([[^func (r \*raft) becomeLeader]])
  type_keys('oprintln("changed")<Esc>:w<CR>:edit etcdraft.tla<CR>')
  poll('the change to be noticed', function()
    return vim.iter(diagnostics()):any(function(diagnostic)
      return diagnostic.message:match('raft%.go.* changed since')
    end)
  end)
  type_keys(':SpeclsChanges<CR>')
  poll('the changes', function()
    return basename() ~= 'etcdraft.tla' and text():match('becomeLeader') and text():match('%+%s*println%("changed"%)')
  end)
end

-- :checkhealth and :help know the plugin.
function scenarios.health()
  open('raft.go')
  vim.cmd('checkhealth specls')
  local report = text()
  for _, line in ipairs({ 'The server runs for raft.go', 'conversions use builtin', 'editors find' }) do
    assert(report:find(line, 1, true), 'the report lacks "' .. line .. '":\n' .. report)
  end
  assert(not report:find('ERROR', 1, true), report)
  vim.cmd('bwipeout')
  vim.cmd('helptags ' .. vim.fn.fnameescape(vim.env.SPECLS_TEST_PLUGIN .. '/doc'))
  for name in pairs(vim.api.nvim_get_commands({})) do
    if name:match('^Specls') then
      equal(vim.fn.getcompletion(':' .. name, 'help')[1], ':' .. name, 'the help on a command')
    end
  end
  vim.fn.delete(vim.env.SPECLS_TEST_PLUGIN .. '/doc/tags')
end

function scenarios.cancel()
  vim.lsp.config('specls', { settings = { specls = { model = 'openai:endless' } } })
  local client = open('raft.go')
  answer = 'Send'
  apply(titled('Convert to TLA+ (etcd)'))
  poll('the progress', function()
    return vim.tbl_count(client.progress.pending) == 1 and floating('Convert raft%.go to TLA%+.* characters')
  end)
  type_keys(':SpeclsCancel<CR>')
  message('cancelled after %d+ characters of the reply')
  poll('the end of the progress', function()
    return vim.tbl_count(client.progress.pending) == 0 and not floating('Convert')
  end)
  equal(basename(), 'raft.go', 'the buffer')
  equal(read('etcdraft.tla'), nil, 'a half-written specification')
end

local function report(line)
  io.stderr:write('\n' .. line .. '\n')
end

scenario = coroutine.create(function()
  local name = vim.env.SPECLS_TEST_SCENARIO
  local ok, err = xpcall(assert(scenarios[name], 'no scenario ' .. name), debug.traceback)
  if ok then
    report('SCENARIO PASSED')
    vim.cmd('qall!')
  end
  report('SCENARIO FAILED: ' .. err)
  report('Buffer ' .. vim.api.nvim_buf_get_name(0) .. ', diagnostics ' .. vim.inspect(diagnostics()))
  report('Its text begins\n' .. text():sub(1, 500))
  report('Mode ' .. vim.inspect(vim.api.nvim_get_mode()))
  report('Messages:\n' .. vim.fn.execute('messages'))
  vim.cmd('cquit')
end)
vim.schedule(function()
  coroutine.resume(scenario)
end)
