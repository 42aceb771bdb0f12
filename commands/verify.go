package commands

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands/tlc"
)

// VerifyRequest is what a person asked to have model-checked.
type VerifyRequest struct {
	Path string
	// Config is the path of the configuration; empty for the one that stands
	// beside the file with .cfg for .tla, or for one that is made where there is
	// none.
	Config  string
	Tools   tlc.Tools
	Options tlc.Options
}

// Verification is what model checking showed.
type Verification struct {
	tlc.Result
	// Config is the text of the configuration, and Made says that it was made for
	// want of one.
	Config string
	Made   bool
}

// ErrUnfit says that a specification was not given to TLC, since it is not TLA+
// as SANY, which TLC begins with, would accept it.
var ErrUnfit = errors.New("it has errors that TLC would stop at; \"specls check\" lists them")

// Verify has TLC check a specification. It fails where the file or the
// configuration cannot be read, no configuration can be made, TLC cannot be
// started, or ctx ends; and with ErrUnfit.
func Verify(ctx context.Context, req VerifyRequest) (Verification, error) {
	data, err := os.ReadFile(req.Path)
	if err != nil {
		return Verification{}, fmt.Errorf("reading a specification: %w", err)
	}
	module := text.Sanitise(string(data))
	in := CheckInput(req.Path, CheckRequest{Profile: analysis.NoProfile})
	in.Text = module
	checked, err := analysis.Check(in)
	if err != nil {
		return Verification{}, err
	}
	m, ok := checked.Tree.Module()
	if !ok || finding.HasErrors(checked.Tree.Findings()) || finding.HasErrors(checked.Names.Findings) {
		return Verification{}, fmt.Errorf("%s: %w", req.Path, ErrUnfit)
	}
	v, err := req.configuration(checked.Tree)
	if err != nil {
		return Verification{}, fmt.Errorf("%s: %w", req.Path, err)
	}
	library, err := filepath.Abs(filepath.Dir(req.Path))
	if err != nil {
		return Verification{}, err
	}
	v.Result, err = req.Tools.Run(ctx, m.Name(), module, v.Config, library, req.Options)
	return v, err
}

// configuration reads the configuration, or makes one.
func (req VerifyRequest) configuration(tree *syntax.Tree) (Verification, error) {
	path := req.Config
	if path == "" {
		path = strings.TrimSuffix(req.Path, ".tla") + ".cfg"
	}
	data, err := os.ReadFile(path)
	switch {
	case err == nil:
		return Verification{Config: string(data)}, nil
	case req.Config != "" || !errors.Is(err, fs.ErrNotExist):
		return Verification{}, fmt.Errorf("reading the configuration: %w", err)
	}
	config, err := tlc.Config(tree)
	return Verification{Config: config, Made: true}, err
}
