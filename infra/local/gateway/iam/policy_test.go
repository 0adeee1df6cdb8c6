package iam_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/iam"
)

const (
	invoke = "execute-api:Invoke"
	api    = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod"
)

func document(effect, action, resource string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":%q,"Action":%q,"Resource":%q}]}`, effect, action, resource)
}

func TestResource(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rule    string
		pattern string
		arn     string
		want    iam.Decision
	}{
		{"literal", api + "/GET/notes", api + "/GET/notes", iam.Allow},
		{"literal is not a prefix", api + "/GET/notes", api + "/GET/notes/1", iam.ImplicitDeny},
		{"lone asterisk", "*", api + "/GET/notes", iam.Allow},
		{"asterisk crosses slashes", api + "/GET/notes/*", api + "/GET/notes/1/2", iam.Allow},
		{"asterisk after a slash wants the slash", api + "/GET/notes/*", api + "/GET/notes", iam.ImplicitDeny},
		{"asterisk matches nothing at all", api + "/GET/notes*", api + "/GET/notes", iam.Allow},
		{"asterisk in the middle", api + "/*/notes", api + "/GET/notes", iam.Allow},
		{"asterisk in the middle crosses slashes", api + "/*/notes", api + "/GET/a/b/notes", iam.Allow},
		{"two asterisks", api + "/*/notes/*", api + "/PUT/notes/1", iam.Allow},
		{"root path", api + "/GET/", api + "/GET/", iam.Allow},
		{"whole stage", api + "/*", api + "/DELETE/notes/1", iam.Allow},
		{"other stage", api + "/*", strings.Replace(api, "prod", "prod2", 1) + "/GET/", iam.ImplicitDeny},
		{"question mark is one character", api + "/GET/note?", api + "/GET/notes", iam.Allow},
		{"question mark is not none", api + "/GET/notes?", api + "/GET/notes", iam.ImplicitDeny},
		{"question mark is not two", api + "/GET/not?", api + "/GET/notes", iam.ImplicitDeny},
		{"question mark is a character, not a byte", api + "/GET/?", api + "/GET/é", iam.Allow},
		{"resources have case", api + "/get/notes", api + "/GET/notes", iam.ImplicitDeny},
		{"other partition", "arn:aws-cn:execute-api:us-east-1:123456789012:abc123/prod/*", api + "/GET/", iam.ImplicitDeny},
		{"any partition", "arn:*:execute-api:us-east-1:123456789012:abc123/prod/*", api + "/GET/", iam.Allow},
		{"other account", "arn:aws:execute-api:us-east-1:210987654321:abc123/prod/*", api + "/GET/", iam.ImplicitDeny},
		{"asterisk per segment", "arn:aws:execute-api:*:*:*", api + "/GET/notes", iam.Allow},
		{"trailing asterisk past colons", "arn:aws:execute-api:us-east-1:*", api + "/GET/notes", iam.Allow},
		{"trailing asterisk past colons, other region", "arn:aws:execute-api:eu-west-1:*", api + "/GET/notes", iam.ImplicitDeny},
		{"inner asterisk stays in its segment", "arn:aws:execute-api:us*:abc123/prod/GET/notes:x", api + "/GET/notes:x", iam.ImplicitDeny},
		{"colon in the path", api + "/GET/notes/*", api + "/GET/notes/a:b", iam.Allow},
		{"an incomplete ARN", api + "/*", "arn:aws:execute-api:us-east-1", iam.ImplicitDeny},
		{"other service", "arn:aws:lambda:us-east-1:123456789012:*", api + "/GET/notes", iam.ImplicitDeny},
		{"pattern characters of the request are text", api + "/GET/notes/1", api + "/GET/notes/*", iam.ImplicitDeny},
		{"backtracking", api + "/*a*a*a*b", api + "/" + strings.Repeat("a", 900), iam.ImplicitDeny},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			policy, err := iam.Parse([]byte(document("Allow", invoke, tt.pattern)))
			if err != nil {
				t.Fatal(err)
			}
			if got := policy.Evaluate(invoke, tt.arn); got != tt.want {
				t.Errorf("Evaluate(%s) under %s = %v, want %v", tt.arn, tt.pattern, got, tt.want)
			}
		})
	}
}

