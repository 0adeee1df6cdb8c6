package notetest_test

import (
	"testing"

	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/notetest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	notetest.TestStore(t, func(*testing.T) note.Store { return &notetest.Memory{} })
}

func TestMemoryBirthless(t *testing.T) {
	t.Parallel()
	var s notetest.Memory
	notetest.TestBirthless(t, &s, func(o note.Owner, n note.Note) error {
		_, err := s.Create(t.Context(), o, n)
		return err
	})
}

func TestMemoryCrowd(t *testing.T) {
	t.Parallel()
	var s notetest.Memory
	notetest.TestCrowd(t, &s, 2_000, func(o note.Owner, notes []note.Note) error {
		for _, n := range notes {
			if _, err := s.Create(t.Context(), o, n); err != nil {
				return err
			}
		}
		return nil
	})
}
