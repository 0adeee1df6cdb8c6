// Package routes finds the route of a request by its method and path, as API
// Gateway does: by both together, so that a more literal path that lacks the
// method gives way to a variable one that has it.
package routes

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	// ErrPath says that a path template does not have API Gateway's form.
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

// variable is a segment that stands for one, or with a plus for all that are left.
var variable = regexp.MustCompile(`^\{([A-Za-z0-9._:-]+)(\+?)\}$`)

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
			v := variable.FindStringSubmatch(segment)
			switch {
			case segment != "" && !strings.ContainsAny(segment, "{}"):
				n = n.child(segment)
				continue
			case v != nil && v[2] == "":
				n = orNew(&n.variable)
			case v != nil && i == len(segments)-1:
				n = orNew(&n.greedy)
			default:
				return ErrPath
			}
			e.names = append(e.names, v[1])
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

func (n *node[R]) child(segment string) *node[R] {
	if n.literal == nil {
		n.literal = map[string]*node[R]{}
	}
	if n.literal[segment] == nil {
		n.literal[segment] = &node[R]{}
	}
	return n.literal[segment]
}

func orNew[R any](n **node[R]) *node[R] {
	if *n == nil {
		*n = &node[R]{}
	}
	return *n
}
