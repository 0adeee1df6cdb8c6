package note_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/notetest"
)

var errStore = errors.New("the store fails")

// unlisted is a store whose List fails.
type unlisted struct{ notetest.Memory }

func (*unlisted) List(context.Context, note.Owner, string, int) ([]note.Note, bool, error) {
	return []note.Note{{ID: "1"}}, true, errStore
}

func TestListFails(t *testing.T) {
	t.Parallel()
	notes := note.Service{Store: &unlisted{}}
	page, err := notes.List(t.Context(), ann(t), 1, "")
	if !errors.Is(err, errStore) || !cmp.Equal(page, note.Page{}) {
		t.Errorf("got %v, %v, want no page and %v", page, err, errStore)
	}
}
