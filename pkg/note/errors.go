package note

import "errors"

// What can go wrong. Test with errors.Is; any other error is a
// fault of ours or of the store.
var (
	ErrInvalid     = errors.New("note: invalid")       // the input breaks a rule; always a [*FieldError]
	ErrTooLarge    = errors.New("note: too large")     // the text is over its bound; always a [*FieldError]
	ErrNoOwner     = errors.New("note: no owner")      // nobody's notes were asked for
	ErrNotFound    = errors.New("note: not found")     // no such note, or somebody else's
	ErrConflict    = errors.New("note: conflict")      // the id is taken by a note with another text
	ErrVersion     = errors.New("note: stale version") // the note isn't in the state that the caller expects, or is gone
	ErrThrottled   = errors.New("note: throttled")     // the store takes no more for now; try later
	ErrUnavailable = errors.New("note: unavailable")   // the store didn't answer, or ctx ended first; whether a change was made is unknown
)

// A FieldError says which part of the input breaks which rule. It holds our
// words and bounds only, never the input, so it is safe to show and to log.
type FieldError struct {
	Field string // noteid, note, limit, next or excerpt
	Rule  string // what the field must be, such as "must be 1 to 256 bytes long"
	kind  error
}

// Error returns one line: kind, field, rule.
func (e *FieldError) Error() string { return e.kind.Error() + ": " + e.Field + " " + e.Rule }

// Unwrap returns [ErrInvalid] or [ErrTooLarge].
func (e *FieldError) Unwrap() error { return e.kind }
