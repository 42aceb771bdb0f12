//go:build release

package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// The commands that .ci/release needs are a build of their own: the released
// program does not carry what they import.
func init() {
	extraCommands = append(extraCommands, newMan, newSBOM)
}

// newMan makes the manual pages of the same help that the commands print.
func newMan(*terminal) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages into DIR",
		Args:   cobra.ExactArgs(1),
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("making the directory of the manual pages: %w", err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			epoch := time.Unix(0, 0) // a date would make each release differ from the next
			header := &doc.GenManHeader{Title: strings.ToUpper(root.Name()), Section: "1", Source: "specls", Manual: "specls", Date: &epoch}
			return doc.GenManTree(root, header, args[0])
		},
	}
}

// newSBOM lists what a binary was built of, as the go command noted it there.
func newSBOM(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:    "sbom VERSION BINARY",
		Short:  "Write the software bill of materials of BINARY, in CycloneDX's JSON",
		Args:   cobra.ExactArgs(2),
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			info, err := buildinfo.ReadFile(args[1])
			if err != nil {
				return fmt.Errorf("reading how %s was built: %w", args[1], err)
			}
			bom := cdx.NewBOM()
			program := component(cdx.ComponentTypeApplication, info.Main.Path, args[0])
			bom.Metadata = &cdx.Metadata{Component: &program}
			components := []cdx.Component{component(cdx.ComponentTypeLibrary, "std", strings.TrimPrefix(info.GoVersion, "go"))}
			dependencies := []string{components[0].BOMRef}
			for _, module := range info.Deps {
				if module.Replace != nil {
					module = module.Replace
				}
				c := component(cdx.ComponentTypeLibrary, module.Path, module.Version)
				components = append(components, c)
				dependencies = append(dependencies, c.BOMRef)
			}
			bom.Components = &components
			bom.Dependencies = &[]cdx.Dependency{{Ref: program.BOMRef, Dependencies: &dependencies}}
			return cdx.NewBOMEncoder(t.out, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom)
		},
	}
}

// component names a module by its package URL.
func component(kind cdx.ComponentType, path, version string) cdx.Component {
	purl := "pkg:golang/" + path + "@" + version
	return cdx.Component{Type: kind, BOMRef: purl, Name: path, Version: version, PackageURL: purl}
}
