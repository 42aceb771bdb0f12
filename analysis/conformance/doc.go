// Package conformance measures how well package analysis agrees with SANY, the
// reference parser and checker of TLA+. It holds tests and benchmarks only, for
// they compare what the packages below analysis say together; each of these has
// golden tests of its own, and what disagreed here once is kept there.
//
// Five things are measured: that what SANY accepts has no errors (examples), that
// its symbols have the same kind, arity and level (symbols), that what SANY
// rejects has an error in the same place (mutants: accepted files with one small
// change, made from a seed), SANY's own test files (corpus), and speed
// (benchmarks). docs/conformance.md has the figures.
//
// Three more are measured of the rules that go beyond SANY: what they say of the
// examples (faults), whether TLC stops at what they call an error and at nothing
// else of the kind (tlc), and that no fix changes what a specification means
// (fixes). docs/general-faults.md has those.
//
// None of what this needs is in the repository. It is found by environment
// variables, and without them the tests say that they are skipped:
//
//   - SPECLS_TLA2TOOLS: the path of tla2tools.jar; java must be on PATH.
//   - SPECLS_COMMUNITY_MODULES: CommunityModules.jar, or its directory modules.
//   - SPECLS_TLA_EXAMPLES: directories with .tla files, such as a clone of the
//     public examples, separated as in PATH. The specifications of etcd and
//     CometBFT are added from the Go module proxy.
//   - SPECLS_TLAPM_LIBRARY, SPECLS_APALACHE_MODULES: directories with the modules
//     of the proof system and of Apalache, for examples that extend them.
//   - SPECLS_SANY_CORPUS: the directory test/tla2sany of SANY's sources.
//   - SPECLS_TREE_SITTER: a node_modules with @tlaplus/tree-sitter-tlaplus and
//     tree-sitter, for the benchmark beside them, which compiles both with gcc.
package conformance
