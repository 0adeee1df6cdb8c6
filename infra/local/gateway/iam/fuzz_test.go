package iam_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/notegate/notegate/infra/local/gateway/iam"
)

// The matcher of paths agrees with one that goes character by character: * is
// any run of them and ? is one.
func FuzzPath(f *testing.F) {
	for _, seed := range [][2]string{
		{"/GET/notes", "/GET/notes"}, {"/GET/*", "/GET/notes/1"}, {"/*/notes", "/GET/a/notes"}, {"/?*?", "/ab"}, {"/*a*b", "/aXbXab"},
		{"/GET/?", "/GET/é"}, {"/**", "/"}, {"/GET/a.c", "/GET/abc"}, {"/GET/[a]+", "/GET/a"}, {"/", "/x"}, {"/\\*", "/\\"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(path) || strings.Contains(pattern, "${") || len(pattern) > 400 || len(path) > 2000 ||
			strings.ContainsAny(pattern+path, "\"\\\x7f") || strings.ContainsFunc(pattern+path, func(r rune) bool { return r < ' ' }) {
			t.Skip("not the text of a policy's resource, or it would need escapes")
		}
		policy, err := iam.Parse([]byte(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"` + api + pattern + `"}}`))
		if err != nil {
			t.Fatal(err)
		}
		want := iam.ImplicitDeny
		if matches([]rune(pattern), []rune(path)) {
			want = iam.Allow
		}
		if got := policy.Evaluate(invoke, api+path); got != want {
			t.Errorf("%q under %q: got %v, want %v", path, pattern, got, want)
		}
	})
}

// matches keeps, for the part of the pattern read so far, which beginnings of
// the text it matches.
func matches(pattern, text []rune) bool {
	ends := make([]bool, len(text)+1)
	ends[0] = true
	for _, p := range pattern {
		next := make([]bool, len(text)+1)
		for i := range next {
			switch p {
			case '*':
				next[i] = ends[i] || i > 0 && next[i-1]
			default:
				next[i] = i > 0 && ends[i-1] && (p == '?' || p == text[i-1])
			}
		}
		ends = next
	}
	return ends[len(text)]
}
