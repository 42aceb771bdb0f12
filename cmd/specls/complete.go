package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
)

// complete has shells complete the value of a flag, which must be defined.
func complete(cmd *cobra.Command, flag string, values func(typed string) []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return values(typed), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag is not defined
	}
}

// profileNames are the profiles there are; what is wrong with others is told
// when one is used.
func profileNames(string) []string {
	profiles, _ := commands.Profiles(commands.UserProfileDir(), workspaceDir)
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	return names
}

// ruleSeverities are the values of --rule: first the rules, then, behind one,
// the severities.
func ruleSeverities(typed string) []string {
	rule, _, severity := strings.Cut(typed, "=")
	var values []string
	for _, id := range analysis.RuleIDs() {
		if !severity {
			values = append(values, id+"=")
			continue
		}
		if id == rule {
			for _, word := range profile.SeverityWords() {
				values = append(values, id+"="+word)
			}
		}
	}
	return values
}
