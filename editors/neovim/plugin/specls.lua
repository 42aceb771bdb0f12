-- The commands of specls; see doc/specls.txt.
if vim.g.loaded_specls then
  return
end
vim.g.loaded_specls = true

-- run returns what calls a function of lua/specls when it is first needed.
local function run(name)
  return function(command)
    require('specls')[name](command)
  end
end

local function command(name, action, options)
  vim.api.nvim_create_user_command(name, run(action), options)
end

-- profiles completes the names of profiles.
local function profiles(lead)
  return require('specls').profiles(lead)
end

command('SpeclsConvert', 'convert', { nargs = '?', range = true, complete = profiles, desc = 'Convert this Go file to TLA+' })
command('SpeclsPreview', 'preview', { nargs = '?', range = true, complete = profiles, desc = 'Show the prompt of a conversion' })
command('SpeclsReply', 'reply', { nargs = '?', register = true, complete = profiles, desc = 'Take a register for the reply of a model' })
command('SpeclsRepair', 'repair', { range = true, desc = 'Have the model mend the findings' })
command('SpeclsChanges', 'changes', { desc = 'Show what has changed in the Go source since the conversion' })
command('SpeclsModel', 'model', { nargs = '?', desc = 'Choose the model that prompts go to' })
command('SpeclsCancel', 'cancel', { desc = 'Cancel what is under way' })

vim.api.nvim_create_autocmd('LspProgress', {
  group = vim.api.nvim_create_augroup('specls', {}),
  callback = function(event)
    require('specls.progress').update(event)
  end,
})