func TestAction(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rule, action string
		want         iam.Decision
	}{
		{"exact", "execute-api:Invoke", iam.Allow},
		{"actions have no case", "Execute-API:invoke", iam.Allow},
		{"all of the service", "execute-api:*", iam.Allow},
		{"all", "*", iam.Allow},
		{"prefix", "execute-api:Inv*", iam.Allow},
		{"another of the service", "execute-api:ManageConnections", iam.ImplicitDeny},
		{"another service", "lambda:*", iam.ImplicitDeny},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			policy, err := iam.Parse([]byte(document("Allow", tt.action, api+"/*")))
			if err != nil {
				t.Fatal(err)
			}
			if got := policy.Evaluate(invoke, api+"/GET/notes"); got != tt.want {
				t.Errorf("Evaluate under %s = %v, want %v", tt.action, got, tt.want)
			}
		})
	}
}

func TestEvaluation(t *testing.T) {
	t.Parallel()
	const allowAll = `{"Effect":"Allow","Action":["execute-api:Invoke"],"Resource":["` + api + `/*"]}`
	const denyDelete = `{"Sid":"s","Effect":"Deny","Action":"execute-api:Invoke","Resource":"` + api + `/DELETE/*"}`
	tests := []struct {
		rule, statements, path string
		want                   iam.Decision
	}{
		{"allow", allowAll, "/GET/notes", iam.Allow},
		{"deny after allow", allowAll + "," + denyDelete, "/DELETE/notes/1", iam.ExplicitDeny},
		{"deny before allow", denyDelete + "," + allowAll, "/DELETE/notes/1", iam.ExplicitDeny},
		{"deny that does not match", allowAll + "," + denyDelete, "/GET/notes", iam.Allow},
		{"only deny, not matching", denyDelete, "/GET/notes", iam.ImplicitDeny},
		{"no statement", "", "/GET/notes", iam.ImplicitDeny},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			policy, err := iam.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + tt.statements + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := policy.Evaluate(invoke, api+tt.path); got != tt.want {
				t.Errorf("Evaluate = %v, want %v", got, tt.want)
			}
		})
	}
	if got := (iam.Policy{}).Evaluate(invoke, api); got != iam.ImplicitDeny {
		t.Errorf("the zero policy decides %v, want %v", got, iam.ImplicitDeny)
	}
}

