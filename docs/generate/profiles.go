package main

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/profile"
)

//go:embed profiles.md
var profilesText string

// profilesPage makes the page on how to write a profile, out of a text that has
// places for what the program knows better.
func profilesPage(string) (map[string]string, error) {
	starter, _ := profile.Starter("spin-lock", analysis.Title)
	text := strings.NewReplacer(
		"{{starter}}", starter,
		"{{maxConfig}}", fmt.Sprint(profile.MaxConfig),
		"{{maxPrompt}}", fmt.Sprint(profile.MaxPrompt),
		"{{maxProfiles}}", fmt.Sprint(profile.MaxProfiles),
	).Replace(profilesText)
	return map[string]string{"docs/profiles.md": text}, nil
}
