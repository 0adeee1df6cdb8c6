// Package note is the domain: what a note is, what may be done with it, and
// what can go wrong. [Service] checks the input and the bounds, a [Store] keeps
// the notes; package dynamo keeps them in Amazon DynamoDB, package bolt in one
// local file, and package notetest holds the contract that both pass.
//
// Nothing here knows of HTTP, Lambda or a database.
package note

import "time"

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
