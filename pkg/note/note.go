// Package note is the domain: what a note is, what may be done with it, and
// what can go wrong. [Service] checks the input and the bounds, a [Store] keeps
// the notes; package dynamo keeps them in Amazon DynamoDB, package bolt in one
// local file, and package notetest holds the contract that both pass.
//
// Nothing here knows of HTTP, Lambda or a database.
package note

import (
	"slices"
	"strings"
	"time"
)

// Bounds of what a note may be. Text is measured in bytes of UTF-8, so that a
// note with everything beside it stays below the 400 KB of a DynamoDB item.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const (
	MaxIDBytes   = 256
	MaxTextBytes = 300 * 1024
)

// A Note is one text that a user keeps under an id of their own choice.
type Note struct {
	ID        string
	Text      string
	Birth     string    // random, different for each note; empty if it was created before notes had one
	Version   int64     // 1 when created, one more with each update
	CreatedAt time.Time // UTC, to the millisecond
	UpdatedAt time.Time // UTC, to the millisecond
}

// A Page is a part of a user's notes, in order of their ids.
type Page struct {
	Notes []Note
	Next  string // where the next page begins, see [Service.List]; empty when nothing follows
}

// A Tag names one state of one note. A note that is deleted and created again
// under its id has another birth, so that no tag ever comes back: what was
// written over one note can't meet the next (RFC 9110, section 8.8.1). Only a
// create that a store had to repeat makes the same note again, text and all.
//
// The zero Tag is the state of no note.
type Tag struct {
	Birth   string
	Version int64
}

// Tag returns the state that the note is in.
func (n Note) Tag() Tag { return Tag{n.Birth, n.Version} }

// A Condition is what [Service.Update] and [Service.Delete] demand of the note
// that is there: to be in one of these states. An empty one demands nothing.
type Condition []Tag

// Holds reports whether the note meets the condition.
func (c Condition) Holds(n Note) bool { return len(c) == 0 || slices.Contains(c, n.Tag()) }

// maxOwnerBytes is the bound that OpenID Connect sets for sub:
// https://openid.net/specs/openid-connect-core-1_0.html#IDToken
const maxOwnerBytes = 255

// An Owner is the user whom notes belong to: the sub of a verified token. It is
// not a string, so that no other id can be passed in its place, and its zero
// value owns nothing: every method refuses it with [ErrNoOwner].
type Owner struct{ sub string }

// ParseOwner returns the owner with that sub, or [ErrNoOwner] if it can't be
// one: a sub is 1 to 255 visible ASCII characters.
func ParseOwner(sub string) (Owner, error) {
	invisible := func(r rune) bool { return r <= ' ' || r > '~' }
	if sub == "" || len(sub) > maxOwnerBytes || strings.ContainsFunc(sub, invisible) {
		return Owner{}, ErrNoOwner
	}
	return Owner{sub}, nil
}

// String returns the sub: a store's partition key, and nothing to log.
func (o Owner) String() string { return o.sub }
