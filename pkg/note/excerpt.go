package note

import (
	"context"
	"fmt"
	"unicode/utf8"
)

// MaxExcerptBytes bounds what [Service.Excerpts] may be asked for.
const MaxExcerptBytes = 10_000

// An Excerpt is a note of whose Text only the beginning may be there.
type Excerpt struct {
	Note
	Size int // of the whole Text, in bytes
}

// Excerpts is a part of a user's notes, in order of their ids, without the ends
// of long texts.
type Excerpts struct {
	Notes []Excerpt
	Next  string // where the next page begins, as in [Page]
}

// Excerpts lists notes as [Service.List] does, but of each text at most the first
// length bytes, which are 1 to [MaxExcerptBytes]. It cuts at the boundary of a
// character, so an excerpt may be up to 3 bytes shorter, and empty. Another length is
// a [FieldError]; the other errors are those of [Service.List].
//
// It saves what is sent, not what is read. No store can read a part of a text:
// in DynamoDB a page of excerpts is one Query, billed like the same page of whole
// notes (one read unit for every 4 KB), and it ends where 1 MB was read. Of long
// notes a page therefore holds few, whatever the limit.
func (s *Service) Excerpts(ctx context.Context, owner Owner, limit int, next string, length int) (Excerpts, error) {
	if err := check(owner, checkExcerpt(length)); err != nil {
		return Excerpts{}, err
	}
	var sizes []int
	page, err := s.page(ctx, owner, limit, next, func(text string) string {
		sizes = append(sizes, len(text))
		return beginning(text, length)
	})
	if err != nil {
		return Excerpts{}, err
	}
	excerpts := Excerpts{Notes: make([]Excerpt, len(page.Notes)), Next: page.Next}
	for i, n := range page.Notes {
		excerpts.Notes[i] = Excerpt{n, sizes[i]}
	}
	return excerpts, nil
}

func checkExcerpt(length int) error {
	if length < 1 || length > MaxExcerptBytes {
		return &FieldError{"excerpt", fmt.Sprintf("must be a whole number from 1 to %d", MaxExcerptBytes), ErrInvalid}
	}
	return nil
}

// beginning returns at most that many bytes of the text's beginning, and no part
// of a character.
func beginning(text string, length int) string {
	if len(text) <= length {
		return text
	}
	for length > 0 && !utf8.RuneStart(text[length]) {
		length--
	}
	return text[:length]
}
