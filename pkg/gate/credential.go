package gate

import (
	"slices"
	"strings"
)

const cookieHeader = "Cookie"

// A found is what an event has in one source. REST APIs send the maps of headers
// and of the query string twice, with one value each and with all of them.
type found struct {
	single, multi []string // of a cookie, the Cookie header's
}

// value returns the one value. The two maps must agree: the backend may read the
// other one.
func (f found) value() (value string, present, ambiguous bool) {
	single := f.single
	if single == nil {
		single = f.multi
	}
	if f.multi != nil && !slices.Equal(single, f.multi) || len(single) > 1 {
		return "", true, true
	}
	return strings.Join(single, ""), len(single) > 0, false
}

// credential returns what the verifier is to decide about: the raw value of the
// one source, or of the first one that is there. All that are there must hold
// the same token, because the backend, or a cache's key, may be made of another.
func (e *event) credential() (value string, ambiguous bool) {
	var first string // the token in value
	hasFirst := false
	for i, s := range e.sources {
		raw, present, several := e.valueOf(s, e.found[i])
		token := raw
		switch {
		case several:
			return "", true
		case !present:
			continue
		case s.kind == fromHeader:
			token = withoutScheme(raw)
		case strings.ContainsAny(raw, " \t,"): // a scheme, which only a header has, or values that API Gateway joined
			return "", true
		}
		switch {
		case !hasFirst:
			value, first, hasFirst = raw, token, true
		case token != first:
			return "", true
		}
	}
	return value, false
}

func (e *event) valueOf(s source, f found) (value string, present, ambiguous bool) {
	value, present, ambiguous = f.value()
	if ambiguous || s.kind != fromCookie {
		return value, present, ambiguous
	}
	// Payload format 2.0 has the cookies in a list. Should an event have them in
	// the header as well, both must say the same.
	inHeader, inList := cookies(s.name, value), cookies(s.name, e.cookies...)
	if inHeader == nil {
		inHeader = inList
	}
	return found{inHeader, inList}.value()
}

// cookies returns the values of the cookies of that name, as they were sent
// (RFC 6265 section 4.2.1). Blanks around name and value do not count, because
// some servers drop them, and would find a cookie where others find none. A pair
// without a value has an empty one.
func cookies(name string, headers ...string) (values []string) {
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			key, value, _ := strings.Cut(pair, "=")
			if strings.Trim(key, " \t") == name {
				values = append(values, strings.Trim(value, " \t"))
			}
		}
	}
	return values
}

// withoutScheme returns the token of a header's value, as package cognito takes it
// out: after Bearer, in any case, or bare.
func withoutScheme(value string) string {
	const scheme = "Bearer"
	value = strings.TrimRight(value, " \t")
	if len(value) > len(scheme) && strings.EqualFold(value[:len(scheme)], scheme) && value[len(scheme)] == ' ' {
		return strings.TrimLeft(value[len(scheme):], " ")
	}
	return value
}
