package note

import (
	"context"
	"encoding/base64"
	"fmt"
)

// Bounds of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 100

	// maxPageBytes bounds ids and texts together. A control character takes up
	// to 7 bytes as JSON within JSON, which is how a Lambda function answers API
	// Gateway, and 7 times this is still below the 6 MB that it may answer.
	maxPageBytes = 800_000
)

// List returns the owner's notes in order of their ids, up to limit of them,
// which is 1 to [MaxLimit]. A page may hold fewer, and still others follow:
// only an empty Next says that this was the last.
//
// next is empty for the first page, else the Next of the page before. It is
// opaque, holds only the position and never the owner, and stays good when notes
// come and go. Anything else is [ErrInvalid].
func (s *Service) List(ctx context.Context, owner Owner, limit int, next string) (Page, error) {
	return s.page(ctx, owner, limit, next, func(whole string) string { return whole })
}

// page lists notes with what cut leaves of their texts.
func (s *Service) page(ctx context.Context, owner Owner, limit int, next string, cut func(text string) string) (Page, error) {
	after, cursorErr := parseCursor(next)
	if err := check(owner, checkLimit(limit), cursorErr); err != nil {
		return Page{}, err
	}
	notes, more, err := s.Store.List(ctx, owner, after, limit)
	if err != nil {
		return Page{}, err
	}
	for i, n := range notes {
		if text := cut(n.Text); text != n.Text { // or it may be a slice that the store keeps
			notes[i].Text = text
		}
	}
	if n := fitting(notes); n < len(notes) {
		notes, more = notes[:n], true
	}
	page := Page{Notes: notes}
	if more && len(notes) > 0 {
		page.Next = cursor(notes[len(notes)-1].ID)
	}
	return page, nil
}

func checkLimit(limit int) error {
	if limit < 1 || limit > MaxLimit {
		return &FieldError{"limit", fmt.Sprintf("must be a whole number from 1 to %d", MaxLimit), ErrInvalid}
	}
	return nil
}

// fitting returns how many of the notes a page has room for: at least one, since
// no note is nearly as large.
func fitting(notes []Note) int {
	size := 0
	for i, n := range notes {
		size += len(n.ID) + len(n.Text)
		if size > maxPageBytes {
			return i
		}
	}
	return len(notes)
}

// cursorVersion is the first byte of every cursor, so that another form can
// follow without being mistaken for this one.
const cursorVersion = "1"

func cursor(lastID string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorVersion + lastID))
}

// parseCursor returns the id that the page begins after. Encoding it again must
// give the same text, version and all: the decoder would skip line breaks.
func parseCursor(next string) (string, error) {
	if next == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(next)
	if err != nil || len(b) == 0 || checkID(string(b[1:])) != nil || cursor(string(b[1:])) != next {
		return "", &FieldError{"next", "must be what the page before gave as next", ErrInvalid}
	}
	return string(b[1:]), nil
}
