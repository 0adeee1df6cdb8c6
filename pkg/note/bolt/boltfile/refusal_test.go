package boltfile

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"
)

// What the system refuses is no damage, and each line names the file once.
func TestRefusal(t *testing.T) {
	t.Parallel()
	const damaged = `a.db is damaged, or another program's (page 3 is lost): put a copy in its place, or move it away to begin with nothing`
	for rule, c := range map[string]struct {
		err  error
		want string
	}{
		"damage":                  {wrong(3, "lost"), damaged},
		"a user who may not":      {&fs.PathError{Op: "open", Path: "a.db", Err: syscall.EACCES}, "open a.db: permission denied: this user must be allowed to read and write it"},
		"another error of a file": {&fs.PathError{Op: "open", Path: "a.db", Err: syscall.EMFILE}, "open a.db: too many open files"},
		"an error without a file": {syscall.ENOLCK, "a.db: no locks available"},
	} {
		got := refusal("a.db", c.err)
		if got.Error() != c.want || errors.Is(got, ErrUnreadable) != (c.want == damaged) {
			t.Errorf("%s: got %v, want %s", rule, got, c.want)
		}
	}
}
