package commands

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"
)

// Consent remembers to which hosts a person has agreed to send the source of
// which workspaces. It is kept in the user's state directory, where no workspace
// can write, a file for each pair of workspace and host.
type Consent struct {
	// Dir is the directory; empty for the user's own.
	Dir string
}

// Given is one consent.
type Given struct {
	// Workspace is the path of the workspace's folder, Host as a model names it.
	Workspace, Host string
	Time            time.Time
}

func (c Consent) dir() string {
	if c.Dir != "" {
		return c.Dir
	}
	return filepath.Join(xdg.StateHome, "specls", "consent")
}

// file returns the path of the file for a pair.
func (c Consent) file(workspace, host string) string {
	sum := sha256.Sum256([]byte(realPath(workspace) + "\x00" + host))
	return filepath.Join(c.dir(), hex.EncodeToString(sum[:16])+".json")
}

// realPath is the one path of a folder that can be reached by several.
func realPath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}

// Given reports whether the source of the workspace, given by its folder, may be
// sent to the host without asking. It may always be "sent" to a model without
// host, which is in this process. What cannot be read was not given.
func (c Consent) Given(workspace, host string) bool {
	if host == "" {
		return true
	}
	given, err := readGiven(c.file(workspace, host))
	return err == nil && given.Host == host && given.Workspace == realPath(workspace)
}

func readGiven(path string) (Given, error) {
	var given Given
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &given)
	}
	return given, err
}

// Give remembers a consent. At every moment it is either there or not.
func (c Consent) Give(workspace, host string) error {
	data, err := json.MarshalIndent(Given{realPath(workspace), host, time.Now().UTC().Truncate(time.Second)}, "", "  ")
	if err != nil {
		return fmt.Errorf("remembering the consent: %w", err)
	}
	if err := os.MkdirAll(c.dir(), 0o700); err != nil {
		return fmt.Errorf("remembering the consent: %w", err)
	}
	if err := replaceFile(c.file(workspace, host), string(data)+"\n", 0o600); err != nil {
		return fmt.Errorf("remembering the consent: %w", err)
	}
	return nil
}

// Withdraw forgets all consents for a workspace, or all there are where it is
// empty, and returns how many they were.
func (c Consent) Withdraw(workspace string) (int, error) {
	all, err := c.List()
	if err != nil {
		return 0, err
	}
	n := 0
	for _, given := range all {
		if workspace != "" && given.Workspace != realPath(workspace) {
			continue
		}
		if err := os.Remove(c.file(given.Workspace, given.Host)); err != nil {
			return n, fmt.Errorf("withdrawing the consent: %w", err)
		}
		n++
	}
	return n, nil
}

// List returns all consents, sorted by workspace and host. Files that are none
// are passed over.
func (c Consent) List() ([]Given, error) {
	files, err := filepath.Glob(filepath.Join(c.dir(), "*.json"))
	if err != nil {
		return nil, fmt.Errorf("listing consents: %w", err)
	}
	var all []Given
	for _, file := range files {
		if given, err := readGiven(file); err == nil && given.Host != "" && file == c.file(given.Workspace, given.Host) {
			all = append(all, given)
		}
	}
	slices.SortFunc(all, func(a, b Given) int {
		return strings.Compare(a.Workspace+"\x00"+a.Host, b.Workspace+"\x00"+b.Host)
	})
	return all, nil
}

// The answers to [ConsentQuestion].
const (
	ConsentSend     = "Send"
	ConsentRemember = "Send, and don't ask again in this workspace"
	ConsentCancel   = "Cancel"
)

// ConsentQuestion asks a person whether to send files, given by their names, to
// a host; tokens is about how many they are with the prompt around them.
func ConsentQuestion(files []string, tokens int, host string) string {
	const named = 4
	names := strings.Join(files[:min(len(files), named)], ", ")
	if more := len(files) - named; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("Send %s (about %s tokens) to %s?", names, Thousands(tokens), host)
}
