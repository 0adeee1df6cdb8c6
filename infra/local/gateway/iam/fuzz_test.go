package iam_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/notegate/notegate/infra/local/gateway/iam"
)

// The matcher of paths agrees with a regular expression that says the same: *
// is any run of characters and ? is one.
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
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		want := iam.ImplicitDeny
		if regexp.MustCompile(`(?s)\A` + expression + `\z`).MatchString(path) {
			want = iam.Allow
		}
		if got := policy.Evaluate(invoke, api+path); got != want {
			t.Errorf("%q under %q: got %v, want %v", path, pattern, got, want)
		}
	})
}
