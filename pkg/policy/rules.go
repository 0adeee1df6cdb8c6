package policy

import (
	"errors"
	"slices"
)

// ErrRules says that access rules do not parse. Its text names every mistake
// and where it is.
var ErrRules = errors.New("policy: access rules")

// Rules say which routes a scope or a group opens:
//
//	notes/read=GET /notes,GET /notes/*; notes/write=POST /notes; group:admin=* /*
//
// The zero Rules are no rules at all, which is not the same as rules that open
// nothing to a caller: ask [Rules.IsZero] before [Rules.Routes].
type Rules struct {
	rules []rule
}

// A rule opens its routes to the callers who hold the name.
type rule struct {
	group  bool // the name is a group's, else a scope's
	name   string
	routes []Route
}

// IsZero reports whether no rules were configured.
func (r Rules) IsZero() bool { return len(r.rules) == 0 }

// Routes returns what the scopes and groups open between them, each route
// once, in the order of the rules. A scope or group counts if it equals a
// rule's name whole and in the same case. No rule, no route.
func (r Rules) Routes(scopes, groups []string) []Route {
	var open []Route
	for _, rule := range r.rules {
		held := scopes
		if rule.group {
			held = groups
		}
		if !slices.Contains(held, rule.name) {
			continue
		}
		for _, route := range rule.routes {
			if !slices.Contains(open, route) {
				open = append(open, route)
			}
		}
	}
	return open
}
