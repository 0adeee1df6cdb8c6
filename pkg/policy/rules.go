package policy

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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

// Bounds of access rules. They are ours, except for the 4096 bytes, which are all
// that a Lambda function's environment holds.
const (
	maxRulesText = 4096 // bytes
	maxRoutes    = 100  // in all rules together
	maxRoutePath = 256  // bytes
)

// pathAlphabet leaves out what separates rules, and the question mark and
// dollar sign, which mean something in an IAM resource.
const pathAlphabet = lower + upper + digits + "/-._~%:@+*"

// methods are those that API Gateway routes.
var methods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// ParseRules parses access rules: name=METHOD /path,METHOD /path; name=...
//
// A name is an OAuth scope, or group: and a user pool group's name, in which
// blank , ; = " \ * % are percent-encoded, as in group:Domain%20Users. The method
// is one of API Gateway's, in capitals, or an asterisk for all of them. The
// path starts with a slash, is at most 256 bytes long and is compared with the
// request's path without its stage; its only wildcard is the asterisk, any run
// of characters, slashes included, so that /notes* opens /notes-of-others too.
// One slash at the end counts neither in a rule nor in a request.
// Blanks around names, routes and rules do not count, and neither does a semicolon
// after the last rule.
//
// All rules together hold at most 4096 bytes and 100 routes, a route for every
// method counting as seven. The empty text is the zero Rules; a text without
// any rule in it, such as blanks, is a mistake. The error is an [ErrRules].
func ParseRules(text string) (Rules, error) {
	if text == "" {
		return Rules{}, nil
	}
	if len(text) > maxRulesText {
		return Rules{}, fmt.Errorf("%w: longer than %d bytes", ErrRules, maxRulesText)
	}
	var (
		parsed   Rules
		mistakes []string
		routes   int
	)
	for i, part := range strings.Split(strings.TrimSuffix(strings.TrimSpace(text), ";"), ";") {
		rule, wrong := parseRule(part)
		for _, what := range wrong {
			mistakes = append(mistakes, fmt.Sprintf("rule %d: %s", i+1, what))
		}
		parsed.rules = append(parsed.rules, rule)
		routes += len(rule.routes)
	}
	if routes > maxRoutes {
		mistakes = append(mistakes, fmt.Sprintf("more than %d routes in all", maxRoutes))
	}
	if len(mistakes) > 0 {
		return Rules{}, fmt.Errorf("%w: %s", ErrRules, strings.Join(mistakes, "; "))
	}
	return parsed, nil
}

// parseRule returns one rule and everything that is wrong with it.
func parseRule(text string) (parsed rule, wrong []string) {
	name, routes, found := strings.Cut(text, "=")
	if !found {
		return rule{}, []string{"must be name=METHOD /path,..."}
	}
	var ok bool
	if parsed.name, parsed.group, ok = parseName(name); !ok {
		wrong = append(wrong, `must be one scope, or group: and one group, in which blank , ; = " \ * % are percent-encoded, such as %2A for *`)
	}
	for i, text := range strings.Split(routes, ",") {
		expanded, mistakes := parseRoute(text)
		for _, what := range mistakes {
			wrong = append(wrong, fmt.Sprintf("route %d: %s", i+1, what))
		}
		parsed.routes = append(parsed.routes, expanded...)
	}
	return parsed, wrong
}

// parseRoute returns a route, or one for each method, and everything that is
// wrong with it.
func parseRoute(text string) (routes []Route, wrong []string) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return nil, []string{"must be METHOD /path"}
	}
	method, path := fields[0], fields[1]
	if method != "*" && !slices.Contains(methods, method) {
		wrong = append(wrong, "the method must be "+strings.Join(methods, " ")+" or *")
	}
	if !strings.HasPrefix(path, "/") {
		wrong = append(wrong, "the path must start with /")
	}
	if strings.Contains(path, "//") {
		wrong = append(wrong, "the path must not contain //, which API Gateway routes nowhere")
	}
	if !literal(path, maxRoutePath, pathAlphabet) {
		wrong = append(wrong, fmt.Sprintf("the path must be at most %d of A-Z a-z 0-9 / - . _ ~ %% : @ + *, with * for a path parameter", maxRoutePath))
	}
	path = canonical(path)
	// In a resource the asterisk of the method would run on into the path, and
	// */notes match GET/admin/notes. Only a path that starts with a wildcard of
	// its own means the same either way.
	if method != "*" || strings.HasPrefix(path, "/*") {
		return []Route{{method, path}}, wrong
	}
	for _, each := range methods {
		routes = append(routes, Route{each, path})
	}
	return routes, wrong
}

// canonical returns the path in the one form that a [Route] has it in. A slash at
// the end does not count, as in requests. Asterisks in a row are one, or /notes/**
// would not be seen as what lies below /notes.
func canonical(path string) string {
	for strings.Contains(path, "**") {
		path = strings.ReplaceAll(path, "**", "*")
	}
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

// ErrName says that a text is not the name of a scope or a group.
var ErrName = errors.New("policy: name: want UTF-8 without control characters, % only as %25")

// UnescapeName returns the name of the scope or group that the text stands for:
// bytes may be percent-encoded (RFC 3986, section 2.1), so that a list can name
// what holds a separator of the list. A percent sign is %25. The error is
// [ErrName].
func UnescapeName(text string) (string, error) {
	name, err := url.PathUnescape(text)
	if err != nil || name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", ErrName
	}
	return name, nil
}

// parseName returns the scope or group that a rule names. Names are compared
// whole, so that an asterisk which is not percent-encoded is surely a
// misunderstanding, as is a blank in a scope (RFC 6749, section 3.3).
func parseName(text string) (name string, group, ok bool) {
	text, group = strings.CutPrefix(strings.TrimSpace(text), "group:")
	name, err := UnescapeName(text)
	ok = err == nil && !strings.ContainsFunc(text, unicode.IsSpace) && !strings.ContainsAny(text, `,"\*`)
	if !group && strings.ContainsFunc(name, unicode.IsSpace) {
		ok = false
	}
	return name, group, ok
}
