// Package attach_test builds each example of this folder, as its tool would, and
// holds what comes of it to what our own template must hold to.
package attach_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/gatetest"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/jwks"
)

const (
	userPool = "eu-west-1_AbCdEfGhI"
	client   = "1h57kf5cpq17m0eml12example"
)

// An example is what a stack has of it, by logical id.
type example struct {
	authorizer, orders string
	apis               []front
}

// A front is one of its APIs: how it names our authorizer, and of what kind that is.
type front struct{ api, authorizer, kind string }

// problems holds the stack of an example to the checks of our own template.
func problems(t *testing.T, s *cloudformation.Stack, e example) (p gatetest.Problems) {
	t.Helper()
	p = append(p, gatetest.Runtime(s, e.authorizer)...)
	p = append(p, gatetest.Timeout(s, e.authorizer, jwks.Timeout, gatetest.GatewayWaits)...)
	p = append(p, gatetest.LogsOnly(s, e.authorizer)...)
	p = append(p, gatetest.Logs(s, e.authorizer)...)
	variables, _ := gatetest.Variables(s, e.authorizer, strings.NewReplacer(), func(getenv func(string) string) error {
		settings, err := gate.LoadSettings(getenv, t.TempDir())
		if err == nil && (len(settings.Tokens.Pools) != 1 || !slices.Equal(settings.Tokens.ClientIDs, []string{client})) {
			p.Add("%s: pools %v, clients %v", e.authorizer, settings.Tokens.Pools, settings.Tokens.ClientIDs)
		}
		return err
	})
	p = append(p, variables...)
	p = append(p, gatetest.Permissions(s, func(_, wildcard string) bool {
		return slices.ContainsFunc(e.apis, func(f front) bool { // the wildcard is within one of the APIs
			return strings.HasPrefix(wildcard, "SourceArn arn:aws:execute-api:eu-west-1:123456789012:${"+f.api+"}/")
		})
	})...)
	for _, f := range e.apis {
		for _, problem := range f.problems(t, s, e) {
			p.Add("%s: %s", f.api, problem)
		}
	}
	return p
}

func (f front) problems(t *testing.T, s *cloudformation.Stack, e example) (p gatetest.Problems) {
	t.Helper()
	doc, err := gatetest.Definition(s, f.api)
	if err != nil {
		p.Add("%v", err)
		return p
	}
	api := gatetest.API{
		Definition: doc, HTTP: s.Resources[f.api].Type == "AWS::ApiGatewayV2::Api",
		Origin: "https://origin.invalid", Headers: []string{"Authorization", "Content-Type"},
	}
	if api.HTTP {
		api.Headers = []string{"authorization", "content-type"}
	}
	p = append(p, api.Guarded()...)
	p = append(p, api.Preflight()...)
	p = append(p, api.CORS()...)
	p = append(p, gatetest.Permitted(s, e.authorizer, f.api)...)
	p = append(p, f.integrated(s, api, e.orders)...)
	if s.Resources[f.api].Type == "AWS::ApiGateway::RestApi" && s.Resources[f.api].Properties["Body"] == nil {
		p = append(p, gatetest.Deployed(s, f.api)...)
	}
	if settings := api.Authorizer(f.authorizer, e.authorizer, f.kind, 300); len(settings) > 0 {
		return append(p, settings...) // and it cannot be asked
	}
	return append(p, api.AnswerShape(t, f.authorizer)...)
}

// integrated: each route but a preflight calls the orders, who may be called.
func (f front) integrated(s *cloudformation.Stack, api gatetest.API, orders string) (p gatetest.Problems) {
	for where, op := range api.Operations() {
		integration := op.Extensions["x-amazon-apigateway-integration"]
		if strings.HasPrefix(where, "OPTIONS ") {
			continue
		}
		p.Want(where, gatetest.Dig(integration, "type"), "aws_proxy")
		p.Want(where+" httpMethod", gatetest.Dig(integration, "httpMethod"), "POST")
		uri := gatetest.Text(gatetest.Dig(integration, "uri"))
		if arn := "${" + orders + ".Arn}"; uri != gatetest.FunctionURI(orders) && !(api.HTTP && uri == arn) {
			p.Add("%s calls %s, want %s", where, uri, orders)
		}
		if api.HTTP {
			p.Want(where+" payloadFormatVersion", gatetest.Dig(integration, "payloadFormatVersion"), "2.0")
		}
	}
	if !slices.ContainsFunc(s.OfType("AWS::Lambda::Permission"), func(name string) bool {
		permission := s.Resources[name].Properties
		return strings.HasPrefix(gatetest.Text(permission["FunctionName"]), "${"+orders) && permission["Principal"] == "apigateway.amazonaws.com" &&
			strings.HasPrefix(gatetest.Text(permission["SourceArn"]), "arn:aws:execute-api:eu-west-1:123456789012:${"+f.api+"}/")
	}) {
		p.Add("no permission to call %s", orders)
	}
	return p
}

