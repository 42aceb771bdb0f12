-- The configuration of specls for Neovim 0.11 and newer; see README.md above
-- this directory. Neovim finds it on 'runtimepath' by its name.

-- copy puts a prompt where p and "+p take it from. Without a clipboard tool
-- Neovim refuses the + register, and the unnamed one still has the prompt.
local function copy(_, params)
  vim.fn.setreg('"', params.text)
  pcall(vim.fn.setreg, '+', params.text)
  return vim.NIL
end

-- Neovim counts a line end even into an empty buffer. Text that is put there
-- must replace it; else it stays behind as an empty line.
local function apply_edit(err, params, context)
  for _, change in ipairs(params.edit.documentChanges or {}) do
    if change.textDocument then
      local buffer = vim.uri_to_bufnr(change.textDocument.uri)
      vim.fn.bufload(buffer)
      if vim.deep_equal(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), { '' }) then
        change.edits[1].range['end'] = { line = 1, character = 0 }
      end
    end
  end
  return vim.lsp.handlers['workspace/applyEdit'](err, params, context)
end

return {
  cmd = { 'specls', 'serve' },
  filetypes = { 'go', 'tla' },
  root_markers = { 'go.work', 'go.mod', '.git' },
  capabilities = {
    experimental = { specls = { clipboard = true } },
    -- Neovim applies these and does not say so. With them a new specification
    -- is a buffer until it is written, and an edit of an old text is refused.
    workspace = { workspaceEdit = { documentChanges = true } },
  },
  handlers = { ['specls/copyToClipboard'] = copy, ['workspace/applyEdit'] = apply_edit },
}
