// Package document reads YAML and JSON and remembers the line in which each
// member stands, so that a message about a definition can name it.
//
// CloudFormation's short forms, such as !Sub x, come out in the long form,
// {"Fn::Sub": x}.
package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ErrSyntax says that the text is neither YAML nor JSON, or holds a member twice.
var ErrSyntax = errors.New("document: bad syntax")

// maxNodes and maxDepth bound what aliases may unfold a short text to.
const (
	maxNodes = 1 << 18
	maxDepth = 200
)

// A Document is the value of a text and where its members stand. The value is of
// the types that encoding/json decodes into an any, with int for whole numbers.
type Document struct {
	Value  any
	File   string // the text's name, for messages; may be empty
	Alias  int    // line of an alias of YAML; 0 if there is none
	lines  map[string]int
	grafts []graft
}

// Parse reads a text of JSON or of one YAML document. The error wraps
// [ErrSyntax].
func Parse(text []byte) (*Document, error) {
	d := &Document{lines: map[string]int{}}
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '{' {
		if err := d.parseJSON(text); err == nil {
			return d, nil
		}
		clear(d.lines) // perhaps a mapping of YAML in braces
	}
	switch err := d.parseYAML(text); {
	case err == io.EOF:
		return nil, fmt.Errorf("%w: the text is empty", ErrSyntax)
	case err != nil:
		return nil, fmt.Errorf("%w: %s", ErrSyntax, strings.Join(strings.Fields(err.Error()), " "))
	}
	return d, nil
}

// Line is the line of the member at the path, or of the nearest one above it that
// is in the text; 0 if there is none.
func (d *Document) Line(path ...string) int {
	for n := len(path); n > 0; n-- {
		if line, ok := d.lines[key(path[:n])]; ok {
			return line
		}
	}
	return 0
}

func key(path []string) string { return strings.Join(path, "\n") }

// Members is the object at a path below a value; nil if there is none.
func Members(v any, path ...string) map[string]any {
	object, _ := v.(map[string]any)
	for _, name := range path {
		object, _ = object[name].(map[string]any)
	}
	return object
}

// Make is the object at a path below another, made where there is none.
func Make(object map[string]any, path ...string) map[string]any {
	for _, name := range path {
		if Members(object, name) == nil {
			object[name] = map[string]any{}
		}
		object = Members(object, name)
	}
	return object
}

// A graft says that what stands below one path was made from what stands below
// another, of the same document or another.
type graft struct {
	to   []string
	from *Document
	at   []string
}

// FromValue returns a document of a value that was made rather than parsed. Graft says
// what its members were made from.
func FromValue(value any) *Document { return &Document{Value: value, lines: map[string]int{}} }

// Graft says that the member at a path was made from the one at another path in
// from, so that Place finds that. The latest graft of a path counts, and the
// longest path that there is one for.
func (d *Document) Graft(to []string, from *Document, at ...string) {
	d.grafts = append(d.grafts, graft{slices.Clone(to), from, slices.Clone(at)})
}

// Place is where the member at the path stands, or the nearest one above it that
// is in a text: the text's File and the line, which is 0 if there is none.
func (d *Document) Place(path ...string) (file string, line int) {
	best := -1
	for i, g := range d.grafts {
		if len(g.to) <= len(path) && slices.Equal(g.to, path[:len(g.to)]) && (best < 0 || len(g.to) >= len(d.grafts[best].to)) {
			best = i
		}
	}
	if best < 0 {
		return d.File, d.Line(path...)
	}
	g := d.grafts[best]
	return g.from.Place(append(slices.Clone(g.at), path[len(g.to):]...)...)
}
