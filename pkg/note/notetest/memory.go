package notetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

// Memory is a Store for tests of what stands above a store. Its zero value is
// empty and ready.
type Memory struct {
	// Before, if set, is called first by each method of a Store, which does nothing
	// if it returns an error, and returns that. It must not call the Memory.
	Before func(context.Context, note.Owner) error

	mu    sync.Mutex
	notes map[key]note.Note
}

var _ note.Store = (*Memory)(nil)

type key struct {
	owner note.Owner
	id    string
}

// Len returns how many notes there are, of all owners.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.notes)
}

// Create implements [note.Store], with its errors.
func (m *Memory) Create(ctx context.Context, owner note.Owner, n note.Note) (note.Note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.begin(ctx, owner); err != nil {
		return note.Note{}, err
	}
	if old, ok := m.notes[key{owner, n.ID}]; ok {
		if old.Text != n.Text {
			return note.Note{}, note.ErrConflict
		}
		return old, nil
	}
	if m.notes == nil {
		m.notes = make(map[key]note.Note)
	}
	m.notes[key{owner, n.ID}] = n
	return n, nil
}

// Get implements [note.Store], with its errors.
func (m *Memory) Get(ctx context.Context, owner note.Owner, id string) (note.Note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.find(ctx, owner, id, nil)
}

// List implements [note.Store], with its errors.
func (m *Memory) List(ctx context.Context, owner note.Owner, after string, limit int) ([]note.Note, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.begin(ctx, owner); err != nil {
		return nil, false, err
	}
	var notes []note.Note
	for _, k := range slices.SortedFunc(maps.Keys(m.notes), func(a, b key) int { return strings.Compare(a.id, b.id) }) {
		if k.owner != owner || k.id <= after {
			continue
		}
		if len(notes) == limit {
			return notes, true, nil
		}
		notes = append(notes, m.notes[k])
	}
	return notes, false, nil
}

// Update implements [note.Store], with its errors.
func (m *Memory) Update(ctx context.Context, owner note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(ctx, owner, id, when)
	if err != nil {
		return note.Note{}, err
	}
	n.Text, n.UpdatedAt, n.Version = text, at, n.Version+1
	m.notes[key{owner, id}] = n
	return n, nil
}

// Delete implements [note.Store], with its errors.
func (m *Memory) Delete(ctx context.Context, owner note.Owner, id string, when note.Condition) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.find(ctx, owner, id, when); err != nil {
		return err
	}
	delete(m.notes, key{owner, id})
	return nil
}

func (m *Memory) find(ctx context.Context, owner note.Owner, id string, when note.Condition) (note.Note, error) {
	if err := m.begin(ctx, owner); err != nil {
		return note.Note{}, err
	}
	n, ok := m.notes[key{owner, id}]
	switch {
	case !ok && len(when) == 0:
		return note.Note{}, note.ErrNotFound
	case !ok || !when.Holds(n):
		return note.Note{}, note.ErrVersion
	}
	return n, nil
}

func (m *Memory) begin(ctx context.Context, owner note.Owner) error {
	if m.Before != nil {
		if err := m.Before(ctx, owner); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", note.ErrUnavailable, err)
	}
	return nil
}
