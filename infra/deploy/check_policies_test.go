package deploy_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/deploy/gatetest"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/dynamo"
)

// invocable: API Gateway may call the functions that the definition names, for
// this API and no other, and nobody else may. The console tests a REST API's
// methods under a stage name of its own.
func invocable(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	const execute = "arn:aws:execute-api:eu-west-1:123456789012:${"
	stage := map[bool]string{false: "v1", true: "$default"}[isHTTP(door)]
	want := map[string][2]string{"NotesPermission": {"${NotesFunction}", execute + apiName(door) + "}/" + stage + "/*"}}
	if !isHTTP(door) {
		want["NotesTestPermission"] = [2]string{"${NotesFunction}", execute + "RestApi}/test-invoke-stage/*"}
	}
	if usesOurAuthorizer(door) {
		want["AuthorizerPermission"] = [2]string{"${AuthorizerFunction}", execute + apiName(door) + "}/authorizers/*"}
	}
	p.Want("permissions", s.OfType("AWS::Lambda::Permission"), slices.Sorted(maps.Keys(want)))
	for name, of := range want {
		permission := s.Resources[name].Properties
		p.Want(name+".FunctionName", permission["FunctionName"], of[0])
		p.Want(name+".SourceArn", permission["SourceArn"], of[1])
		p.Want(name+".Action", permission["Action"], "lambda:InvokeFunction")
		p.Want(name+".Principal", permission["Principal"], "apigateway.amazonaws.com")
	}
	const uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${"
	doc := definition(t, door, s)
	for where, op := range operations(doc) {
		integration := op.Extensions["x-amazon-apigateway-integration"]
		if dig(integration, "type") != "mock" {
			p.Want(where+" uri", dig(integration, "uri"), uri+"NotesFunction.Arn}/invocations")
			p.Want(where+" httpMethod", dig(integration, "httpMethod"), "POST")
			p.Want(where+" payloadFormatVersion", dig(integration, "payloadFormatVersion"), map[bool]any{true: "2.0"}[isHTTP(door)])
		}
	}
	called := dig(doc.Components.SecuritySchemes["Gate"].Value.Extensions["x-amazon-apigateway-authorizer"], "authorizerUri")
	if usesOurAuthorizer(door) {
		p.Want("authorizerUri", called, uri+"AuthorizerFunction.Arn}/invocations")
	} else if called != nil {
		p.Add("authorizerUri: %v, want none", called)
	}
	return p
}

func usesOurAuthorizer(door string) bool {
	return door == doors.RestLambda || door == doors.RestMapped || door == doors.HTTPLambda
}

// roles: each may do exactly what its holder does, on exactly what it does it to.
func roles(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	logging := func(log string) []string {
		return []string{"logs:CreateLogStream ${" + log + ".Arn}", "logs:PutLogEvents ${" + log + ".Arn}"}
	}
	want := map[string][]string{"NotesRole": logging("NotesLog")}
	for _, action := range tableActions(t) {
		want["NotesRole"] = append(want["NotesRole"], "dynamodb:"+action+" ${NotesTable.Arn}")
	}
	if usesOurAuthorizer(door) {
		want["AuthorizerRole"] = logging("AuthorizerLog")
	}
	if s.Resources["NotesFunction"].Properties["Tracing"] == "Active" {
		for role := range want { // AWS knows these for all resources only
			want[role] = append(want[role], "xray:PutTelemetryRecords *", "xray:PutTraceSegments *")
		}
	}
	if door == doors.RestIAM {
		want["SignedInRole"], want["StrangerRole"] = routes(t), nil
		p.Want("AllowUnauthenticatedIdentities, unauthenticated users", dig(s.Resources["IdentityPool"].Properties, "AllowUnauthenticatedIdentities"), false)
	}
	managed := "[]"
	for _, name := range s.OfType("AWS::IAM::Role") {
		role := s.Resources[name].Properties
		if name == "RestLogsRole" { // the account's, not ours; AWS wrote its policy
			want[name], managed = nil, "[arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]"
		} else {
			managed = "<nil>"
		}
		p.Want(name+".ManagedPolicyArns", role["ManagedPolicyArns"], managed)
		granted, expected := gatetest.Grants(role), slices.Sorted(slices.Values(want[name]))
		for _, grant := range granted {
			if !slices.Contains(expected, grant) {
				p.Add("%s: grants %s", name, grant)
			}
		}
		for _, grant := range expected {
			if !slices.Contains(granted, grant) {
				p.Add("%s: lacks %s", name, grant)
			}
		}
		if _, ok := want[name]; !ok {
			p.Add("%s: what is it for?", name)
		}
	}
	for function, role := range map[string]string{"NotesFunction": "${NotesRole.Arn}", "AuthorizerFunction": "${AuthorizerRole.Arn}"} {
		if resource, ok := s.Resources[function]; ok {
			p.Want(function+".Role", resource.Properties["Role"], role)
			p.Want(function+".Policies", resource.Properties["Policies"], nil)
			p = append(p, gatetest.ForLambda(role, s.Resources[strings.Trim(strings.TrimSuffix(role, ".Arn}"), "${")].Properties)...)
		}
	}
	return p
}

// routes is what a signed in user may invoke: the API's routes, one by one.
func routes(t *testing.T) (all []string) {
	for where := range operations(load(t)) {
		method, path, _ := strings.Cut(where, " ")
		if method != "OPTIONS" {
			path = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, "*")
			all = append(all, "execute-api:Invoke arn:aws:execute-api:eu-west-1:123456789012:${RestApi}/v1/"+method+path)
		}
	}
	return all
}

// tableActions asks the store for everything it does and returns the names of
// the requests that it makes of DynamoDB.
func tableActions(t *testing.T) []string {
	t.Helper()
	seen := map[string]bool{}
	client := dynamoClient(t, func(action string, _ []byte) { seen[action] = true })
	store := dynamo.New(client, "Notes")
	owner, err := note.ParseOwner("ann")
	if err != nil {
		t.Fatal(err)
	}
	// The answers say nothing, so some of these are errors; they don't matter.
	store.Create(t.Context(), owner, note.Note{ID: "1", Text: "milk", Version: 1})
	store.Get(t.Context(), owner, "1")
	store.List(t.Context(), owner, "", 10)
	store.Update(t.Context(), owner, "1", "bread", note.Note{}.UpdatedAt, nil)
	store.Delete(t.Context(), owner, "1", nil)
	return slices.Sorted(maps.Keys(seen))
}

// codeTable is the table that the code makes where there is no template.
func codeTable(t *testing.T) (definition map[string]any) {
	t.Helper()
	client := dynamoClient(t, func(action string, body []byte) {
		if action == "CreateTable" {
			if err := json.Unmarshal(body, &definition); err != nil {
				t.Error(err)
			}
		}
	})
	if err := dynamo.CreateTable(t.Context(), client, "Notes"); err != nil {
		t.Fatal(err)
	}
	return definition
}

// dynamoClient is a client of a DynamoDB that tells what it is asked and knows
// of one table only that it is there.
func dynamoClient(t *testing.T, asked func(action string, body []byte)) *dynamodb.Client {
	t.Helper()
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		body, _ := io.ReadAll(r.Body)
		asked(action, body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		io.WriteString(w, `{"Table":{"TableStatus":"ACTIVE"}}`)
	}))
	t.Cleanup(server.Close)
	return dynamo.NewClient(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
	})
}
