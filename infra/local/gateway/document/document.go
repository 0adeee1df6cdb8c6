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
