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
