package main

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// workers is how many mutants are tested at once.
const workers = 2

// A lab tests mutants.
type lab struct {
	project
	scratch string
	report  *report
	suites  []suite                  // with all generated mutants, none switched on
	took    map[string]time.Duration // by package and pattern: of the tests that patches name, without a patch
	reached map[int][]test           // by the number of a generated mutant: the tests that reach it
}

// testUnchanged sees that the tests are green before anything is changed, or
// else every mutant would seem to be killed.
func (l *lab) testUnchanged(ctx context.Context, generated overlay, all []mutant) (err error) {
	var tested, reaching []string // packages: all of them, and those whose tests are given generated mutants
	patches := map[string][]string{}
	for _, m := range all {
		tested = append(tested, m.packages...)
		if m.changes == nil {
			reaching = append(reaching, m.packages...)
		} else {
			patches[m.run] = append(patches[m.run], m.packages...)
		}
	}
	slices.Sort(tested)
	if l.suites, err = l.build(ctx, l.scratch, generated, slices.Compact(tested)); err != nil {
		return err
	}
	if l.reached, err = l.reach(ctx, reaching); err != nil {
		return err
	}
	l.took = map[string]time.Duration{}
	for run, packages := range patches {
		listed, err := l.list(ctx, packages)
		if err != nil {
			return err
		}
		for _, s := range l.suites {
			if !slices.ContainsFunc(listed, func(pkg goPackage) bool { return pkg.Dir == s.Dir }) {
				continue
			}
			if l.took[s.ImportPath+run], err = s.green(ctx, run, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// testAll takes the mutants in a random order, so that the time left can be told
// from the time gone by.
func (l *lab) testAll(ctx context.Context, all []mutant) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for _, i := range rand.Perm(len(all)) {
		m, try := all[i], l.tryGenerated
		if m.changes != nil {
			try = l.tryPatch
		}
		group.Go(func() error {
			if red, err := try(ctx, m); ctx.Err() == nil {
				l.report.add(m, red, err)
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// few tests that are about a mutant notice it most often, without the many that
// only come by.
const few = 6

// tryGenerated returns the test that notices the mutant, if any does.
func (l *lab) tryGenerated(ctx context.Context, m mutant) (red string, err error) {
	for _, s := range l.suites {
		if !slices.Contains(m.packages, s.ImportPath) {
			continue
		}
		tests := slices.DeleteFunc(slices.Clone(l.reached[m.number]), func(t test) bool { return t.pkg != s.ImportPath })
		first := min(few, len(tests))
		for _, some := range [][]test{tests[:first], tests[first:]} {
			if red, err = s.tryTests(ctx, m, some); red != "" || err != nil {
				return red, err
			}
		}
	}
	return "", nil
}

// tryTests returns the one of the tests that notices the mutant, if any does.
func (s suite) tryTests(ctx context.Context, m mutant, tests []test) (red string, err error) {
	if len(tests) == 0 {
		return "", nil
	}
	var names []string
	limit := patience
	for _, t := range tests {
		names, limit = append(names, t.name), limit+10*t.took
	}
	return s.test(ctx, "^("+strings.Join(names, "|")+")$", "NOTEGATE_MUTANT="+strconv.Itoa(m.number), limit)
}

// tryPatch compiles the code with a patch, and returns the test that notices it.
// The error says that the patch proves nothing.
func (l *lab) tryPatch(ctx context.Context, m mutant) (red string, err error) {
	folder, err := os.MkdirTemp(l.scratch, "patch")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	patched, err := l.apply(m, folder)
	if err != nil {
		return "", err
	}
	suites, err := l.build(ctx, folder, patched, m.packages)
	if err != nil {
		return "", err
	}
	for _, s := range suites {
		if red, err = s.test(ctx, m.run, "", 10*l.took[s.ImportPath+m.run]+patience); red != "" || err != nil {
			return red, err
		}
	}
	return "", nil
}

// green runs tests without a mutant, and returns how long they took. The error
// says that one failed.
func (s suite) green(ctx context.Context, run, setting string) (time.Duration, error) {
	began := time.Now()
	red, err := s.test(ctx, run, setting, 10*time.Minute)
	if err == nil && red != "" {
		err = fmt.Errorf("the tests of %s fail without any mutant: %s", s.ImportPath, red)
	}
	return time.Since(began), err
}
