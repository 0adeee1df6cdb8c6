package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A test takes some time when no other runs beside it.
type test struct {
	pkg, name string
	took      time.Duration
}

// reach runs each test of the packages by itself, without a mutant, and tells by the
// number of each generated mutant which tests come by it: no other can notice it.
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
			return nil, err
		}
		for _, name := range names {
			group.Go(func() error {
				took, mutants, err := s.reach(ctx, name)
				mu.Lock()
				defer mu.Unlock()
				for _, m := range mutants {
					reached[m] = append(reached[m], test{s.ImportPath, name, took})
				}
				return err
			})
		}
	}
	return reached, group.Wait()
}

// reach runs one test, and returns the numbers of the mutants that it comes by.
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
