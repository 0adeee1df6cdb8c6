package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A mutant is one patch.
type mutant struct {
	name     string   // the patch's, without its ending
	patch    string   // absolute path
	packages []string // to test
	run      string   // which of their tests, as go test's -run; empty: all
	files    []string // that the patch changes, by their paths below root
}

// load reads the patches whose names match one of the patterns.
func load(root string, patterns []string) ([]mutant, error) {
	folder, err := filepath.Abs(filepath.Join(root, "infra", "mutants"))
	if err != nil {
		return nil, err
	}
	patches, err := filepath.Glob(filepath.Join(folder, "*.patch"))
	if err != nil {
		return nil, err
	}
	var all []mutant
	for _, patch := range patches {
		name := strings.TrimSuffix(filepath.Base(patch), ".patch")
		if len(patterns) > 0 && !slices.ContainsFunc(patterns, func(p string) bool { ok, _ := path.Match(p, name); return ok }) {
			continue
		}
		m, err := read(name, patch)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", patch, err)
		}
		all = append(all, m)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no patch in %s matches %q", folder, patterns)
	}
	return all, nil
}

var changed = regexp.MustCompile(`(?m)^--- a/(\S+)$`)

func read(name, patch string) (mutant, error) {
	text, err := os.ReadFile(patch)
	if err != nil {
		return mutant{}, err
	}
	command, diff, _ := bytes.Cut(text, []byte("\n"))
	args, ok := strings.CutPrefix(string(command), "# go test ")
	m := mutant{name: name, patch: patch, packages: strings.Fields(args)}
	if len(m.packages) > 0 && strings.HasPrefix(m.packages[0], "-run=") {
		m.run, m.packages = strings.TrimPrefix(m.packages[0], "-run="), m.packages[1:]
	}
	if !ok || len(m.packages) == 0 {
		return mutant{}, errors.New(`want "# go test" and packages in the first line`)
	}
	for _, match := range changed.FindAllSubmatch(diff, -1) {
		m.files = append(m.files, string(match[1]))
	}
	if m.files == nil {
		return mutant{}, errors.New("want a diff that changes a file")
	}
	return m, nil
}

// apply patches copies of the files in scratch, an empty folder, and returns the
// path of the overlay that puts them in place of the originals for the go
// command.
func (m mutant) apply(root, scratch string) (overlay string, err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for _, file := range m.files {
		original, copied := filepath.Join(root, file), filepath.Join(scratch, file)
		text, err := os.ReadFile(original)
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(filepath.Dir(copied), 0o700); err != nil {
			return "", err
		}
		if err := os.WriteFile(copied, text, 0o600); err != nil {
			return "", err
		}
		replace[original] = copied
	}
	git := exec.Command("git", "apply", m.patch)
	git.Dir = scratch
	git.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(scratch)) // a repository around it would take the patch for its own
	if out, err := git.CombinedOutput(); err != nil {
		return "", fmt.Errorf("does not apply: %s", strings.ReplaceAll(strings.TrimSpace(string(out)), "\n", "; "))
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(scratch, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}
