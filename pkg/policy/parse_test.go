package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/policy"
)

const (
	wrongRule    = "must be name=METHOD /path,..."
	wrongName    = `must be one scope, or group: and one group, in which blank , ; = " \ * % are percent-encoded, such as %2A for *`
	wrongRoute   = "must be METHOD /path"
	wrongMethod  = "the method must be DELETE GET HEAD OPTIONS PATCH POST PUT or *"
	wrongStart   = "the path must start with /"
	wrongSegment = "the path must not contain //, which API Gateway routes nowhere"
	wrongPath    = "the path must be at most 256 of A-Z a-z 0-9 / - . _ ~ % : @ + *, with * for a path parameter"
)

func TestParseRulesNamesTheMistake(t *testing.T) {
	t.Parallel()
	const valid = "read=GET /notes,GET /notes/*; group:admin=* /*"
	mustRules(t, valid)
	tests := []struct{ name, old, new, want string }{
		{"no equals sign", "read=GET", "read GET", "rule 1: " + wrongRule},
		{"empty rule", "; ", ";; ", "rule 2: " + wrongRule},
		{"no name", "read=", "=", "rule 1: " + wrongName},
		{"no group", "group:admin", "group:", "rule 2: " + wrongName},
		{"blank group", "group:admin", "group: ", "rule 2: " + wrongName},
		{"two scopes", "read=", "read write=", "rule 1: " + wrongName},
		{"two groups", "group:admin", "group:admin staff", "rule 2: " + wrongName},
		{"scope list", "read=", "read,write=", "rule 1: " + wrongName},
		{"wildcard scope", "read=", "notes/*=", "rule 1: " + wrongName},
		{"wildcard group", "group:admin", "group:*", "rule 2: " + wrongName},
		{"quote in the scope", "read=", `"read"=`, "rule 1: " + wrongName},
		{"control character in the scope", "read=", "re\x00ad=", "rule 1: " + wrongName},
		{"half an escape", "read=", "read%2=", "rule 1: " + wrongName},
		{"escape of no byte", "read=", "read%zz=", "rule 1: " + wrongName},
		{"percent sign", "group:admin", "group:100%", "rule 2: " + wrongName},
		{"escaped control character", "group:admin", "group:ad%0Amin", "rule 2: " + wrongName},
		{"escaped byte that is not UTF-8", "group:admin", "group:ad%ffmin", "rule 2: " + wrongName},
		{"escaped blank in a scope", "read=", "read%20write=", "rule 1: " + wrongName},
		{"no route", "=* /*", "=", "rule 2: route 1: " + wrongRoute},
		{"empty route", ",GET", ",,GET", "rule 1: route 2: " + wrongRoute},
		{"no method", "GET /notes/*", "/notes/*", "rule 1: route 2: " + wrongRoute},
		{"blank in the path", "/notes/*", "/notes /*", "rule 1: route 2: " + wrongRoute},
		{"method in lower case", "GET /notes,", "get /notes,", "rule 1: route 1: " + wrongMethod},
		{"unknown method", "GET /notes,", "LIST /notes,", "rule 1: route 1: " + wrongMethod},
		{"API Gateway's ANY", "* /*", "ANY /*", "rule 2: route 1: " + wrongMethod},
		{"part of a method", "GET /notes,", "G* /notes,", "rule 1: route 1: " + wrongMethod},
		{"path without slash", "/notes,", "notes,", "rule 1: route 1: " + wrongStart},
		{"path that is a wildcard only", "* /*", "* *", "rule 2: route 1: " + wrongStart},
		{"empty segment", "/notes/*", "/notes//*", "rule 1: route 2: " + wrongSegment},
		{"two slashes at the end", "/notes,", "/notes//,", "rule 1: route 1: " + wrongSegment},
		{"question mark", "/notes,", "/note?,", "rule 1: route 1: " + wrongPath},
		{"path parameter in braces", "/notes/*", "/notes/{noteid}", "rule 1: route 2: " + wrongPath},
		{"policy variable", "/notes/*", "/notes/${aws:userid}", "rule 1: route 2: " + wrongPath},
		{"not ASCII", "/notes,", "/nötes,", "rule 1: route 1: " + wrongPath},
		{"long path", "/notes,", "/" + strings.Repeat("x", 256) + ",", "rule 1: route 1: " + wrongPath},
		{"no rule at all", valid, " ", "rule 1: " + wrongRule},
		{"nothing but a semicolon", valid, ";", "rule 1: " + wrongRule},
		{"two semicolons at the end", "* /*", "* /*;;", "rule 3: " + wrongRule},
		{"every mistake at once", valid, "read=get notes,GET /n?; write; group:=PUT /x",
			"rule 1: route 1: " + wrongMethod + "; rule 1: route 1: " + wrongStart + "; rule 1: route 2: " + wrongPath +
				"; rule 2: " + wrongRule + "; rule 3: " + wrongName},
		{"101 routes", valid, "read=" + strings.Repeat("GET /a,", 100) + "GET /a", "more than 100 routes in all"},
		{"105 routes by wildcard methods", valid, "read=" + strings.Repeat("* /a,", 14) + "* /a", "more than 100 routes in all"},
		{"4097 bytes", valid, valid + strings.Repeat(" ", 4097-len(valid)), "longer than 4096 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(valid, tt.old, tt.new, 1)
			if text == valid {
				t.Fatal("the row changes nothing")
			}
			got, err := policy.ParseRules(text)
			if !errors.Is(err, policy.ErrRules) {
				t.Fatalf("ParseRules(%q) error = %v, want ErrRules", text, err)
			}
			if got, want := err.Error(), "policy: access rules: "+tt.want; got != want {
				t.Errorf("ParseRules(%q) error\n got %s\nwant %s", text, got, want)
			}
			if routes := got.Routes([]string{"read"}, []string{"admin"}); len(routes) > 0 {
				t.Errorf("ParseRules(%q) opens %v beside its error, want nothing", text, routes)
			}
		})
	}
}

func TestParseRulesTakes(t *testing.T) {
	t.Parallel()
	const scope = "https://api.example.com/notes.read"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"one rule", scope + "=GET /notes", []string{"GET /notes"}},
		{"semicolon at the end", scope + "=GET /notes;", []string{"GET /notes"}},
		{"blanks and line feeds", "\n " + scope + " = GET  /notes ,\n\tPUT /notes/* ;\n", []string{"GET /notes", "PUT /notes/*"}},
		{"one name in two rules", scope + "=GET /a;" + scope + "=GET /b", []string{"GET /a", "GET /b"}},
		{"wildcard method before a wildcard path", scope + "=* /*/notes", []string{"* /*/notes"}},
		{"slash at the end", scope + "=GET /notes/,GET /notes,GET /", []string{"GET /notes", "GET /"}},
		{"several wildcards in a row", scope + "=GET /notes/***", []string{"GET /notes/*"}},
		{"256 bytes of path", scope + "=GET /" + strings.Repeat("x", 255), []string{"GET /" + strings.Repeat("x", 255)}},
		{"4096 bytes", scope + "=GET /a" + strings.Repeat(" ", 4096-len(scope+"=GET /a")), []string{"GET /a"}},
		{"100 routes", scope + "=" + strings.Repeat("GET /a,", 99) + "GET /b", []string{"GET /a", "GET /b"}},
		{"98 routes by wildcard methods", "other=" + strings.Repeat("* /a,", 13) + "* /a;" + scope + "=GET /b", []string{"GET /b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := spell(mustRules(t, tt.text).Routes([]string{scope}, nil))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("routes of %q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}
