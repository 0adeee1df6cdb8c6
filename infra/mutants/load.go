package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A mutant is one change of the code.
type mutant struct {
	name     string
	number   int      // that switches it on; 0 for a patch
	packages []string // to test
	run      string   // which of their tests, as go test's -run; empty: all
	changes  []change // of a patch
}

// An overlay has, by the absolute paths of files, those that replace them.
type overlay map[string]string

// load makes all mutants, the generated ones in files below scratch.
func (p project) load(ctx context.Context, scratch string) (all []mutant, generated overlay, err error) {
	packages, err := p.list(ctx, p.checked)
	if err != nil {
		return nil, nil, err
	}
	generated = overlay{}
	for _, pkg := range packages {
		if strings.HasSuffix(pkg.Name, "test") {
			continue
		}
		texts := map[string]string{"mutants_.go": fmt.Sprintf(switches, pkg.Name)}
		for _, file := range pkg.GoFiles {
			text, made, err := generate(filepath.Join(pkg.Dir, file), pkg.Name, len(all))
			if err != nil {
				return nil, nil, err
			}
			texts[file] = text
			for _, m := range made {
				m.packages = append([]string{pkg.ImportPath}, p.also[pkg.Name]...)
				all = append(all, m)
			}
		}
		for file, text := range texts {
			changed := filepath.Join(scratch, "generated", strconv.Itoa(len(generated)), file)
			if err := writeFile(changed, text); err != nil {
				return nil, nil, err
			}
			generated[filepath.Join(pkg.Dir, file)] = changed
		}
	}
	if all, err = p.withoutEquivalents(all); err != nil {
		return nil, nil, err
	}
	patches, err := p.patches()
	return append(all, patches...), generated, err
}

type goPackage struct {
	Dir, ImportPath, Name string
	GoFiles               []string
}

func (p project) list(ctx context.Context, patterns []string) (all []goPackage, err error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-json=Dir,ImportPath,Name,GoFiles"}, patterns...)...)
	cmd.Dir, cmd.Stderr = p.root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	for packages := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg goPackage
		if err := packages.Decode(&pkg); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		all = append(all, pkg)
	}
}

// selected returns the mutants that match a pattern by package, file or name.
func selected(all []mutant, patterns []string) (some []mutant, err error) {
	unused := slices.Clone(patterns)
	for _, m := range all {
		file, _, _ := strings.Cut(m.name, " ")
		group := file[:strings.IndexAny(file+"/", "/-")]
		matches := func(pattern string) bool {
			return slices.ContainsFunc([]string{group, file, m.name}, func(s string) bool { ok, _ := path.Match(pattern, s); return ok })
		}
		if len(patterns) == 0 || slices.ContainsFunc(patterns, matches) {
			some = append(some, m)
			unused = slices.DeleteFunc(unused, matches)
		}
	}
	if len(unused) > 0 {
		return nil, fmt.Errorf("no mutant matches %q", unused)
	}
	return some, nil
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}
