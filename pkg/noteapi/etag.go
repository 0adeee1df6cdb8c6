package noteapi

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/notegate/notegate/pkg/note"
)

// maxTags is how many of our tags an If-Match may hold.
const maxTags = 10

// eTag is a note's state as a strong entity tag (RFC 9110, section 8.8.3):
// "BIRTH.VERSION", or "VERSION" if the note has no birth.
func eTag(tag note.Tag) string {
	if tag.Birth == "" {
		return fmt.Sprintf(`"%d"`, tag.Version)
	}
	return fmt.Sprintf(`"%s.%d"`, tag.Birth, tag.Version)
}

// parseTag returns what eTag was given, or no note's tag if that isn't where the
// text within the quotes is from. Apache's mod_deflate and mod_brotli append to
// it what they did to the answer.
func parseTag(opaque string) note.Tag {
	opaque = strings.TrimSuffix(strings.TrimSuffix(opaque, "-gzip"), "-br")
	birth, version, ok := strings.Cut(opaque, ".")
	if !ok {
		birth, version = "", opaque
	}
	n, _ := strconv.ParseInt(version, 10, 64)
	tag := note.Tag{Birth: birth, Version: n}
	if eTag(tag) != `"`+opaque+`"` { // no number, a second way to write one, or one that is out of range
		return note.Tag{}
	}
	return tag
}

// condition is an If-Match header (RFC 9110, section 13.1.1). It holds for
// update and delete; whatever it fails on, a missing note too, is 412.
type condition struct {
	tags   note.Condition
	exists bool // *: any tag, but there must be a note
}

// entityTag is the first of a list of entity tags, weak or strong. A weak one
// counts as what it was: proxies that compress an answer weaken its tag, and
// ours stands for a note's state, of which there is no second form to confuse.
var entityTag = regexp.MustCompile(`^[ \t,]*(?:W/)?"([\x21\x23-\x7e\x80-\x{10ffff}]*)"[ \t]*(?:,|$)`)

// ifMatch reads *, or a list of entity tags, in one header or in several. If no
// tag can be a note's, the condition matches none.
func (r request) ifMatch() (condition, error) {
	values := r.header.Values("If-Match")
	if len(values) == 0 {
		return condition{}, nil
	}
	list := strings.Join(values, ",")
	if list == "*" {
		return condition{exists: true}, nil
	}
	var tags note.Condition
	for more := true; more; more = list != "" {
		found := entityTag.FindStringSubmatch(list)
		if found == nil {
			return condition{}, badIfMatch()
		}
		if tag := parseTag(found[1]); tag != (note.Tag{}) && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
		list = list[len(found[0]):]
	}
	switch {
	case len(tags) > maxTags:
		return condition{}, badIfMatch()
	case len(tags) == 0:
		tags = note.Condition{{}} // which demands something, and matches no note
	}
	return condition{tags: tags}, nil
}

func badIfMatch() error {
	return badRequest(fmt.Sprintf("If-Match must be * or up to %d entity tags, each as an ETag header had it", maxTags))
}

func (c condition) failure(err error) error {
	if c.exists && errors.Is(err, note.ErrNotFound) {
		return note.ErrVersion
	}
	return err
}
