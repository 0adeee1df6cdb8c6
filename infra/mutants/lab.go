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
	took    map[string]time.Duration // what the unchanged tests take that patches name, by package and what was run
	reached map[int][]test           // by the number of a generated mutant
}

// testUnchanged sees that the tests are green before anything is changed, or
// else every mutant would seem to be killed.
func (l *lab) testUnchanged(ctx context.Context, generated overlay, all []mutant) (err error) {
	var named, own []string // packages that are tested, and those with generated mutants
	patches := map[string][]string{}
	for _, m := range all {
		named = append(named, m.packages...)
		if m.changes == nil {
			own = append(own, m.packages...)
		} else {
			patches[m.run] = append(patches[m.run], m.packages...)
		}
	}
	slices.Sort(named)
	if l.suites, err = l.build(ctx, l.scratch, generated, slices.Compact(named)); err != nil {
		return err
	}
	if l.reached, err = l.reach(ctx, own); err != nil {
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

// tryGenerated returns the test that notices the mutant, if any does.
func (l *lab) tryGenerated(ctx context.Context, m mutant) (red string, err error) {
	for _, s := range l.suites {
		var names []string
		var took time.Duration
		for _, t := range l.reached[m.number] {
			if t.pkg == s.ImportPath {
				names, took = append(names, t.name), took+t.took
			}
		}
		if names == nil || !slices.Contains(m.packages, s.ImportPath) {
			continue
		}
		run := "^(" + strings.Join(names, "|") + ")$"
		if red, err = s.test(ctx, run, "NOTEGATE_MUTANT="+strconv.Itoa(m.number), 10*took+patience); red != "" || err != nil {
			return red, err
		}
	}
	return "", nil
}

// tryPatch does the same with code that is compiled anew. The error says that
// the mutant proves nothing.
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

// green runs tests that must not fail, and tells how long they took.
func (s suite) green(ctx context.Context, run, setting string) (time.Duration, error) {
	began := time.Now()
	red, err := s.test(ctx, run, setting, 10*time.Minute)
	if err == nil && red != "" {
		err = fmt.Errorf("the tests of %s fail without any mutant: %s", s.ImportPath, red)
	}
	return time.Since(began), err
}
