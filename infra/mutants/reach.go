package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A test is a test function, an example or a fuzz target with its seeds.
type test struct {
	pkg, name string
	took      time.Duration // in a process of its own
	reaches   int           // mutants
}

// reach runs each test of the packages in a process of its own, without a mutant.
// It returns the tests that reach a generated mutant, by the mutant's number: no
// other test can notice it. The first reach the fewest others, and are about it.
func (l *lab) reach(ctx context.Context, packages []string) (map[int][]test, error) {
	var mu sync.Mutex
	reached := map[int][]test{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for _, s := range l.suites {
		if !slices.Contains(packages, s.ImportPath) {
			continue
		}
		names, err := s.names(ctx)
		if err != nil {
			return nil, errors.Join(err, group.Wait())
		}
		for _, name := range names {
			group.Go(func() error {
				took, mutants, err := s.reach(ctx, name)
				mu.Lock()
				defer mu.Unlock()
				for _, m := range mutants {
					reached[m] = append(reached[m], test{s.ImportPath, name, took, len(mutants)})
				}
				return err
			})
		}
	}
	err := group.Wait()
	for _, tests := range reached {
		slices.SortFunc(tests, func(a, b test) int { return a.reaches - b.reaches })
	}
	return reached, err
}

// reach runs one test, and returns the numbers of the mutants that it reaches.
func (s suite) reach(ctx context.Context, name string) (took time.Duration, mutants []int, err error) {
	folder, err := os.MkdirTemp(filepath.Dir(s.binary), "reached")
	if err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(folder)
	if took, err = s.green(ctx, "^"+name+"$", "NOTEGATE_REACHED="+folder); err != nil {
		return 0, nil, err
	}
	files, err := os.ReadDir(folder)
	for _, f := range files {
		number, err := strconv.Atoi(f.Name())
		if err != nil {
			return 0, nil, err
		}
		mutants = append(mutants, number)
	}
	return took, mutants, err
}
