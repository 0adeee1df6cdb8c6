package notetest

import (
	"context"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

// A defective store is a Memory except for the methods that are set.
type defective struct {
	Memory
	create func(context.Context, note.Owner, note.Note) (note.Note, error)
	get    func(context.Context, note.Owner, string) (note.Note, error)
	list   func(context.Context, note.Owner, string, int) ([]note.Note, bool, error)
	update func(context.Context, note.Owner, string, string, time.Time, note.Condition) (note.Note, error)
	delete func(context.Context, note.Owner, string, note.Condition) error
}

func (d *defective) Create(ctx context.Context, owner note.Owner, n note.Note) (note.Note, error) {
	if d.create != nil {
		return d.create(ctx, owner, n)
	}
	return d.Memory.Create(ctx, owner, n)
}

func (d *defective) Get(ctx context.Context, owner note.Owner, id string) (note.Note, error) {
	if d.get != nil {
		return d.get(ctx, owner, id)
	}
	return d.Memory.Get(ctx, owner, id)
}

func (d *defective) List(ctx context.Context, owner note.Owner, after string, limit int) ([]note.Note, bool, error) {
	if d.list != nil {
		return d.list(ctx, owner, after, limit)
	}
	return d.Memory.List(ctx, owner, after, limit)
}

func (d *defective) Update(ctx context.Context, owner note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
	if d.update != nil {
		return d.update(ctx, owner, id, text, at, when)
	}
	return d.Memory.Update(ctx, owner, id, text, at, when)
}

func (d *defective) Delete(ctx context.Context, owner note.Owner, id string, when note.Condition) error {
	if d.delete != nil {
		return d.delete(ctx, owner, id, when)
	}
	return d.Memory.Delete(ctx, owner, id, when)
}

// overwrite keeps the note, whatever is there.
func (d *defective) overwrite(owner note.Owner, n note.Note) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.notes == nil {
		d.notes = make(map[key]note.Note)
	}
	d.notes[key{owner, n.ID}] = n
}

// birthless is the condition with the births that it would need.
func (d *defective) birthless(o note.Owner, id string, when note.Condition) (changed note.Condition) {
	n, _ := d.Memory.Get(context.Background(), o, id)
	for _, tag := range when {
		changed = append(changed, note.Tag{Birth: n.Birth, Version: tag.Version})
	}
	return changed
}

// drop removes the notes whose ids are so.
func (d *defective) drop(owner note.Owner, so func(id string) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for k := range d.notes {
		if k.owner == owner && so(k.id) {
			delete(d.notes, k)
		}
	}
}

// onNotes is a defect in what Get, List and Create give back.
func onNotes(change func(*note.Note)) func(*defective) {
	return func(d *defective) {
		d.create = func(ctx context.Context, o note.Owner, n note.Note) (note.Note, error) {
			n, err := d.Memory.Create(ctx, o, n)
			change(&n)
			return n, err
		}
		d.get = func(ctx context.Context, o note.Owner, id string) (note.Note, error) {
			n, err := d.Memory.Get(ctx, o, id)
			change(&n)
			return n, err
		}
		d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
			notes, more, err := d.Memory.List(ctx, o, after, limit)
			for i := range notes {
				change(&notes[i])
			}
			return notes, more, err
		}
	}
}

// onOwners is a store that takes some owners for the same.
func onOwners(same func(sub string) string) func(*defective) {
	return func(d *defective) {
		known := func(o note.Owner) note.Owner {
			o, _ = note.ParseOwner(same(o.String()))
			return o
		}
		d.create = func(ctx context.Context, o note.Owner, n note.Note) (note.Note, error) {
			return d.Memory.Create(ctx, known(o), n)
		}
		d.get = func(ctx context.Context, o note.Owner, id string) (note.Note, error) {
			return d.Memory.Get(ctx, known(o), id)
		}
		d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
			return d.Memory.List(ctx, known(o), after, limit)
		}
		d.update = func(ctx context.Context, o note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
			return d.Memory.Update(ctx, known(o), id, text, at, when)
		}
		d.delete = func(ctx context.Context, o note.Owner, id string, when note.Condition) error {
			return d.Memory.Delete(ctx, known(o), id, when)
		}
	}
}