// Each document is the valid one with a single thing changed.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	valid := document("Allow", invoke, api+"/*")
	if _, err := iam.Parse([]byte(valid)); err != nil {
		t.Fatalf("the valid document: %v", err)
	}
	change := func(from, to string) string {
		changed := strings.Replace(valid, from, to, 1)
		if changed == valid {
			t.Fatalf("%s is not in the valid document", from)
		}
		return changed
	}
	const resource = `"Resource":"` + api + `/*"`
	tests := []struct {
		rule, document string
		want           error
	}{
		{"not JSON", "{", iam.ErrMalformed},
		{"null", "null", iam.ErrMalformed},
		{"a list", "[]", iam.ErrMalformed},
		{"unknown version", change("2012-10-17", "2012-10-18"), iam.ErrMalformed},
		{"unknown member", change(`"Version"`, `"version"`), iam.ErrMalformed},
		{"unknown member at the end", strings.TrimSuffix(valid, "}") + `,"version":"2012-10-17"}`, iam.ErrMalformed},
		{"statement null", `{"Version":"2012-10-17","Statement":null}`, iam.ErrMalformed},
		{"statement missing", `{"Version":"2012-10-17"}`, iam.ErrMalformed},
		{"statement of a string", `{"Version":"2012-10-17","Statement":["Allow"]}`, iam.ErrMalformed},
		{"effect in another case", change(`"Allow"`, `"allow"`), iam.ErrMalformed},
		{"effect missing", change(`"Effect":"Allow",`, ``), iam.ErrMalformed},
		{"effect twice", change(`"Effect":"Allow"`, `"Effect":"Deny","Effect":"Allow"`), iam.ErrMalformed},
		{"action missing", change(`"Action":"execute-api:Invoke",`, ``), iam.ErrMalformed},
		{"action null", change(`"execute-api:Invoke"`, `null`), iam.ErrMalformed},
		{"action of a number", change(`"execute-api:Invoke"`, `7`), iam.ErrMalformed},
		{"action empty list", change(`"execute-api:Invoke"`, `[]`), iam.ErrMalformed},
		{"action with a null in it", change(`"execute-api:Invoke"`, `["execute-api:Invoke",null]`), iam.ErrMalformed},
		{"resource missing", change(","+resource, ``), iam.ErrMalformed},
		{"resource null", change(resource, `"Resource":null`), iam.ErrMalformed},
		{"resource empty list", change(resource, `"Resource":[]`), iam.ErrMalformed},
		{"resource not an ARN", change(resource, `"Resource":"GET/notes"`), iam.ErrMalformed},
		{"resource of another scheme", change(resource, `"Resource":"urn:aws:execute-api:us-east-1:123456789012:x"`), iam.ErrMalformed},
		{"resource of two segments", change(resource, `"Resource":"arn:*"`), iam.ErrMalformed},
		{"resource with a wildcard service", change(resource, `"Resource":"arn:aws:*:us-east-1:123456789012:x"`), iam.ErrMalformed},
		{"resource cut short", change(resource, `"Resource":"arn:aws:execute-api:us-east-1"`), iam.ErrMalformed},
		{"resource too long", change(resource, `"Resource":"`+api+"/"+strings.Repeat("a", 512)+`"`), iam.ErrMalformed},
		{"resource with a variable", change(resource, `"Resource":"`+api+`/GET/${aws:userid}"`), iam.ErrUnsupported},
		{"condition null", change(resource, resource+`,"Condition":null`), iam.ErrMalformed},
		{"sid null", change(resource, resource+`,"Sid":null`), iam.ErrMalformed},
		{"condition", change(resource, resource+`,"Condition":{}`), iam.ErrUnsupported},
		{"not-action", change(resource, resource+`,"NotAction":"x"`), iam.ErrUnsupported},
		{"not-resource", change(resource, resource+`,"NotResource":"x"`), iam.ErrUnsupported},
		{"not-principal", change(resource, resource+`,"NotPrincipal":"*"`), iam.ErrUnsupported},
		{"principal", change(resource, resource+`,"Principal":"*"`), iam.ErrUnsupported},
		{"element of no policy", change(resource, resource+`,"resource":"*"`), iam.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			policy, err := iam.Parse([]byte(tt.document))
			if !errors.Is(err, tt.want) {
				t.Errorf("Parse: %v, want %v", err, tt.want)
			}
			if got := policy.Evaluate(invoke, api+"/GET/"); got != iam.ImplicitDeny {
				t.Errorf("what was refused decides %v, want %v", got, iam.ImplicitDeny)
			}
		})
	}
}

func TestSingleStatementObject(t *testing.T) {
	t.Parallel()
	for _, version := range []string{``, `"Version":"2008-10-17",`, `"Version":"2012-10-17",`} {
		policy, err := iam.Parse([]byte(`{` + version + `"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := policy.Evaluate(invoke, api+"/GET/"); got != iam.Allow {
			t.Errorf("%s: Evaluate = %v, want %v", version, got, iam.Allow)
		}
	}
}

func ExamplePolicy_Evaluate() {
	policy, err := iam.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": [{
			"Effect": "Allow",
			"Action": "execute-api:Invoke",
			"Resource": "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/*"
		}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, method := range []string{"GET", "POST"} {
		arn := "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/" + method + "/notes"
		fmt.Println(method, policy.Evaluate("execute-api:Invoke", arn) == iam.Allow)
	}
	// Output:
	// GET true
	// POST false
}
