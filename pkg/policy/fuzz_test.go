package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/policy"
)

// opens evaluates the policy as IAM documents it: a matching Deny beats every
// Allow, and what no statement matches is denied.
func opens(doc policy.Document, arn string) bool {
	allowed := false
	for _, s := range doc.Statement {
		matches := slices.ContainsFunc(s.Resource, func(resource string) bool { return iamMatch(resource, arn) })
		if matches && s.Effect == policy.Deny {
			return false
		}
		allowed = allowed || matches
	}
	return allowed
}

// iamMatch compares a resource with an ARN by IAM's rules, written as a table of
// which prefixes match and so without anything of the package's own matcher.
func iamMatch(resource, arn string) bool {
	reach := make([]bool, len(arn)+1)
	reach[0] = true
	for _, c := range []byte(resource) {
		next := make([]bool, len(arn)+1)
		for i := range next {
			switch c {
			case '*':
				next[i] = reach[i] || i > 0 && next[i-1]
			case '?':
				next[i] = i > 0 && reach[i-1]
			default:
				next[i] = i > 0 && reach[i-1] && arn[i-1] == c
			}
		}
		reach = next
	}
	return reach[len(arn)]
}

func FuzzParseMethodARN(f *testing.F) {
	f.Fuzz(func(t *testing.T, s, foreign string) {
		arn, err := policy.ParseMethodARN(s)
		if err != nil {
			return
		}
		if got, want := arn.String(), s; got != want {
			t.Fatalf("round trip = %q, want %q", got, want)
		}
		if arn.Stage == "*" { // of a sample event: it names no stage, so no policy is to match it
			return
		}
		all, err := policy.AllowAll(arn)
		if err != nil {
			t.Fatalf("AllowAll(%+v): %v", arn, err)
		}
		if !opens(all, s) {
			t.Errorf("AllowAll does not open its own ARN %q", s)
		}
		none, err := policy.DenyAll(arn)
		if err != nil {
			t.Fatalf("DenyAll(%+v): %v", arn, err)
		}
		if !iamMatch(none.Statement[0].Resource[0], s) {
			t.Errorf("DenyAll does not cover its own ARN %q", s)
		}
		theirs, err := policy.ParseMethodARN(foreign)
		if err != nil {
			return
		}
		same := theirs
		same.Method, same.Path = arn.Method, arn.Path
		if got, want := opens(all, foreign), same == arn; got != want {
			t.Errorf("AllowAll of %q opens %q = %t, want %t", s, foreign, got, want)
		}
		if got, want := iamMatch(none.Statement[0].Resource[0], foreign), same == arn; got != want {
			t.Errorf("DenyAll of %q covers %q = %t, want %t", s, foreign, got, want)
		}
	})
}

// neighbours are the same request in another account, Region, API or stage.
func neighbours(arn policy.MethodARN) []policy.MethodARN {
	account, region, api, stage := arn, arn, arn, arn
	account.Account = "999999999999"
	region.Region += "x"
	api.APIID = "x" + arn.APIID
	stage.Stage += "x"
	return []policy.MethodARN{account, region, api, stage}
}

// What the gate says of a route must be what API Gateway will say of the policy.
func FuzzParseRules(f *testing.F) {
	f.Fuzz(func(t *testing.T, text, request string) {
		rules, err := policy.ParseRules(text)
		if err != nil {
			if !rules.IsZero() {
				t.Fatalf("ParseRules(%q) = %v beside its error", text, rules)
			}
			return
		}
		if got, want := rules.IsZero(), text == ""; got != want {
			t.Fatalf("IsZero of %q = %t, want %t", text, got, want)
		}
		arn, err := policy.ParseMethodARN(request)
		if err != nil {
			return
		}
		held := policy.AllNames(rules)
		for _, route := range rules.Routes(held, held) {
			doc, err := policy.AllowRoutes(arn, []policy.Route{route})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := route.Matches(arn.Method, arn.Path), opens(doc, request); got != want {
				t.Errorf("%v matches %q = %t, but its policy says %t", route, request, got, want)
			}
			if path, ok := strings.CutSuffix(arn.Path, "/"); ok && path != "" && !strings.HasSuffix(path, "/") {
				if got, want := route.Matches(arn.Method, arn.Path), route.Matches(arn.Method, path); got != want {
					t.Errorf("%v matches %q = %t, but without the slash at the end %t", route, arn.Path, got, want)
				}
			}
			for _, foreign := range neighbours(arn) {
				if opens(doc, foreign.String()) {
					t.Errorf("the policy of %v for %q opens %q", route, request, foreign)
				}
			}
			for _, resource := range doc.Statement[0].Resource {
				if got, limit := len(resource), 512; got > limit {
					t.Errorf("Resource of %v is %d long, want at most %d", route, got, limit)
				}
			}
		}
	})
}
