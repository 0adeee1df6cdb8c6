package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A change of a patch is about whole lines of a file, by its path below the root.
type change struct{ file, from, to string }

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

func readPatch(file string) (mutant, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return mutant{}, err
	}
	command, diff, _ := strings.Cut(string(text), "\n")
	args, ok := strings.CutPrefix(command, "# go test ")
	m := mutant{name: strings.TrimSuffix(filepath.Base(file), ".patch"), packages: strings.Fields(args)}
	if len(m.packages) > 0 && strings.HasPrefix(m.packages[0], "-run=") {
		m.run, m.packages = strings.TrimPrefix(m.packages[0], "-run="), m.packages[1:]
	}
	if !ok || len(m.packages) == 0 {
		return mutant{}, errors.New(`want "# go test" and packages in the first line`)
	}
	in := ""
	for line := range strings.Lines(diff) {
		name, begins := strings.CutPrefix(line, "--- a/")
		last := len(m.changes) - 1
		switch {
		case begins:
			in = strings.TrimSpace(name)
		case in == "" || strings.HasPrefix(line, "+++ "):
		case line[0] == '@':
			m.changes = append(m.changes, change{in, "\n", "\n"}) // at the beginning of a line
		case last < 0:
			return mutant{}, errors.New("want @@ before the lines of a change")
		case line[0] == '-':
			m.changes[last].from += line[1:]
		case line[0] == '+':
			m.changes[last].to += line[1:]
		default:
			m.changes[last].from += line[1:]
			m.changes[last].to += line[1:]
		}
	}
	if m.changes == nil {
		return mutant{}, errors.New("want a diff that changes a file")
	}
	return m, nil
}

// apply writes changed copies of the files into scratch, an empty folder. It
// finds what is changed only by its text, at any line.
func (p project) apply(m mutant, scratch string) (overlay, error) {
	patched := overlay{}
	for _, c := range m.changes {
		original, err := filepath.Abs(filepath.Join(p.root, c.file))
		if err != nil {
			return nil, err
		}
		from := cmp.Or(patched[original], original)
		text, err := os.ReadFile(from)
		if err != nil {
			return nil, err
		}
		if n := strings.Count("\n"+string(text), c.from); n != 1 {
			return nil, fmt.Errorf("does not apply: %s has the old lines %d times: %q", c.file, n, c.from)
		}
		patched[original] = filepath.Join(scratch, c.file)
		if err := writeFile(patched[original], strings.Replace("\n"+string(text), c.from, c.to, 1)[1:]); err != nil {
			return nil, err
		}
	}
	return patched, nil
}

// withoutEquivalents takes out what the file equivalent.txt lists: on each line
// a mutant's name and, after two slashes, why nobody can tell it from the code.
func (p project) withoutEquivalents(all []mutant) ([]mutant, error) {
	text, err := os.ReadFile(filepath.Join(p.folder(), "equivalent.txt"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndex(line, " // ")
		if at < 0 || listed[line[:at]] {
			return nil, fmt.Errorf(`equivalent.txt: %q: want a mutant's name, " // " and a reason, each mutant once`, line)
		}
		listed[line[:at]] = true
	}
	all = slices.DeleteFunc(all, func(m mutant) bool {
		found := listed[m.name]
		delete(listed, m.name)
		return found
	})
	if len(listed) > 0 {
		return nil, fmt.Errorf("equivalent.txt: no mutant is named %q", slices.Sorted(maps.Keys(listed)))
	}
	return all, nil
}

func (p project) folder() string { return filepath.Join(p.root, "infra", "mutants") }
