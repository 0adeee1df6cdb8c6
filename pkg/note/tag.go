package note

import "slices"

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
