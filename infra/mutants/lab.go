package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"
)

// workers is how many mutants are tested at once.
const workers = 2

// A lab tests mutants.
type lab struct {
	project
	scratch string
	report  *report
	suites  []suite                  // with all generated mutants, none switched on
	took    map[string]time.Duration // what the unchanged tests take, by package and what was run
}

// testUnchanged sees that the tests are green before anything is changed, or
// else every mutant would seem to be killed.
func (l *lab) testUnchanged(ctx context.Context, generated overlay, all []mutant) (err error) {
	packages := map[string][]string{} // by what to run of them
	for _, m := range all {
		packages[m.run] = append(packages[m.run], m.packages...)
	}
	named := slices.Concat(slices.Collect(maps.Values(packages))...)
	slices.Sort(named)
	if l.suites, err = l.build(ctx, l.scratch, generated, slices.Compact(named)); err != nil {
		return err
	}
	l.took = map[string]time.Duration{}
	for run, packages := range packages {
		listed, err := l.list(ctx, packages)
		if err != nil {
			return err
		}
		for _, s := range l.suites {
			if !slices.ContainsFunc(listed, func(pkg goPackage) bool { return pkg.Dir == s.Dir }) {
				continue
			}
			began := time.Now()
			red, err := s.test(ctx, run, "", 10*time.Minute)
			if err != nil {
				return err
			}
			if red != "" {
				return fmt.Errorf("the tests of %s fail without any mutant: %s", s.ImportPath, red)
			}
			l.took[s.ImportPath+run] = time.Since(began)
		}
	}
	return nil
}

// testAll takes the mutants in a random order, so that the time left can be told
// from the time gone by.
func (l *lab) testAll(ctx context.Context, all []mutant) {
	todo := make(chan mutant, len(all))
	for _, i := range rand.Perm(len(all)) {
		todo <- all[i]
	}
	close(todo)
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for m := range todo {
				red, err := l.try(ctx, m)
				if ctx.Err() != nil {
					return
				}
				l.report.add(m, red, err)
			}
		})
	}
	working.Wait()
}

// try returns the test that notices the mutant, if any does. The error says that
// the mutant proves nothing.
func (l *lab) try(ctx context.Context, m mutant) (red string, err error) {
	suites := l.suites
	if m.changes != nil {
		folder, err := os.MkdirTemp(l.scratch, "patch")
		if err != nil {
			return "", err
		}
		defer os.RemoveAll(folder)
		patched, err := l.apply(m, folder)
		if err != nil {
			return "", err
		}
		if suites, err = l.build(ctx, folder, patched, m.packages); err != nil {
			return "", err
		}
	}
	for _, s := range suites {
		if m.changes == nil && !slices.Contains(m.packages, s.ImportPath) {
			continue
		}
		red, err := s.test(ctx, m.run, strconv.Itoa(m.number), 10*l.took[s.ImportPath+m.run]+patience)
		if red != "" || err != nil {
			return red, err
		}
	}
	return "", nil
}
