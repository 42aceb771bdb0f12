package commands

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/profile"
)

// NewProfile writes a starting profile of the given name: into the user's folder
// of profiles if userDir is not empty, otherwise into the workspace's. It returns
// the profile's folder. It fails, and writes nothing, where the name is no good,
// or there is already something of that name, be it a built-in profile whose
// place a workspace's would not take.
func NewProfile(name, userDir, workspace string) (dir string, err error) {
	if err := profile.ValidName(name); err != nil {
		return "", err
	}
	config, prompt := profile.Starter(name, analysis.Title)
	if userDir != "" {
		if err := os.MkdirAll(userDir, 0o777); err != nil {
			return "", fmt.Errorf("making a profile: %w", err)
		}
		return filepath.Join(userDir, name), writeProfileFiles(userDir, ".", name, config, prompt)
	}
	if _, err := profile.Lookup(profile.Builtin(), name); err == nil {
		return "", fmt.Errorf("there is a built-in profile called %s, and a workspace's does not take its place; choose another name", name)
	}
	return filepath.Join(WorkspaceProfileDir(workspace), name), writeProfileFiles(workspace, WorkspaceProfileDir(""), name, config, prompt)
}

// writeProfileFiles writes a profile into a folder that it makes, in folder
// below dir. No link leads it out of dir.
func writeProfileFiles(dir, folder, name, config, prompt string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("making a profile: %w", err)
	}
	defer root.Close()
	if err := root.MkdirAll(folder, 0o777); err != nil {
		return fmt.Errorf("making a profile: %w", err)
	}
	target := filepath.Join(folder, name)
	if err := root.Mkdir(target, 0o777); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists; nothing was written; choose another name, or remove it", filepath.ToSlash(filepath.Join(dir, target)))
	} else if err != nil {
		return fmt.Errorf("making a profile: %w", err)
	}
	err = root.WriteFile(filepath.Join(target, profile.ConfigFile), []byte(config), 0o666)
	if err == nil {
		err = root.WriteFile(filepath.Join(target, profile.PromptFile), []byte(prompt), 0o666)
	}
	if err != nil {
		return fmt.Errorf("making a profile: %w", err)
	}
	return nil
}
