package gate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrTokenFrom says that a text is not a TokenFrom. The error's text names every
// mistake.
var ErrTokenFrom = errors.New("gate: token source")

// TokenFrom says where in a request its token is: in a header, a cookie or the
// query string. The zero value is header:Authorization. Make another with
// [ParseTokenFrom].
//
// It is for the events of type REQUEST. Those of type TOKEN and AppSync's have the
// token by itself, from wherever the API takes it.
type TokenFrom struct{ sources []source }

// A source is one place.
type source struct {
	kind sourceKind
	name string // a header's ignores case
}

type sourceKind string

const (
	fromHeader sourceKind = "header"
	fromCookie sourceKind = "cookie"
	fromQuery  sourceKind = "query"
)

// authorization is where a token is unless something else is said.
func authorization() []source { return []source{{fromHeader, "Authorization"}} }

// Bounds of a TokenFrom; they are ours.
const (
	maxSources    = 8
	maxSourceName = 128 // bytes
)

// What a name may be made of: tokens for headers (RFC 9110 section 5.6.2) and
// cookies (RFC 6265 section 4.1.1), and for the query string what needs no
// escape (RFC 3986 section 2.3), since API Gateway decodes the names there.
const (
	unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
	tokenChars = unreserved + "!#$%&'*+^`|"
)

// ParseTokenFrom parses a comma list of header:NAME, cookie:NAME and query:NAME:
// at most 8 of them, none twice, names of at most 128 bytes. Blanks around an
// element do not count. A header's name ignores case, the others do not. The empty
// text is the zero TokenFrom. The error is an [ErrTokenFrom].
func ParseTokenFrom(text string) (TokenFrom, error) {
	if text == "" {
		return TokenFrom{}, nil
	}
	var (
		from  TokenFrom
		wrong []string
	)
	elements := strings.Split(text, ",")
	if len(elements) > maxSources {
		wrong = append(wrong, fmt.Sprintf("more than %d", maxSources))
	}
	for _, element := range elements {
		element = strings.TrimSpace(element)
		kind, name, _ := strings.Cut(element, ":")
		s := source{sourceKind(kind), name}
		if mistake := s.mistake(); mistake != "" {
			wrong = append(wrong, fmt.Sprintf("%q must be %s", element, mistake))
		} else if slices.ContainsFunc(from.sources, s.same) {
			wrong = append(wrong, fmt.Sprintf("%q is listed twice", element))
		}
		from.sources = append(from.sources, s)
	}
	if wrong != nil {
		return TokenFrom{}, fmt.Errorf("%w: %s", ErrTokenFrom, strings.Join(wrong, "; "))
	}
	return from, nil
}

// mistake says what is wanted instead; nothing if the source is one.
func (s source) mistake() string {
	alphabet, of := tokenChars, "a token as RFC 9110 has it"
	switch s.kind {
	case fromHeader, fromCookie:
	case fromQuery:
		alphabet, of = unreserved, "A-Z a-z 0-9 - . _ ~"
	default:
		return "header:NAME, cookie:NAME or query:NAME"
	}
	switch {
	case s.name == "" || len(s.name) > maxSourceName || strings.Trim(s.name, alphabet) != "":
		return fmt.Sprintf("a name of 1 to %d bytes: %s", maxSourceName, of)
	case s.kind == fromHeader && strings.EqualFold(s.name, cookieHeader):
		return "cookie:NAME"
	}
	return ""
}

func (s source) same(other source) bool {
	return s.kind == other.kind && (s.name == other.name || s.kind == fromHeader && strings.EqualFold(s.name, other.name))
}
