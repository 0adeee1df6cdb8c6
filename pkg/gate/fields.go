package gate

import (
	"slices"
	"strings"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

// event has what the gate reads in all shapes, and no more: the rest of an event
// is skipped, except that duplicate names and invalid UTF-8 are errors.
type event struct {
	version, kind       string
	methodARN, routeARN string
	token               string // authorizationToken

	sources []source
	found   []found // in each of the sources
	cookies []string
}

func (e *event) read(r *strictjson.Reader, document []byte) error {
	return r.Object(document, func(name string) error {
		if r.Null() { // what a request has none of
			return nil
		}
		switch name {
		case "version":
			return r.String(&e.version)
		case "type":
			return r.String(&e.kind)
		case "methodArn":
			return r.String(&e.methodARN)
		case "routeArn":
			return r.String(&e.routeARN)
		case "authorizationToken":
			return r.String(&e.token)
		case "headers":
			return e.readSources(r, source.isHeader, (*found).readOne)
		case "multiValueHeaders":
			return e.readSources(r, source.isHeader, (*found).readAll)
		case "queryStringParameters":
			return e.readSources(r, source.isParameter, (*found).readOne)
		case "multiValueQueryStringParameters":
			return e.readSources(r, source.isParameter, (*found).readAll)
		case "cookies":
			if e.wantsCookies() {
				return r.Strings(&e.cookies)
			}
		}
		return r.SkipValue()
	})
}

// readSources reads a map of names to values, where a name is one of the sources,
// or that of several: cookies share a header.
func (e *event) readSources(r *strictjson.Reader, is func(source, string) bool, read func(*found, *strictjson.Reader) error) error {
	return r.Members(func(name string) error {
		if !slices.ContainsFunc(e.sources, func(s source) bool { return is(s, name) }) {
			return r.SkipValue()
		}
		var values found
		if err := read(&values, r); err != nil {
			return err
		}
		for i, s := range e.sources {
			if is(s, name) {
				e.found[i].single = append(e.found[i].single, values.single...)
				e.found[i].multi = append(e.found[i].multi, values.multi...)
			}
		}
		return nil
	})
}

// readOne reads a value. Null is one, too: the other map has to agree.
func (f *found) readOne(r *strictjson.Reader) error {
	f.single = append(f.single, "")
	if r.Null() {
		return nil
	}
	return r.String(&f.single[len(f.single)-1])
}

// readAll reads a list of values.
func (f *found) readAll(r *strictjson.Reader) error {
	if r.Null() {
		return nil
	}
	return r.Strings(&f.multi)
}

// isHeader reports whether the header of that name is the source, or has it. Header
// names ignore case (RFC 9110 section 5.1).
func (s source) isHeader(name string) bool {
	return s.kind == fromHeader && strings.EqualFold(name, s.name) || s.kind == fromCookie && strings.EqualFold(name, cookieHeader)
}

func (s source) isParameter(name string) bool { return s.kind == fromQuery && name == s.name }

func (e *event) wantsCookies() bool {
	return slices.ContainsFunc(e.sources, func(s source) bool { return s.kind == fromCookie })
}
