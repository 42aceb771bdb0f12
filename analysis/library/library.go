// Package library knows the modules that a specification can extend or
// instantiate without having them as files: the standard modules of the TLA+
// tools, the CommunityModules, and those that come with the TLA+ proof system
// and with Apalache. For each it records what the module EXTENDS, which decides
// what a specification that extends it gets besides.
//
// Only names are recorded, as facts about the modules named; the modules
// themselves are not here.
package library

import (
	"iter"
	"maps"
	"slices"
)

// Origin says with what a module is delivered.
type Origin uint8

const (
	// Unknown is the origin of a module that is not in the library.
	Unknown Origin = iota
	// Standard modules are part of the TLA+ tools (tla2tools.jar).
	Standard
	// Community modules are the CommunityModules, which have a jar of their
	// own; editors and the Toolbox bring it along.
	Community
	// ProofSystem modules come with TLAPS, the TLA+ proof system.
	ProofSystem
	// Apalache modules come with the Apalache model checker.
	Apalache
)

// module is what is known of one module.
type module struct {
	origin  Origin
	extends []string
}

// modules holds every module of the library. The CommunityModules change what
// they extend from release to release: SequencesExt extends Sequences, Bags and
// the others in releases of 2025 and later, and instantiated them locally
// before, so that a specification got none of them through it.
//
// What the modules of the proof system and of Apalache extend is not recorded.
var modules = map[string]module{
	"Bags":          {Standard, []string{"TLC"}},
	"FiniteSets":    {Standard, nil},
	"Integers":      {Standard, []string{"Naturals"}},
	"Json":          {Standard, nil}, // in the CommunityModules too
	"Naturals":      {Standard, nil},
	"Randomization": {Standard, nil},
	"RealTime":      {Standard, []string{"Reals"}},
	"Reals":         {Standard, []string{"Integers"}},
	"Sequences":     {Standard, nil},
	"TLC":           {Standard, nil},
	"TLCExt":        {Standard, nil},
	"Toolbox":       {Standard, nil},

	"BagsExt":                      {Community, nil},
	"Bitwise":                      {Community, nil},
	"CSV":                          {Community, nil},
	"Combinatorics":                {Community, []string{"Naturals"}},
	"DifferentialEquations":        {Community, nil},
	"DyadicRationals":              {Community, nil},
	"FiniteSetsExt":                {Community, []string{"Integers", "FiniteSets", "Folds", "Functions"}},
	"FiniteSetsExtTheorems":        {Community, []string{"FiniteSetsExt", "FiniteSets", "Integers"}},
	"FiniteSetsExtTheorems_proofs": {Community, []string{"FiniteSetsExt", "Integers", "FiniteSets", "FiniteSetTheorems", "FoldsTheorems", "TLAPS"}},
	"Folds":                        {Community, nil},
	"FoldsTheorems":                {Community, []string{"Folds", "FiniteSets"}},
	"FoldsTheorems_proofs":         {Community, []string{"Folds", "FiniteSets", "TLAPS"}},
	"FunctionTheorems":             {Community, []string{"Functions", "Integers", "FiniteSets"}},
	"FunctionTheorems_proofs":      {Community, []string{"Functions", "Integers", "NaturalsInduction", "WellFoundedInduction", "FiniteSetTheorems", "FoldsTheorems", "TLAPS"}},
	"Functions":                    {Community, []string{"Integers", "Folds"}},
	"GraphTheorems":                {Community, []string{"Graphs", "Sequences"}},
	"GraphTheorems_proofs":         {Community, []string{"Graphs", "Integers", "FunctionTheorems", "FiniteSetTheorems", "SequencesExtTheorems", "FiniteSetsExt", "FiniteSetsExtTheorems", "TLAPS"}},
	"GraphViz":                     {Community, nil},
	"Graphs":                       {Community, []string{"Naturals", "Sequences", "FiniteSets", "SequencesExt", "Relation"}},
	"HTML":                         {Community, nil},
	"IOUtils":                      {Community, nil},
	"Quorum":                       {Community, nil},
	"QuorumTheorems":               {Community, []string{"Quorum", "Integers", "FiniteSets"}},
	"QuorumTheorems_proofs":        {Community, []string{"Quorum", "Integers", "FiniteSetTheorems", "FiniteSetsExtTheorems"}},
	"Relation":                     {Community, []string{"Naturals", "FiniteSets"}},
	"SVG":                          {Community, nil},
	"SequencesExt":                 {Community, []string{"Sequences", "Naturals", "FiniteSets", "FiniteSetsExt", "Folds", "Functions", "Bags", "TLC"}},
	"SequencesExtTheorems":         {Community, []string{"Sequences", "SequencesExt", "Functions", "Integers", "WellFoundedInduction"}},
	"SequencesExtTheorems_proofs":  {Community, []string{"Sequences", "SequencesExt", "FiniteSetsExt", "Functions", "Integers", "SequenceTheorems", "NaturalsInduction", "WellFoundedInduction", "FiniteSetTheorems", "FiniteSetsExtTheorems", "FoldsTheorems", "TLAPS"}},
	"ShiViz":                       {Community, nil},
	"Statistics":                   {Community, []string{"Naturals"}},
	"UndirectedGraphs":             {Community, nil},
	"VectorClocks":                 {Community, []string{"Naturals", "Sequences", "Functions"}},

	"BagsTheorems":         {ProofSystem, nil},
	"FiniteSetTheorems":    {ProofSystem, nil},
	"FunctionForkTheorems": {ProofSystem, nil},
	"FunctionsFork":        {ProofSystem, nil},
	"JectionThm":           {ProofSystem, nil},
	"NaturalsInduction":    {ProofSystem, nil},
	"SequenceOpTheorems":   {ProofSystem, nil},
	"SequenceOps":          {ProofSystem, nil},
	"SequenceTheorems":     {ProofSystem, nil},
	"SequencesExtFork":     {ProofSystem, nil},
	"TLAPS":                {ProofSystem, nil},
	"WellFoundedInduction": {ProofSystem, nil},

	"Apalache": {Apalache, nil},
	"Option":   {Apalache, nil},
	"Variants": {Apalache, nil},
}

// Has reports whether the library has the module.
func Has(name string) bool { return OriginOf(name) != Unknown }

// OriginOf returns with what a module is delivered.
func OriginOf(name string) Origin { return modules[name].origin }

// Extends returns the modules that a module names in its EXTENDS, in order;
// nil for a module that extends none or is not in the library.
func Extends(name string) []string { return slices.Clone(modules[name].extends) }

// Path returns how extending the module from brings in the module to: the
// modules from from to to, each of which extends the next, by the shortest
// way. It is nil where it does not.
func Path(from, to string) []string {
	came := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		name := queue[0]
		if name == to {
			var path []string
			for ; name != ""; name = came[name] {
				path = append(path, name)
			}
			slices.Reverse(path)
			return path
		}
		for _, next := range modules[name].extends {
			if _, seen := came[next]; !seen {
				came[next] = name
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// Names returns the names of all modules, in no order.
func Names() iter.Seq[string] { return maps.Keys(modules) }