// A mistake is one text of an example in place of another, and what the checks
// say of it.
type mistake struct{ old, new, want string }

// catch makes each mistake, and expects that the checks notice.
func catch(t *testing.T, text string, e example, mistakes []mistake, build func(t *testing.T, text string) *cloudformation.Stack) {
	t.Helper()
	for _, problem := range problems(t, build(t, text), e) {
		t.Error(problem)
	}
	for _, m := range mistakes {
		t.Run(m.want+"/"+m.new, func(t *testing.T) {
			if !strings.Contains(text, m.old) {
				t.Fatalf("the example does not hold %q", m.old)
			}
			got := problems(t, build(t, strings.ReplaceAll(text, m.old, m.new)), e)
			if !strings.Contains(strings.Join(got, "; "), m.want) {
				t.Errorf("with %q for %q: got %q, want %q in it", m.new, m.old, got, m.want)
			}
		})
	}
}

// copyOf copies an example into a folder of its own, without what a build left.
func copyOf(t *testing.T, name string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(name)); err != nil {
		t.Fatal(err)
	}
	return folder
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The examples' own function is the same in all of them, and finds the caller in
// what each kind of API makes of the authorizer's answer.
func TestOrders(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("Node is not installed")
	}
	stub := read(t, "sam", "orders", "index.js")
	for _, other := range []string{"cdk", "terraform", "serverless"} {
		if read(t, other, "orders", "index.js") != stub {
			t.Errorf("%s/orders/index.js differs from that of sam", other)
		}
	}
	const script = `
		const { handler } = require('./index.js')
		const later = String(Math.floor(Date.now() / 1000) + 60), events = [
			{ requestContext: { authorizer: { principalId: 'ann', sub: 'ann', exp: later } } },
			{ requestContext: { authorizer: { lambda: { sub: 'ann', exp: later } } } },
			{ requestContext: { authorizer: { principalId: 'ann', sub: 'ann', exp: '1' } } },
			{ requestContext: { authorizer: { principalId: 'ann', sub: 'ann' } } }
		]
		Promise.all(events.map(event => handler(event))).then(answers =>
			console.log(answers.map(a => a.statusCode + a.headers['Access-Control-Allow-Origin'] + a.body).join('\n')))`
	cmd := exec.CommandContext(t.Context(), node, "-e", script)
	cmd.Dir, cmd.Env = "sam/orders", []string{"ALLOWED_ORIGIN=*"}
	out, err := cmd.CombinedOutput()
	good, bad := `200*{"caller":"ann","orders":[]}`+"\n", `401*{"message":"Unauthorized"}`+"\n"
	if want := good + good + bad + bad; err != nil || string(out) != want {
		t.Errorf("got %v, %s\nwant %s", err, out, want)
	}
}

// README.md lists every example, and none that is not there.
func TestReadmeListsTheExamples(t *testing.T) {
	t.Parallel()
	var listed, there []string
	for _, match := range regexp.MustCompile(`(?m)^\|[^|]*\| \[([a-z]+)\]\(([a-z]+)\) \|`).FindAllStringSubmatch(read(t, "README.md"), -1) {
		if match[1] != match[2] {
			t.Errorf("%s links to %s", match[1], match[2])
		}
		listed = append(listed, match[2])
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			there = append(there, entry.Name())
		}
	}
	slices.Sort(listed)
	if !slices.Equal(listed, there) {
		t.Errorf("README.md lists %v, want %v", listed, there)
	}
}
