package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// editor is one that specls has a set-up for.
type editor struct {
	name string
	// programs are the names it goes by on the path.
	programs []string
	// least is the oldest version that works, as two numbers.
	least [2]int
	// isSetUp tells whether the person has set it up for specls; how says how to.
	isSetUp func(Machine) bool
	how     string
}

var known = []editor{
	{"Neovim", []string{"nvim"}, [2]int{0, 11}, neovimIsSetUp, "follow editors/neovim/README.md"},
	{"Helix", []string{"hx", "helix"}, [2]int{25, 1}, helixIsSetUp, "follow editors/helix/README.md"},
	{"VS Code", []string{"code", "codium", "code-server"}, [2]int{1, 90}, vscodeIsSetUp, "install the extension: editors/vscode/README.md"},
}

// editors examines those that are installed.
func editors(ctx context.Context, m Machine) []Finding {
	var findings []Finding
	for _, e := range known {
		for _, program := range e.programs {
			if _, err := exec.LookPath(program); err == nil {
				findings = append(findings, e.examine(ctx, m, program))
				break
			}
		}
	}
	if len(findings) == 0 {
		findings = append(findings, Finding{State: Note, Text: "none of Neovim, Helix and VS Code is on the path; any other LSP client can start \"specls serve\""})
	}
	return findings
}

func (e editor) examine(ctx context.Context, m Machine, program string) Finding {
	line, err := ask(ctx, program, "--version")
	if err != nil {
		return Finding{Mend, fmt.Sprintf("%s does not start: %v", e.name, err), "mend its installation"}
	}
	major, minor, ok := version(line)
	text := fmt.Sprintf("%s (%s)", e.name, line)
	switch {
	case !ok:
		return Finding{State: Note, Text: fmt.Sprintf("%s says %q, which holds no version", program, line)}
	case major < e.least[0] || major == e.least[0] && minor < e.least[1]:
		return Finding{Mend, text + " is too old", fmt.Sprintf("install %d.%02d or newer", e.least[0], e.least[1])}
	case !e.isSetUp(m):
		return Finding{State: Note, Text: text + " is not set up for specls; to do so, " + e.how}
	}
	return Finding{State: OK, Text: text + " is set up"}
}

var versionNumber = regexp.MustCompile(`(\d+)\.(\d+)`)

// version returns the first two numbers of the first version in a line.
func version(line string) (major, minor int, ok bool) {
	match := versionNumber.FindStringSubmatch(line)
	if match == nil {
		return 0, 0, false
	}
	major, err := strconv.Atoi(match[1])
	if err != nil {
		return 0, 0, false
	}
	minor, err = strconv.Atoi(match[2])
	return major, minor, err == nil
}

// The most that is read of a person's configuration of Neovim.
const (
	mostFiles = 1000
	mostBytes = 1 << 20
)

// neovimIsSetUp looks for specls in the Lua and Vim files of the person's
// configuration, which is all that can be known without running it.
func neovimIsSetUp(m Machine) bool {
	found, seen := false, 0
	root := filepath.Join(m.EditorConfig, "nvim")
	// What cannot be read is passed over: the answer is then no.
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if seen++; found || seen > mostFiles {
			return fs.SkipAll
		}
		if extension := filepath.Ext(path); extension == ".lua" || extension == ".vim" {
			found = fileMentions(path, "specls")
		}
		return nil
	})
	return found
}

func fileMentions(path, word string) bool {
	info, err := os.Stat(path)
	if err != nil || info.Size() > mostBytes {
		return false
	}
	text, err := os.ReadFile(path)
	return err == nil && strings.Contains(string(text), word)
}

// helixIsSetUp tells whether languages.toml defines the server and gives it to a
// language.
func helixIsSetUp(m Machine) bool {
	var languages struct {
		Server   map[string]any `toml:"language-server"`
		Language []struct {
			Servers []any `toml:"language-servers"`
		} `toml:"language"`
	}
	if _, err := toml.DecodeFile(filepath.Join(m.EditorConfig, "helix", "languages.toml"), &languages); err != nil {
		return false
	}
	if _, defined := languages.Server["specls"]; !defined {
		return false
	}
	for _, language := range languages.Language {
		for _, server := range language.Servers {
			table, _ := server.(map[string]any)
			if server == "specls" || table["name"] == "specls" {
				return true
			}
		}
	}
	return false
}

// vscodeIsSetUp looks for the extension where the editors of that family keep
// theirs.
func vscodeIsSetUp(m Machine) bool {
	for _, directory := range []string{".vscode", ".vscode-server", ".vscode-oss", ".local/share/code-server"} {
		found, err := filepath.Glob(filepath.Join(m.Home, filepath.FromSlash(directory), "extensions", "specls.specls-*"))
		if err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}
