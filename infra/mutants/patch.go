package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func (p project) patches() (all []mutant, err error) {
	folder, err := filepath.Abs(p.folder())
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.patch"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		m, err := readPatch(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, m)
	}
	return all, nil
}

var changed = regexp.MustCompile(`(?m)^--- a/(\S+)$`)

func readPatch(file string) (mutant, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return mutant{}, err
	}
	command, diff, _ := bytes.Cut(text, []byte("\n"))
	args, ok := strings.CutPrefix(string(command), "# go test ")
	m := mutant{name: strings.TrimSuffix(filepath.Base(file), ".patch"), patch: file, packages: strings.Fields(args)}
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

// apply patches copies of the files in scratch, an empty folder.
func (p project) apply(m mutant, scratch string) (overlay, error) {
	patched := overlay{}
	for _, file := range m.files {
		original, err := filepath.Abs(filepath.Join(p.root, file))
		if err != nil {
			return nil, err
		}
		text, err := os.ReadFile(original)
		if err != nil {
			return nil, err
		}
		patched[original] = filepath.Join(scratch, file)
		if err := writeFile(patched[original], string(text)); err != nil {
			return nil, err
		}
	}
	git := exec.Command("git", "apply", m.patch)
	git.Dir = scratch
	git.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(scratch)) // a repository around it would take the patch for its own
	if out, err := git.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("does not apply: %s", strings.ReplaceAll(strings.TrimSpace(string(out)), "\n", "; "))
	}
	return patched, nil
}
