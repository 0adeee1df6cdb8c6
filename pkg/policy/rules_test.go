package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/policy"
)

const rulesText = "notes/read=GET /notes,GET /notes/*; notes/write=POST /notes,GET /notes; group:admin=* /*"

func spell(routes []policy.Route) []string {
	var spelled []string
	for _, r := range routes {
		spelled = append(spelled, r.String())
	}
	return spelled
}

func TestRulesRoutes(t *testing.T) {
	t.Parallel()
	rules := mustRules(t, rulesText)
	tests := []struct {
		name           string
		scopes, groups []string
		want           []string
	}{
		{"one scope", []string{"notes/read"}, nil, []string{"GET /notes", "GET /notes/*"}},
		{"a route of two rules once", []string{"notes/read", "notes/write"}, nil, []string{"GET /notes", "GET /notes/*", "POST /notes"}},
		{"order of the rules, not of the caller", []string{"notes/write", "notes/read"}, []string{"admin"},
			[]string{"GET /notes", "GET /notes/*", "POST /notes", "* /*"}},
		{"group", nil, []string{"staff", "admin"}, []string{"* /*"}},
		{"nothing held", nil, nil, nil},
		{"empty scope and group", []string{""}, []string{""}, nil},
		{"scope's prefix", []string{"notes/rea"}, nil, nil},
		{"scope and more", []string{"notes/read2"}, nil, nil},
		{"scope in another case", []string{"Notes/Read"}, nil, nil},
		{"two scopes in one text", []string{"notes/read notes/write"}, nil, nil},
		{"scope named like a group", []string{"admin", "group:admin"}, nil, nil},
		{"group named like a scope", nil, []string{"notes/read"}, nil},
		{"wildcard scope and group", []string{"*"}, []string{"*"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := spell(rules.Routes(tt.scopes, tt.groups))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Routes(%q, %q) (-want +got):\n%s", tt.scopes, tt.groups, diff)
			}
		})
	}
}

func TestNoRulesAreNotRulesThatOpenNothing(t *testing.T) {
	t.Parallel()
	if got, want := mustRules(t, "").IsZero(), true; got != want {
		t.Errorf("IsZero of the empty text = %t, want %t", got, want)
	}
	rules := mustRules(t, rulesText)
	if got, want := rules.IsZero(), false; got != want {
		t.Errorf("IsZero of rules = %t, want %t", got, want)
	}
	if got := rules.Routes([]string{"other"}, nil); len(got) != 0 {
		t.Errorf("Routes of another scope = %v, want none", got)
	}
}

func TestRouteMatches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, route, method, path string
		want                      bool
	}{
		{"literal", "GET /notes", "GET", "/notes", true},
		{"literal and a slash", "GET /notes", "GET", "/notes/", true},
		{"literal and two slashes", "GET /notes", "GET", "/notes//", false},
		{"literal and a slash before it", "GET /notes", "GET", "//notes", false},
		{"literal and a slash in the rule", "GET /notes/", "GET", "/notes/", true},
		{"literal and a slash in the rule alone", "GET /notes/", "GET", "/notes", true},
		{"the root", "GET /", "GET", "/", true},
		{"the root and a slash", "GET /", "GET", "//", false},
		{"literal and more", "GET /notes", "GET", "/notes/1", false},
		{"another case", "GET /notes", "GET", "/Notes", false},
		{"another method", "GET /notes", "POST", "/notes", false},
		{"wildcard below", "GET /notes/*", "GET", "/notes/1", true},
		{"wildcard below and a slash", "GET /notes/*", "GET", "/notes/1/", true},
		{"wildcard twice stands for something too", "GET /notes/**", "GET", "/notes/", false},
		{"wildcard and a slash in the rule", "GET /notes/*/", "GET", "/notes/1", true},
		{"wildcard crosses slashes", "GET /notes/*", "GET", "/notes/1/2", true},
		{"wildcard after a slash stands for something", "GET /notes/*", "GET", "/notes/", false},
		{"wildcard in a name stands for nothing too", "GET /notes*", "GET", "/notes", true},
		{"wildcard in the middle stands for nothing too", "GET /a/*/b", "GET", "/a//b", true},
		{"everything opens the root", "GET /*", "GET", "/", true},
		{"wildcard needs what is before it", "GET /notes/*", "GET", "/notes", false},
		{"wildcard within", "GET /users/*/notes", "GET", "/users/1/notes", true},
		{"wildcard within and a slash", "GET /users/*/notes", "GET", "/users/1/notes/", true},
		{"wildcard within crosses slashes", "GET /users/*/notes", "GET", "/users/1/2/notes", true},
		{"wildcard within needs what is after it", "GET /users/*/notes", "GET", "/users/1/note", false},
		{"nothing after the last part", "GET /users/*/notes", "GET", "/users/1/notes/2", false},
		{"two wildcards", "GET /a/*/b/*", "GET", "/a/1/b/2", true},
		{"two wildcards in order", "GET /a/*/b/*", "GET", "/b/1/a/2", false},
		{"parts do not overlap", "GET /aba*aba", "GET", "/ababa", false},
		{"the last part is at the end", "GET /*/b", "GET", "/a/b/c/b", true},
		{"caller's asterisk is a character", "GET /notes", "GET", "/*", false},
		{"caller's question mark is a character", "GET /notes", "GET", "/note?", false},
		{"all", "* /*", "DELETE", "/", true},
		{"all, another method", "* /*", "PROPFIND", "/a/b", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			routes := mustRules(t, "scope="+tt.route).Routes([]string{"scope"}, nil)
			if len(routes) != 1 {
				t.Fatalf("routes = %v, want one", routes)
			}
			if got := routes[0].Matches(tt.method, tt.path); got != tt.want {
				t.Errorf("%v matches %s %s = %t, want %t", routes[0], tt.method, tt.path, got, tt.want)
			}
		})
	}
}

// A wildcard method in a resource would run on into the path.
func TestEveryMethodOfOnePathOpensNoOtherPath(t *testing.T) {
	t.Parallel()
	routes := mustRules(t, "scope=* /notes").Routes([]string{"scope"}, nil)
	want := []string{"DELETE /notes", "GET /notes", "HEAD /notes", "OPTIONS /notes", "PATCH /notes", "POST /notes", "PUT /notes"}
	if diff := cmp.Diff(want, spell(routes)); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
	arn := mustARN(t, validARN)
	doc, err := policy.AllowRoutes(arn, routes)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"/notes": true, "/admin/notes": false} {
		arn.Path = path
		if got := opens(doc, arn.String()); got != want {
			t.Errorf("the policy opens %s = %t, want %t", path, got, want)
		}
	}
}
