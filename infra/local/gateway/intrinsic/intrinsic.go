// Package intrinsic resolves CloudFormation's intrinsic functions in a decoded
// document, in their long form.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
package intrinsic

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

var (
	// ErrUnsupported says that a function, or the way it is used, is not supported
	// here.
	ErrUnsupported = errors.New("intrinsic: not supported here")

	// ErrValue says that a function cannot be resolved with what is given.
	ErrValue = errors.New("intrinsic: no value")
)

// A Resolver resolves the references of functions. Each field may be nil.
type Resolver struct {
	// Ref returns the value of a parameter, pseudo parameter or resource, and
	// Attribute that of a resource's attribute. A variable of Fn::Sub with a
	// point in it is an attribute. ok is false if there is no such thing; an
	// error says more.
	Ref       func(name string) (value any, ok bool, err error)
	Attribute func(resource, attribute string) (value any, ok bool, err error)

	Conditions map[string]bool // see Decide
	Mappings   map[string]any

	// Functions are further ones, and others for those of the same name unless ok is
	// false. They get a list, resolved.
	Functions map[string]func(args []any) (value any, ok bool)

	// Skip names members whose values are data, not a place for functions.
	Skip []string
}

// A Problem is a function that could not be resolved, and where it stands.
type Problem struct {
	Path []string
	Err  error  // wraps ErrUnsupported or ErrValue, or is a lookup's own
	What string // the text of Err, without its family
}

// noValue stands for AWS::NoValue: the member or element is not there.
type noValue struct{}

// Resolve returns v with each function replaced by its value, and what could not
// be. v is not changed.
func (r *Resolver) Resolve(v any) (any, []Problem) {
	w := &walk{Resolver: *r}
	if w.Ref == nil {
		w.Ref = func(string) (any, bool, error) { return nil, false, nil }
	}
	if w.Attribute == nil {
		w.Attribute = func(string, string) (any, bool, error) { return nil, false, nil }
	}
	resolved := w.value(nil, v)
	if resolved == (noValue{}) {
		resolved = nil
	}
	return resolved, w.problems
}

// Decide evaluates a template's conditions into Conditions, each after those that
// it names. A value that is not a condition does not hold.
func (r *Resolver) Decide(declared map[string]any) (problems []Problem) {
	r.Conditions = map[string]bool{}
	var decide func(name string, within []string)
	decide = func(name string, within []string) {
		if _, done := r.Conditions[name]; done || declared[name] == nil || slices.Contains(within, name) {
			return
		}
		for _, other := range conditionsIn(declared[name]) {
			decide(other, append(within, name))
		}
		value, found := r.Resolve(declared[name])
		for _, p := range found {
			p.Path = slices.Concat([]string{name}, p.Path)
			problems = append(problems, p)
		}
		r.Conditions[name], _ = value.(bool)
	}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		decide(name, nil)
	}
	return problems
}

func conditionsIn(v any) (names []string) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			names = append(names, conditionsIn(element)...)
		}
	case map[string]any:
		if name, ok := v["Condition"].(string); ok {
			names = append(names, name)
		}
		for _, value := range v {
			names = append(names, conditionsIn(value)...)
		}
	}
	return names
}

// IsCall tells whether an object is a function's call.
func IsCall(v map[string]any) bool {
	for name := range v {
		return len(v) == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::"))
	}
	return false
}

// Merge is how SAM puts Globals under a resource's own properties: maps are
// merged, lists joined, and of anything else, calls of functions too, the
// resource's own counts.
//
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func Merge(global, own map[string]any) map[string]any {
	out := maps.Clone(global)
	if out == nil {
		out = map[string]any{}
	}
	for name, value := range own {
		out[name] = value
		switch value := value.(type) {
		case map[string]any:
			if base, ok := global[name].(map[string]any); ok && !IsCall(base) && !IsCall(value) {
				out[name] = Merge(base, value)
			}
		case []any:
			if base, ok := global[name].([]any); ok {
				out[name] = slices.Concat(base, value)
			}
		}
	}
	return out
}

type walk struct {
	Resolver
	problems []Problem
}

func (w *walk) fail(path []string, family error, format string, args ...any) any {
	what := fmt.Sprintf(format, args...)
	w.problems = append(w.problems, Problem{slices.Clone(path), fmt.Errorf("%w: %s", family, what), what})
	return nil
}

// found is what a lookup gave.
func (w *walk) found(path []string, value any, ok bool, err error, format string, args ...any) any {
	switch {
	case err != nil:
		w.problems = append(w.problems, Problem{slices.Clone(path), err, err.Error()})
		return nil
	case !ok:
		return w.fail(path, ErrValue, format, args...)
	}
	return value
}

func (w *walk) value(path []string, v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, 0, len(v))
		for i, element := range v {
			if r := w.value(below(path, strconv.Itoa(i)), element); r != (noValue{}) {
				list = append(list, r)
			}
		}
		return list
	case map[string]any:
		return w.object(path, v)
	}
	return v
}

func (w *walk) object(path []string, v map[string]any) any {
	for name, argument := range v {
		_, text := argument.(string)
		switch isFunction := name == "Ref" && text || strings.HasPrefix(name, "Fn::"); {
		case isFunction && len(v) == 1:
			return w.call(path, name, argument)
		case isFunction:
			return w.fail(path, ErrUnsupported, "intrinsic function %s beside another member", name)
		}
	}
	object := make(map[string]any, len(v))
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if slices.Contains(w.Skip, name) {
			object[name] = v[name]
			continue
		}
		if r := w.value(below(path, name), v[name]); r != (noValue{}) {
			object[name] = r
		}
	}
	return object
}

func below(path []string, name string) []string { return append(path[:len(path):len(path)], name) }
