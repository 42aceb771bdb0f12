package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"

	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
)

// program examines the program itself: editors start the specls that the path
// leads to, which may be another than the one that runs.
func program(_ context.Context, m Machine) []Finding {
	findings := []Finding{{State: OK, Text: fmt.Sprintf("version %s, %s/%s", m.Version, runtime.GOOS, runtime.GOARCH)}}
	found, err := exec.LookPath("specls")
	switch {
	case err != nil:
		findings = append(findings, Finding{Mend, "specls is not on the path, so editors do not find it", "put the directory of " + m.Executable + " on the path"})
	case !sameFile(found, m.Executable):
		findings = append(findings, Finding{Note, fmt.Sprintf("editors start %s, which is not the one that runs now, %s", found, m.Executable), ""})
	default:
		findings = append(findings, Finding{State: OK, Text: "editors find " + found})
	}
	return findings
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// configuration examines config.toml, the profiles, and the directory in which
// replies and records are kept.
func configuration(_ context.Context, m Machine) []Finding {
	var findings []Finding
	c, problems := config.Load(m.ConfigDir)
	if c.Path == "" && len(problems) == 0 {
		findings = append(findings, Finding{State: Note, Text: "no " + config.FileName + " in " + m.ConfigDir + "; it is needed only to name models of your own"})
	} else if len(problems) == 0 {
		findings = append(findings, Finding{State: OK, Text: c.Path})
	}
	for _, p := range problems {
		findings = append(findings, Finding{Mend, p.String(), "mend the line; until then conversions on the command line refuse to run"})
	}
	return append(append(findings, profiles(m)...), state(m))
}

func profiles(m Machine) []Finding {
	found, problems := commands.Profiles(m.ProfileDir, m.Workspace)
	own := len(found) - len(profile.Builtin())
	findings := []Finding{{State: OK, Text: fmt.Sprintf("%d profiles, %d of them your own or the workspace's", len(found), own)}}
	for _, p := range problems {
		findings = append(findings, Finding{Mend, p.String(), "mend the line; until then the profile does not exist"})
	}
	return findings
}

// state examines whether replies and records can be kept, without keeping any.
func state(m Machine) Finding {
	info, err := os.Stat(m.StateDir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Finding{State: Note, Text: m.StateDir + " will be made with the first conversion"}
	case err != nil:
		return Finding{Mend, fmt.Sprintf("the state directory: %v", err), "make it readable and writable, or set XDG_STATE_HOME"}
	case !info.IsDir() || info.Mode().Perm()&0o200 == 0:
		return Finding{Mend, m.StateDir + " is not a directory that can be written to, so replies would be lost", "make it one, or set XDG_STATE_HOME"}
	}
	return Finding{State: OK, Text: "replies and records are kept in " + m.StateDir}
}
