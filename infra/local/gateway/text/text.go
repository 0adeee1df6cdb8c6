// Package text has what several parts of the gateway do with strings.
package text

import (
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Cut shortens s to at most size bytes, at a character's border.
func Cut(s string, size int) string {
	for len(s) > size {
		_, last := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-last]
	}
	return s
}

// Quote returns s as JSON, without the escapes for HTML: the service sends none.
func Quote(s string) string {
	b, _ := jsontext.AppendQuote(nil, s) // an error is bad UTF-8, which has been replaced
	return string(b)
}

// Inner is [Quote] without the quotes around it.
func Inner(s string) string {
	q := Quote(s)
	return q[1 : len(q)-1]
}

// OneLine is an error's text, with its line breaks and runs of blanks as one
// blank.
func OneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
