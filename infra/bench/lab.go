package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// A lab is where functions are measured. Make it with newLab, and close it.
type lab struct {
	extent   extent
	began    time.Time
	machine  machine
	pool     *pool
	keySet   *server
	table    *server  // only the notes ask it
	folder   string   // for binaries and logs
	fetched  []string // environment
	bundled  []string // the same, with the key set bundled
	subjects []*subject
	missing  string
	measured map[string]samples // by subject
}

func newLab(e extent) (l *lab, err error) {
	l = &lab{extent: e, began: time.Now(), machine: thisMachine(), measured: make(map[string]samples)}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if l.pool, err = newPool(l.began); err != nil {
		return nil, err
	}
	if l.keySet, err = serve(keySet(l.pool.keySet)); err != nil {
		return nil, err
	}
	if l.table, err = serve(table); err != nil {
		return nil, err
	}
	if l.folder, err = os.MkdirTemp("", "notegate-bench"); err != nil {
		return nil, err
	}
	seed := filepath.Join(l.folder, "jwks.json")
	l.fetched = environment(l.keySet.url, l.table.url)
	l.bundled = append(environment(l.keySet.url, l.table.url), "JWKS_FILE="+seed)
	return l, os.WriteFile(seed, l.pool.keySet, 0o600)
}

// build builds the subjects. Those in Node are left out, and missing says why,
// where there is no Node.
func (l *lab) build(root string) error {
	candidates, err := subjects(l.pool, l.began)
	if err != nil {
		return err
	}
	for _, s := range candidates {
		switch err := s.build(root, l.folder); {
		case errors.Is(err, errNoNode):
			l.missing = err.Error()
		case err != nil:
			return err
		default:
			l.subjects = append(l.subjects, s)
		}
	}
	return nil
}

func (l *lab) weigh() error {
	for _, s := range l.subjects {
		size, err := zippedSize(s.files)
		if err != nil {
			return err
		}
		l.taken(s.name).add(zipped, megabytes(size))
	}
	return nil
}

// measure measures everything, after making sure that all subjects do their
// work.
func (l *lab) measure(ctx context.Context) error {
	if err := l.check(ctx); err != nil {
		return err
	}
	for range l.extent.Rounds {
		for _, step := range []func(context.Context) error{l.cold, l.warm, l.verifications} {
			if err := step(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *lab) close() {
	for _, s := range []*server{l.keySet, l.table} {
		if s != nil {
			s.http.Close()
		}
	}
	os.RemoveAll(l.folder)
}

// taken is where the samples of a subject go.
func (l *lab) taken(name string) samples {
	if l.measured[name] == nil {
		l.measured[name] = make(samples)
	}
	return l.measured[name]
}
