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
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(profile.Schema(func(id string) string { return analysis.Title(id) + ", see " + finding.Page(id) }))
	return map[string]string{"docs/profile.schema.json": out.String()}, err
}
