package commands

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
)

// Fixed is a file in which safe fixes were made, or would be.
type Fixed struct {
	Path          string
	Before, After string
	Fixes         []finding.Fix
	// Skipped says why the file was left as it is although there was something to
	// fix; empty where it was not.
	Skipped string
}

// Fix makes all safe fixes in the files that req names, in the order of [Check],
// and writes those files unless dry is set. At every moment a file has either its
// old text or the new one. It returns the files in which there was something to
// fix. A file that is a link, or is not UTF-8, is skipped. Fix fails as Check
// does, or where a file cannot be written; what it wrote before is returned with
// the error.
func Fix(ctx context.Context, req CheckRequest, dry bool) ([]Fixed, error) {
	var all []Fixed
	err := forEach(ctx, req, func(in analysis.Input, file string, data []byte) error {
		after, fixes, err := analysis.FixAll(in)
		if err != nil || len(fixes) == 0 {
			return err
		}
		fixed := Fixed{Path: file, Before: in.Text, After: after, Fixes: fixes}
		info, err := os.Lstat(file)
		switch {
		case err != nil:
			return fmt.Errorf("fixing a specification: %w", err)
		case !info.Mode().IsRegular():
			fixed.Skipped = "it is a link; fix the file that it leads to"
		case !utf8.Valid(data):
			fixed.Skipped = "it is not UTF-8"
		case !dry:
			if err := rewrite(file, after, info.Mode().Perm()); err != nil {
				return fmt.Errorf("fixing a specification: writing %s: %w", file, err)
			}
		}
		all = append(all, fixed)
		return nil
	})
	return all, err
}

// rewrite replaces a file's text and keeps its mode.
func rewrite(file, text string, mode fs.FileMode) error {
	if err := replaceFile(filepath.Clean(file), text, mode); err != nil {
		return err
	}
	return os.Chmod(file, mode) // the umask may have taken something off
}
