package notetest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

// TestDefects has stores with one defect each, and the rules that must report
// it. Every rule is among them: one that nothing can break is none.
func TestDefects(t *testing.T) {
	t.Parallel()
	rules := contract()
	rules["a crowd"] = func(t testing.TB, s note.Store) { TestCrowd(t, s, 500, createAll(t.Context(), s)) }
	broken := map[string]bool{}
	for name, c := range defects() {
		for _, by := range c.reportedBy {
			broken[by] = true
			t.Run(name+"/"+by, func(t *testing.T) {
				t.Parallel()
				r, ok := rules[by]
				if !ok {
					t.Fatalf("there is no rule %q", by)
				}
				s := &defective{}
				c.put(s)
				if check(t, r, s) == nil {
					t.Error("nothing is reported")
				}
			})
		}
	}
	for name := range rules {
		if !broken[name] {
			t.Errorf("%q: no defect breaks it", name)
		}
	}
}

type defect struct {
	put        func(*defective)
	reportedBy []string
}

// defects are by their names, which say what the store does.
func defects() map[string]defect {
	return map[string]defect{
		"a create overwrites": {func(d *defective) {
			d.create = func(_ context.Context, o note.Owner, n note.Note) (note.Note, error) {
				d.overwrite(o, n)
				return n, nil
			}
		}, []string{
			"creating the same again changes nothing", "creating another text under the id is a conflict", "of concurrent creates one wins",
		}},
		"a create keeps nothing": {func(d *defective) {
			d.create = func(_ context.Context, _ note.Owner, n note.Note) (note.Note, error) { return n, nil }
		}, []string{"a note comes back as it was created", "a deleted note is gone and its id is free", "a crowd"}},
		"a create takes at most 256 KB": {func(d *defective) {
			d.create = func(ctx context.Context, o note.Owner, n note.Note) (note.Note, error) {
				n.Text = n.Text[:min(len(n.Text), 256<<10)]
				return d.Memory.Create(ctx, o, n)
			}
		}, []string{"the largest note fits"}},

		"texts lose their NULs":   {onNotes(func(n *note.Note) { n.Text = strings.ReplaceAll(n.Text, "\x00", "") }), []string{"texts and ids come back byte for byte"}},
		"texts lose their blanks": {onNotes(func(n *note.Note) { n.Text = strings.TrimSpace(n.Text) }), []string{"texts and ids come back byte for byte"}},
		"times in another zone":   {onNotes(func(n *note.Note) { n.CreatedAt = n.CreatedAt.In(time.FixedZone("", 3600)) }), []string{"times come back in UTC and to the millisecond"}},
		"times to the second":     {onNotes(func(n *note.Note) { n.UpdatedAt = n.UpdatedAt.Truncate(time.Second) }), []string{"a note comes back as it was created", "times come back in UTC and to the millisecond"}},

		"all owners are one":        {onOwners(func(string) string { return "all" }), []string{"owners are apart", "concurrent owners and ids do not meet"}},
		"owners in lower case":      {onOwners(strings.ToLower), []string{"owners are apart"}},
		"owners cut at a separator": {onOwners(func(sub string) string { return strings.TrimRight(sub[:1]+strings.ReplaceAll(sub[1:], "/", "#"), "*") }), []string{"owners are apart"}},

		"an update keeps the version": {func(d *defective) {
			d.update = func(ctx context.Context, o note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
				n, err := d.Memory.Update(ctx, o, id, text, at, when)
				if err == nil {
					n.Version--
					d.overwrite(o, n)
				}
				return n, err
			}
		}, []string{"an update sets text, time and version", "a condition holds only for the current tags"}},
		"an update makes what is missing": {func(d *defective) {
			d.update = func(_ context.Context, o note.Owner, id, text string, at time.Time, _ note.Condition) (note.Note, error) {
				n := fresh(id, text)
				d.overwrite(o, n)
				return n, nil
			}
		}, []string{"an update or delete of no note is not found", "owners are apart"}},
		"an update looks at no version": {func(d *defective) {
			d.update = func(ctx context.Context, o note.Owner, id, text string, at time.Time, _ note.Condition) (note.Note, error) {
				return d.Memory.Update(ctx, o, id, text, at, nil)
			}
		}, []string{"a stale tag changes nothing", "a condition holds only for the current tags"}},
		"an update takes an older version": {func(d *defective) {
			d.update = func(ctx context.Context, o note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
				if n, err := d.Get(ctx, o, id); err == nil && len(when) == 1 && when[0].Birth == n.Birth && when[0].Version < n.Version {
					when = nil
				}
				return d.Memory.Update(ctx, o, id, text, at, when)
			}
		}, []string{"a condition holds only for the current tags"}},
		"an update looks at no birth": {func(d *defective) {
			d.update = func(ctx context.Context, o note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
				return d.Memory.Update(ctx, o, id, text, at, d.birthless(o, id, when))
			}
		}, []string{"a stale tag changes nothing", "a tag of a deleted note meets no other"}},
		"a delete looks at no birth": {func(d *defective) {
			d.delete = func(ctx context.Context, o note.Owner, id string, when note.Condition) error {
				return d.Memory.Delete(ctx, o, id, d.birthless(o, id, when))
			}
		}, []string{"a stale tag changes nothing", "a tag of a deleted note meets no other"}},
		"an update looks at the first tag": {func(d *defective) {
			d.update = func(ctx context.Context, o note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
				return d.Memory.Update(ctx, o, id, text, at, when[:min(1, len(when))])
			}
		}, []string{"a condition holds only for the current tags"}},
		"two updates at once": {func(d *defective) {
			var readers atomic.Int64
			var all sync.WaitGroup
			all.Add(writers)
			d.get = func(ctx context.Context, o note.Owner, id string) (note.Note, error) {
				if n, err := d.Memory.Get(ctx, o, id); readers.Add(1) <= writers {
					all.Done()
					all.Wait() // until everybody has read the same
					return n, err
				}
				return d.Memory.Get(ctx, o, id)
			}
			d.update = func(ctx context.Context, o note.Owner, id, text string, at time.Time, _ note.Condition) (note.Note, error) {
				return d.Memory.Update(ctx, o, id, text, at, nil)
			}
		}, []string{"concurrent conditional updates lose none"}},
		"an update that never comes first": {func(d *defective) {
			d.update = func(context.Context, note.Owner, string, string, time.Time, note.Condition) (note.Note, error) {
				return note.Note{}, note.ErrVersion
			}
		}, []string{"concurrent conditional updates lose none"}},

		"a delete removes nothing": {func(d *defective) {
			d.delete = func(context.Context, note.Owner, string, note.Condition) error { return nil }
		}, []string{"a deleted note is gone and its id is free", "an update or delete of no note is not found", "a stale tag changes nothing"}},
		"a delete removes all that begins so": {func(d *defective) {
			d.delete = func(_ context.Context, o note.Owner, id string, _ note.Condition) error {
				d.drop(o, func(other string) bool { return strings.HasPrefix(other, id) })
				return nil
			}
		}, []string{"an id that is the prefix of another is its own"}},

		"a list of nobody is an error": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				notes, more, err := d.Memory.List(ctx, o, after, limit)
				if len(notes) == 0 {
					return nil, false, note.ErrNotFound
				}
				return notes, more, err
			}
		}, []string{"a list of an owner without notes is empty, not error"}},
		"a list is in no order of bytes": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				notes, more, err := d.Memory.List(ctx, o, after, limit)
				slices.SortFunc(notes, func(a, b note.Note) int { return strings.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)) })
				return notes, more, err
			}
		}, []string{"a list is in order of bytes"}},
		"a list begins anew": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, _ string, limit int) ([]note.Note, bool, error) {
				return d.Memory.List(ctx, o, "", limit)
			}
		}, []string{"a list is in order of bytes", "a list ends where it says", "a list is stable while notes come and go", "a cursor is a position and no key", "a crowd"}},
		"a list holds one too many": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				return d.Memory.List(ctx, o, after, limit+1)
			}
		}, []string{"a list ends where it says"}},
		"a list never ends": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				notes, _, err := d.Memory.List(ctx, o, after, limit)
				return notes, true, err
			}
		}, []string{"a list ends where it says", "a list of an owner without notes is empty, not error"}},
		"a list ends with its first page": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				notes, _, err := d.Memory.List(ctx, o, after, limit)
				return notes, false, err
			}
		}, []string{"a list ends where it says", "a list is in order of bytes", "a crowd"}},
		"a list ends after 1 MB": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				notes, more, err := d.Memory.List(ctx, o, after, limit)
				size := 0
				for i, n := range notes {
					if size += len(n.Text); size > 1<<20 {
						return notes[:i], false, err
					}
				}
				return notes, more, err
			}
		}, []string{"a list of the largest notes is whole"}},
		"a list shows what was there at its first page": {func(d *defective) {
			var then Memory
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				if after == "" {
					all, _, _ := d.Memory.List(ctx, o, "", d.Len())
					then = Memory{}
					for _, n := range all {
						then.Create(ctx, o, n)
					}
				}
				return then.List(ctx, o, after, limit)
			}
		}, []string{"a list is stable while notes come and go", "a crowd"}},
		"a list takes the owner from the position": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				if sub, id, ok := strings.Cut(after, "\x00"); ok {
					if other, err := note.ParseOwner(sub); err == nil {
						o, after = other, id
					}
				}
				return d.Memory.List(ctx, o, after, limit)
			}
		}, []string{"a cursor is a position and no key"}},
		"a list has the beginnings of texts alone": {func(d *defective) {
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				notes, more, err := d.Memory.List(ctx, o, after, limit)
				for i := range notes {
					notes[i].Text = notes[i].Text[:min(len(notes[i].Text), 1<<10)]
				}
				return notes, more, err
			}
		}, []string{"excerpts are the beginnings of whole texts", "a list of the largest notes is whole"}},
		"a list is the store's own": {func(d *defective) {
			var own []note.Note
			d.list = func(ctx context.Context, o note.Owner, after string, limit int) ([]note.Note, bool, error) {
				if own == nil {
					own, _, _ = d.Memory.List(ctx, o, after, limit)
				}
				return own, false, nil
			}
		}, []string{"returned notes are the caller's"}},

		"no method looks at its context": {func(d *defective) {
			d.create = func(ctx context.Context, o note.Owner, n note.Note) (note.Note, error) {
				return d.Memory.Create(context.WithoutCancel(ctx), o, n)
			}
		}, []string{"nothing happens once the context has ended"}},
	}
}
