// Package boltfile opens bbolt files that may be damaged. bbolt trusts its file:
// a wrong byte makes it panic in goroutines of its own, read beyond the file or
// take all memory, at once or at some later write. So the file is read here
// first, by code that trusts nothing in it.
package boltfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrUnreadable is the error of a file that isn't opened because of what is in it.
var ErrUnreadable = errors.New("damaged, or another program's")

// lockTimeout is how long Open waits for another process to let go of the file.
const lockTimeout = time.Second

// A Visit is called with every entry of every bucket, in order, and returns an
// error if the entry can't be the caller's. The error must not hold what a user
// wrote. The slices are good during the call only.
type Visit func(bucket string, key, value []byte) error

// Open opens the file, or makes it, readable only by its owner, in a directory
// that exists. Nothing is written to a file in which a page is not as bbolt
// wrote it, or an entry not as visit wants it: then the error is one line with
// the path and what to do, and wraps [ErrUnreadable].
//
// Keys and values themselves are taken as they are: bbolt keeps no checksum of
// them. One process can have the file open; another one's Open fails after a
// second. The caller closes the database.
func Open(path string, visit Visit) (*bbolt.DB, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file: move it away", path)
	case info.Size() > 0: // bbolt makes a new database of an empty file
		if err := check(path, visit); err != nil {
			return nil, refusal(path, err)
		}
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout})
	if err != nil {
		return nil, refusal(path, err)
	}
	return db, nil
}

// check reads the whole file while no other process can write to it.
func check(path string, visit Visit) error {
	lock, err := bbolt.Open(path, 0, &bbolt.Options{ReadOnly: true, Timeout: lockTimeout}) // reads only the meta pages
	if err != nil {
		return err
	}
	defer lock.Close()
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return (&reader{file: file, size: info.Size(), visit: visit}).read()
}

// refusal turns an error into one line that names the file.
func refusal(path string, err error) error {
	var system *fs.PathError
	var errno syscall.Errno
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%s is in use by another process", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: this user must be allowed to read and write it", err)
	case errors.As(err, &system): // which names the file
		return err
	case errors.As(err, &errno):
		return fmt.Errorf("%s: %w", path, err)
	}
	return fmt.Errorf("%s is %w (%w): put a copy in its place, or move it away to begin with nothing", path, ErrUnreadable, err)
}
