// Package gatetest checks templates that put notegate's authorizer in front of an
// API: our own templates, and the examples of infra/attach for every tool. It
// checks the stack that the template gives.
package gatetest

import (
	"fmt"
	"regexp"
)

// Problems collects what a check finds wrong.
type Problems []string

// Add records one.
func (p *Problems) Add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

// Want compares values as they are printed, so that 1 in YAML is 1 in JSON.
func (p *Problems) Want(what string, got, want any) {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		p.Add("%s: got %v, want %v", what, got, want)
	}
}

// Tries compiles an expression and tries it, searching as the laxest of engines
// would.
func (p *Problems) Tries(what, expression string, good, bad []string) {
	compiled, err := regexp.Compile(expression)
	if err != nil || expression == "" {
		p.Add("%s: %q does not compile or is empty", what, expression)
		return
	}
	for _, value := range good {
		if !compiled.MatchString(value) {
			p.Add("%s refuses %q", what, value)
		}
	}
	for _, value := range bad {
		if compiled.MatchString(value) {
			p.Add("%s takes %q", what, value)
		}
	}
}

// Dig returns a member of nested maps, nil if there is none.
func Dig(v any, path ...string) any {
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// List is v if it is a list, otherwise a list with v as its only element.
func List(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// Text is v if it is a string, otherwise empty.
func Text(v any) string {
	s, _ := v.(string)
	return s
}
