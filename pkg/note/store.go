package note

import (
	"context"
	"time"
)

// A Store keeps notes. Package notetest tests this contract.
//
// Owners are apart: no call reads, changes or counts a note of another owner,
// and a note of another owner gives the same answer as none. Ids are compared
// and sorted byte by byte. Input is what [Service] has checked; the store
// checks none of it again.
//
// All methods may be called at once, and each is atomic. A change is durable
// when the call returns nil. When ctx has ended before the call, nothing
// changes. Returned values are the caller's to keep.
//
// Every method may also return an error that wraps [ErrThrottled], or
// [ErrUnavailable] and the cause, which is ctx.Err() if ctx has ended.
type Store interface {
	// Create keeps n as it is and returns it, if its owner has no note of that
	// ID. If there is one with the same Text, nothing changes and the note there
	// is returned, so that a create can be repeated. If there is one with
	// another Text: ErrConflict. A note without a birth may get that of n.
	Create(ctx context.Context, owner Owner, n Note) (Note, error)

	// Get returns the note, or ErrNotFound. It sees every change that was
	// acknowledged before the call.
	Get(ctx context.Context, owner Owner, id string) (Note, error)

	// List returns the owner's notes whose ID is greater than after, in order,
	// from the first on and without a gap; at most limit of them, and fewer if
	// the store reads no further at once. more is true if others may follow, and
	// then there is at least one note. A note that is there all the while is
	// seen exactly once by a caller who passes the last ID as the next after.
	List(ctx context.Context, owner Owner, after string, limit int) (notes []Note, more bool, err error)

	// Update sets the Text and UpdatedAt of the note, adds 1 to its Version and
	// returns it. Without a condition a missing note is ErrNotFound; with one, a
	// note that is missing or for which it doesn't hold is ErrVersion.
	Update(ctx context.Context, owner Owner, id, text string, at time.Time, when Condition) (Note, error)

	// Delete removes the note. Errors are those of Update.
	Delete(ctx context.Context, owner Owner, id string, when Condition) error
}
