// Package routes finds the route of a request by its method and path, as API
// Gateway does: by both together, so that a more literal path that lacks the
// method gives way to a variable one that has it.
package routes

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

var (
	// ErrPath says that a path template is none of API Gateway's.
	ErrPath = errors.New("routes: bad path template")

	// ErrTwice says that two routes take the same requests.
	ErrTwice = errors.New("routes: the route exists")
)

// Any is the method of a route that takes every method that no route of its own
// path takes.
const Any = "ANY"

// A Table finds routes of any type by method and path. The zero value is empty.
// It is safe for concurrent use once it is filled.
type Table[R any] struct{ root node[R] }

// A node is one path so far: what comes next by a literal segment, by a variable
// one, and by all that is left.
type node[R any] struct {
	literal  map[string]*node[R]
	variable *node[R]
	greedy   *node[R]
	ends     map[string]*end[R] // by method
}

// An end is a route whose path ends at a node.
type end[R any] struct {
	route    R
	template string
	names    []string // of the variables on the way here
}

// A Match is a route and the values of its path's variables, as they stand in the
// path.
type Match[R any] struct {
	Route  R
	Params map[string]string
}

// Add adds a route. A template is / or segments each of which is a literal text,
// {name}, or, as the last one, {name+}. Two templates that differ only in the
// names of their variables are one path. The error is [ErrPath] or [ErrTwice].
func (t *Table[R]) Add(method, template string, route R) error {
	n, e := &t.root, &end[R]{route: route, template: template}
	if template != "/" {
		path, ok := strings.CutPrefix(template, "/")
		if !ok {
			return ErrPath
		}
		segments := strings.Split(path, "/")
		for i, segment := range segments {
			kind, name, ok := parse(segment)
			if !ok || kind == greedy && i < len(segments)-1 {
				return ErrPath
			}
			if kind != literal {
				e.names = append(e.names, name)
			}
			n = n.next(kind, segment)
		}
	}
	if n.ends[method] != nil {
		return ErrTwice
	}
	if n.ends == nil {
		n.ends = map[string]*end[R]{}
	}
	n.ends[method] = e
	return nil
}

// Find returns the route for a path, which begins with a slash. Literal segments
// come before variables, these before greedy ones, and at one path a method of
// its own before [Any]. A variable is never empty.
func (t *Table[R]) Find(method, path string) (Match[R], bool) {
	e, values := t.root.find(split(path), method, nil)
	if e == nil {
		return Match[R]{}, false
	}
	m := Match[R]{Route: e.route, Params: make(map[string]string, len(values))}
	for i, name := range e.names {
		m.Params[name] = values[i]
	}
	return m, true
}

// Template returns the template of a path that is there, under whatever method,
// or an empty text.
func (t *Table[R]) Template(path string) string {
	if e, _ := t.root.find(split(path), "", nil); e != nil {
		return e.template
	}
	return ""
}

func split(path string) []string {
	if path == "/" {
		return nil
	}
	return strings.Split(strings.TrimPrefix(path, "/"), "/")
}

// find returns the first match, with the values of its variables. An empty method
// stands for any that is there.
func (n *node[R]) find(segments []string, method string, values []string) (*end[R], []string) {
	if len(segments) == 0 {
		return n.end(method), values
	}
	first, rest := segments[0], segments[1:]
	if next := n.literal[first]; next != nil {
		if e, values := next.find(rest, method, values); e != nil {
			return e, values
		}
	}
	if n.variable != nil && first != "" {
		if e, values := n.variable.find(rest, method, with(values, first)); e != nil {
			return e, values
		}
	}
	if n.greedy != nil {
		if whole := strings.Join(segments, "/"); whole != "" {
			return n.greedy.end(method), with(values, whole)
		}
	}
	return nil, nil
}

func with(values []string, value string) []string {
	return append(values[:len(values):len(values)], value)
}

func (n *node[R]) end(method string) *end[R] {
	if method == "" {
		for _, method := range slices.Sorted(maps.Keys(n.ends)) {
			return n.ends[method]
		}
		return nil
	}
	if e := n.ends[method]; e != nil {
		return e
	}
	return n.ends[Any]
}

type kind int

const (
	literal kind = iota
	variable
	greedy
)

// parse tells what a segment is, and the name of its variable.
func parse(segment string) (k kind, name string, ok bool) {
	inner, open := strings.CutPrefix(segment, "{")
	inner, closed := strings.CutSuffix(inner, "}")
	if !open && !closed {
		return literal, "", segment != "" && !strings.ContainsAny(segment, "{}")
	}
	name, isGreedy := strings.CutSuffix(inner, "+")
	if !open || !closed || name == "" || strings.ContainsFunc(name, notOfNames) {
		return literal, "", false
	}
	if isGreedy {
		return greedy, name, true
	}
	return variable, name, true
}

func notOfNames(r rune) bool {
	return !(r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-:", r))
}

func (n *node[R]) next(k kind, segment string) *node[R] {
	switch k {
	case variable:
		return orNew(&n.variable)
	case greedy:
		return orNew(&n.greedy)
	}
	if n.literal == nil {
		n.literal = map[string]*node[R]{}
	}
	next := n.literal[segment]
	if next == nil {
		next = &node[R]{}
		n.literal[segment] = next
	}
	return next
}

func orNew[R any](n **node[R]) *node[R] {
	if *n == nil {
		*n = &node[R]{}
	}
	return *n
}
