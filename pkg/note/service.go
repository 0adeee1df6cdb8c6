package note

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"time"
	"unicode/utf8"
)

// A Service is what callers use: it checks the input, sets births, times and
// versions, and passes on to its Store. Its methods may be called at once, return
// the errors of this package, and reach the store with valid input only.
type Service struct {
	Store Store
	Now   func() time.Time // time.Now if nil
}

// Create keeps a new note. Repeating it changes nothing and succeeds; another
// text under the same id is [ErrConflict].
func (s *Service) Create(ctx context.Context, owner Owner, id, text string) (Note, error) {
	if err := check(owner, checkID(id), checkText(text)); err != nil {
		return Note{}, err
	}
	now := s.now()
	return s.Store.Create(ctx, owner, Note{ID: id, Text: text, Birth: rand.Text(), Version: 1, CreatedAt: now, UpdatedAt: now})
}

// Get returns one note, or [ErrNotFound].
func (s *Service) Get(ctx context.Context, owner Owner, id string) (Note, error) {
	if err := check(owner, checkID(id)); err != nil {
		return Note{}, err
	}
	return s.Store.Get(ctx, owner, id)
}

// Update replaces the text of a note and returns the note with its new version.
// Without a condition a missing note is [ErrNotFound]. With one, every note for
// which it doesn't hold, a missing one too, is [ErrVersion].
//
// When a store had to repeat a request whose answer was lost, an update that
// has a condition may report ErrVersion for its own change: read the note again.
// One without a condition is made, and its version counted, twice.
func (s *Service) Update(ctx context.Context, owner Owner, id, text string, when Condition) (Note, error) {
	if err := check(owner, checkID(id), checkText(text)); err != nil {
		return Note{}, err
	}
	return s.Store.Update(ctx, owner, id, text, s.now(), when)
}

// Delete removes a note. Errors are those of [Service.Update], and in the same
// way it may miss the note that it has just removed itself.
func (s *Service) Delete(ctx context.Context, owner Owner, id string, when Condition) error {
	if err := check(owner, checkID(id)); err != nil {
		return err
	}
	return s.Store.Delete(ctx, owner, id, when)
}

// now is in UTC and to the millisecond, which every store can keep.
func (s *Service) now() time.Time {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	return now().UTC().Truncate(time.Millisecond)
}

// check returns the first failure: no owner comes before bad input.
func check(owner Owner, fields ...error) error {
	if owner == (Owner{}) {
		return ErrNoOwner
	}
	return cmp.Or(fields...)
}

func checkID(id string) error {
	if id == "" || len(id) > MaxIDBytes || !utf8.ValidString(id) {
		return &FieldError{"noteid", fmt.Sprintf("must be 1 to %d bytes of UTF-8", MaxIDBytes), ErrInvalid}
	}
	if id == "." || id == ".." { // every client resolves them before it asks, percent-encoded or not
		return &FieldError{"noteid", "must not be . or .., which no URL can name", ErrInvalid}
	}
	return nil
}

func checkText(text string) error {
	switch {
	case len(text) > MaxTextBytes:
		return &FieldError{"note", fmt.Sprintf("must be at most %d bytes of UTF-8", MaxTextBytes), ErrTooLarge}
	case text == "" || !utf8.ValidString(text):
		return &FieldError{"note", fmt.Sprintf("must be 1 to %d bytes of UTF-8", MaxTextBytes), ErrInvalid}
	}
	return nil
}
