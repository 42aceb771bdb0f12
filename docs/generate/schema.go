package main

import (
	"bytes"
	"encoding/json"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
)

// profileSchema makes the JSON schema of profile.toml.
func profileSchema(string) (map[string]string, error) {
	wants := map[string]string{}
	for _, r := range analysis.Rules() {
		wants[r.ID] = r.Title + ", see " + finding.Page(r.ID)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(profile.Schema(func(id string) string { return wants[id] }))
	return map[string]string{"docs/profile.schema.json": out.String()}, err
}
