package policy_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/policy"
)

// Every name that a token can hold can be named in a rule, and means only
// itself.
func TestEscapedNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, rule string
		group      bool
		is, isNot  string
	}{
		{"asterisk", "notes/%2A", false, "notes/*", "notes/read"},
		{"separators in a scope", "urn:x%2Cy%3Bz%3D1", false, "urn:x,y;z=1", "urn:x"},
		{"separators in a group", "group:a%2cb%3dc", true, "a,b=c", "a"},
		{"blank in a group", "group:Domain%20Users", true, "Domain Users", "Domain"},
		{"quotes and backslashes", "group:%22a%22%5Cb", true, `"a"\b`, "ab"},
		{"percent sign", "group:100%25", true, "100%", "100%25"},
		{"an escape is decoded once", "group:%252A", true, "%2A", "*"},
		{"scope that starts like a group", "group%3Aadmin", false, "group:admin", "admin"},
		{"plus sign is itself", "a+b", false, "a+b", "a b"},
		{"other letters", "group:日本", true, "日本", "日"},
		{"other letters, escaped", "group:%E6%97%A5%E6%9C%AC", true, "日本", "日"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rules := mustRules(t, " "+tt.rule+" = GET /x")
			opens := func(name string, group bool) bool {
				if group {
					return len(rules.Routes(nil, []string{name})) > 0
				}
				return len(rules.Routes([]string{name}, nil)) > 0
			}
			if !opens(tt.is, tt.group) || opens(tt.is, !tt.group) {
				t.Errorf("the rule for %s does not open for %q alone", tt.rule, tt.is)
			}
			for _, name := range []string{tt.isNot, tt.is + "x", ""} {
				if opens(name, false) || opens(name, true) {
					t.Errorf("the rule for %s opens for %q", tt.rule, name)
				}
			}
		})
	}
}

func TestUnescapeName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"admin": "admin", "Domain Users": "Domain Users", "a%2Cb": "a,b", "100%25": "100%", "*": "*"} {
		got, err := policy.UnescapeName(text)
		if err != nil || got != want {
			t.Errorf("%q: got %q and %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "100%", "%2", "%zz", "%ff", "%0a", "a\x00"} {
		if got, err := policy.UnescapeName(text); !errors.Is(err, policy.ErrName) || got != "" {
			t.Errorf("%q: got %q and %v, want ErrName", text, got, err)
		}
	}
}

// Escaping all but letters and digits brings every name through.
func FuzzNames(f *testing.F) {
	f.Fuzz(func(t *testing.T, name string) {
		escaped := strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
		possible := name != "" && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl)
		blank := strings.ContainsFunc(name, unicode.IsSpace)
		for _, tt := range []struct {
			text           string
			possible       bool
			scopes, groups []string
		}{
			{escaped, possible && !blank, []string{name}, nil},
			{"group:" + escaped, possible, nil, []string{name}},
		} {
			if len(tt.text) > 4000 {
				return
			}
			rules, err := policy.ParseRules(tt.text + "=GET /x")
			if tt.possible != (err == nil) || err != nil && !errors.Is(err, policy.ErrRules) {
				t.Fatalf("%q: got error %v, want it to be a name: %t", tt.text, err, tt.possible)
			}
			if err != nil {
				continue
			}
			if diff := cmp.Diff([]string{"GET /x"}, spell(rules.Routes(tt.scopes, tt.groups))); diff != "" {
				t.Errorf("%q does not open for %q (-want +got):\n%s", tt.text, name, diff)
			}
			if got := rules.Routes(append(tt.groups, name+"x"), append(tt.scopes, name+"x")); len(got) > 0 {
				t.Errorf("%q opens %v for others than %q", tt.text, got, name)
			}
			if got := policy.AllNames(rules); len(got) != 1 || got[0] != name {
				t.Errorf("%q: got the names %q, want %q", tt.text, got, name)
			}
		}
	})
}
