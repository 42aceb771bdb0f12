// For each rule of the contract, a way to break it in the specification that
// the model `builtin` makes of etcd's raft.go. Where the finding has a fix, its
// title follows, and what the text is like when it was applied.

const restored = (text, original) => text === original;

export const breaches = [
  { rule: 'syntax', break: (text) => text.replace('/\\ Init\n', '/\\ Init )\n') },
  { rule: 'header', break: (text) => text.replace(/^.*\n/, ''), fix: 'Insert ---- MODULE etcdraft ----', fixed: restored },
  { rule: 'footer', break: (text) => text.replace(/====\s*$/, ''), fix: 'End the module with ====', fixed: (text) => /\n====+\s*$/.test(text) },
  { rule: 'outside-text', break: (text) => `Here is the specification.\n\n${text}`, fix: 'Remove this text', fixed: (text) => text.startsWith('----') },
  { rule: 'fence', break: (text) => `\`\`\`tla\n${text}\`\`\`\n`, fix: 'Remove all markdown fences', fixed: (text) => !text.includes('```') },
  { rule: 'comments', break: (text) => text.replace('\nSpec ==', '\n\\* What happens.\nSpec =='), fix: 'Remove the comment', fixed: (text) => !text.includes('\\*') },
  { rule: 'one-module', break: (text) => `${text}\n---- MODULE other ----\n====\n`, fix: 'Remove the module other', fixed: (text) => !text.includes('other') },
  { rule: 'module-name', break: (text) => text.replace('MODULE etcdraft', 'MODULE etcdraf'), fix: 'Rename the module to etcdraft', fixed: restored },
  { rule: 'spec', break: (text) => text.replace('\nSpec ==', '\nSpecification =='), fix: 'Rename Specification to Spec', fixed: restored },
  { rule: 'fairness', break: (text) => text.replace(/(\[Next\]_vars\n)[^]*(\n====)/, '$1$2'), fix: 'Add WF_vars(Next) to Spec', fixed: (text) => /WF_vars/.test(text) },
  { rule: 'no-invariant', squiggle: 'info', break: (text) => text.replace('\nSpec ==', '\nTypeInvariant == currentTerm \\in [Server -> Nat]\n\nSpec =='), fix: 'Remove the definition of TypeInvariant', fixed: (text) => !text.includes('TypeInvariant') },
  { rule: 'core-actions', break: (text) => text.replaceAll(/^ *(?:\\\/|\/\\) (?:WF_vars\()?BecomeLeader\(i\)\)?\n/gm, '') },
  { rule: 'excluded', squiggle: 'warning', break: (text) => text.replaceAll('LoseElection', 'InstallSnapshot') },
  { rule: 'unassigned', break: (text) => text.replace('UNCHANGED <<termVars, logVars', 'UNCHANGED <<logVars') },
  { rule: 'unknown-name', break: (text) => text.replace('WF_vars(TickElection(i))', 'WF_vars(TickElections(i))') },
  { rule: 'unknown-module', break: (text) => text.replace('FiniteSets', 'FiniteSet'), fix: 'Replace it by FiniteSets', fixed: restored },
];
