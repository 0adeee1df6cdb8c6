package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

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
