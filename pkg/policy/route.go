package policy

import (
	"strings"
	"unicode/utf8"
)

// A Route is a method and a path pattern that an access rule opens. Only
// [ParseRules] makes routes.
type Route struct {
	method string // one of methods, or * if the path starts with /*
	path   string // an asterisk in it is any run of characters
}

// String returns the route as a rule spells it, such as "GET /notes/*".
func (r Route) String() string { return r.method + " " + r.path }

// Matches reports whether the route opens the method and path, both as
// [MethodARN] has them. It answers just as API Gateway does when it evaluates
// the policy of [AllowRoutes]: case counts, and an asterisk is any run of
// characters, also one with slashes in it; it may be empty, but not after the
// slash that ends a path. One slash at the end of a request's path does not
// count, because a REST API routes /notes/ to /notes.
func (r Route) Matches(method, path string) bool {
	if r.method != "*" && r.method != method {
		return false
	}
	switch {
	case r.below():
		_, last := utf8.DecodeLastRuneInString(path)
		path = path[:len(path)-last]
	case r.slash():
		path = strings.TrimSuffix(path, "/")
	}
	return wildcard(r.path, path)
}

// below reports whether the route is all that lies below a path, such as
// /notes/*. Then it does not open /notes/, which API Gateway routes to /notes.
func (r Route) below() bool { return strings.HasSuffix(r.path, "/*") && r.path != "/*" }

// slash reports whether a slash may follow the path. No asterisk at its end
// opens that already.
func (r Route) slash() bool { return r.path != "/" && !strings.HasSuffix(r.path, "*") }

// targets are the ends of the IAM resources that are the route. A question mark
// in a resource is exactly one character.
func (r Route) targets() []string {
	target := "/" + r.method + r.path
	switch {
	case r.below():
		return []string{strings.TrimSuffix(target, "*") + "?*"}
	case r.slash():
		return []string{target, target + "/"}
	}
	return []string{target}
}

// wildcard reports whether s is the pattern with each asterisk replaced by some
// run of characters. Taking the first place where each part fits is enough:
// whatever lies before the next asterisk's part, an asterisk swallows.
func wildcard(pattern, s string) bool {
	first, rest, found := strings.Cut(pattern, "*")
	if !found {
		return s == pattern
	}
	s, ok := strings.CutPrefix(s, first)
	for ok {
		var part string
		part, rest, found = strings.Cut(rest, "*")
		if !found {
			return strings.HasSuffix(s, part)
		}
		_, s, ok = strings.Cut(s, part)
	}
	return false
}
