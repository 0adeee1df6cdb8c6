package deploy_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/jwks"
	"github.com/notegate/notegate/pkg/note/dynamo"
	"github.com/notegate/notegate/pkg/noteapi"
)

// answerShape: the handler answers in the shape that the definition asks for.
func answerShape(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	if !usesOurAuthorizer(door) {
		return nil
	}
	a := definition(t, door, s).Components.SecuritySchemes["Gate"].Value.Extensions["x-amazon-apigateway-authorizer"]
	fixture, want := "rest-token.json", "policyDocument"
	if dig(a, "type") == "request" {
		fixture = map[any]string{nil: "rest-request.json", "1.0": "http-1.0.json", "2.0": "http-2.0.json"}[dig(a, "authorizerPayloadFormatVersion")]
	}
	if dig(a, "enableSimpleResponses") == true {
		want = "isAuthorized"
	}
	event, err := os.ReadFile("../../pkg/gate/testdata/" + fixture)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := gate.New(gate.Config{Verifier: goodToken{"ann"}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := handler.Invoke(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	if answer[want] == nil {
		p.add("to %s the handler answers %s, the definition wants %s", fixture, text, want)
	}
	return p
}

// goodToken takes every token for a good one of that user.
type goodToken struct{ sub string }

func (g goodToken) Verify(context.Context, string) (*cognito.Claims, error) {
	return &cognito.Claims{Subject: g.sub, ExpiresAt: time.Unix(1782999767, 0)}, nil
}

// functions: what runs them is what they are built for, and who waits for them
// waits longer than they wait for others.
func functions(_ *testing.T, door string, s *cloudformation.Stack) (p problems) {
	want := []string{"NotesFunction"}
	if usesOurAuthorizer(door) {
		want = []string{"AuthorizerFunction", "NotesFunction"}
	}
	p.want("functions", s.OfType("AWS::Serverless::Function"), want)
	packages := map[string]string{"AuthorizerFunction": "../../dist/authorizer.zip", "NotesFunction": "../../dist/notes.zip"}
	for _, name := range want {
		f := s.Resources[name].Properties
		p.want(name+".CodeUri", f["CodeUri"], packages[name])
		p.want(name+".Runtime", f["Runtime"], "provided.al2023")
		p.want(name+".Handler", f["Handler"], "bootstrap")
		p.want(name+".Architectures", f["Architectures"], []string{"arm64"})
		p.want(name+".MemorySize", f["MemorySize"], 256)
	}
	seconds := func(name string) time.Duration {
		n, _ := s.Resources[name].Properties["Timeout"].(int)
		return time.Duration(n) * time.Second
	}
	const gatewayWaits, authorizerWaits = 29 * time.Second, 10 * time.Second
	if got := seconds("AuthorizerFunction"); usesOurAuthorizer(door) && (got <= jwks.Timeout || got >= authorizerWaits) {
		p.add("AuthorizerFunction.Timeout: %s, want between %s and %s", got, jwks.Timeout, authorizerWaits)
	}
	if got := seconds("NotesFunction"); got <= dynamo.Patience || got >= gatewayWaits {
		p.add("NotesFunction.Timeout: %s, want between %s and %s", got, dynamo.Patience, gatewayWaits)
	}
	return p
}

// notDeployed are the variables that the template leaves alone, and why.
var notDeployed = map[string]string{
	"ISSUER":              "the user pool is Cognito's",
	"JWKS_URL":            "likewise",
	"ALLOW_INSECURE_JWKS": "never in AWS",
	"JWKS_FILE":           "a bundled key set is found beside the binary",
	"AWS_CA_BUNDLE":       "for a network with a proxy of its own, which the template does not make",
}

// runtimeReads are the variables that the Go runtime reads, not the code, with
// the value that both functions want.
//
// https://pkg.go.dev/runtime#hdr-Environment_Variables
var runtimeReads = map[string]string{
	"GOMAXPROCS": "1", // Lambda shows two processors and gives a part of one
}

// environment: the template sets what the code and the Go runtime read, all of
// it and nothing else, and the code takes the values.
func environment(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	p = append(p, agree(s, "NotesFunction", func(getenv func(string) string) error {
		settings, err := noteapi.LoadSettings(getenv)
		if err == nil && settings.MappedEvents != (door == "rest-mapped") {
			p.add("NotesFunction: EVENT_FORMAT is %s", getenv("EVENT_FORMAT"))
		}
		return err
	})...)
	if usesOurAuthorizer(door) {
		p = append(p, agree(s, "AuthorizerFunction", func(getenv func(string) string) error {
			_, err := gate.LoadSettings(getenv, t.TempDir())
			return err
		})...)
	}
	pool := "${UserPool}"
	if s.Resources["UserPool"].Type == "" {
		pool = "eu-west-1_AbCdEfGhI"
	}
	for _, function := range s.OfType("AWS::Serverless::Function") { // one pool for both: who signed in there is a caller here
		p.want(function+" USER_POOL_ID", dig(s.Resources[function].Properties, "Environment", "Variables", "USER_POOL_ID"), pool)
	}
	return p
}

func agree(s *cloudformation.Stack, function string, read func(getenv func(string) string) error) (p problems) {
	variables, _ := dig(s.Resources[function].Properties, "Environment", "Variables").(map[string]any)
	known := strings.NewReplacer("${UserPool}", "eu-west-1_AbCdEfGhI", "${AppClient}", "client1", "${NotesTable}", "Notes")
	asked := map[string]bool{}
	err := read(func(name string) string {
		asked[name] = true
		value, _ := variables[name].(string)
		return known.Replace(value)
	})
	if err != nil {
		p.add("%s: %v", function, err)
	}
	for name := range variables {
		if _, ok := runtimeReads[name]; !ok && !asked[name] {
			p.add("%s: nobody reads %s", function, name)
		}
	}
	for name, value := range runtimeReads {
		p.want(function+" "+name, variables[name], value)
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if _, set := variables[name]; !set && notDeployed[name] == "" {
			p.add("%s: %s is not set", function, name)
		}
	}
	return p
}

// table: as the code has it, and kept whatever happens to the stack.
func table(t *testing.T, _ string, s *cloudformation.Stack) (p problems) {
	r, code := s.Resources["NotesTable"], codeTable(t)
	for _, property := range []string{"KeySchema", "AttributeDefinitions", "BillingMode"} {
		p.want(property, sorted(r.Properties[property]), sorted(code[property]))
	}
	p.want("PointInTimeRecovery", dig(r.Properties, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"), true)
	p.want("encryption", dig(r.Properties, "SSESpecification", "SSEEnabled"), true)
	p.want("DeletionProtectionEnabled", r.Properties["DeletionProtectionEnabled"], true)
	p.want("DeletionPolicy", r.Attributes["DeletionPolicy"], "Retain")
	p.want("UpdateReplacePolicy", r.Attributes["UpdateReplacePolicy"], "Retain")
	return p
}

// sorted is a list as JSON, whose order means nothing here.
func sorted(v any) any {
	elements, ok := v.([]any)
	if !ok {
		return v
	}
	var texts []string
	for _, element := range elements {
		text, _ := json.Marshal(element)
		texts = append(texts, string(text))
	}
	slices.Sort(texts)
	return texts
}

// pool: a user pool of our own has a public client, whose code flow is to be used with PKCE,
// and the scopes that the routes may demand.
func pool(_ *testing.T, _ string, s *cloudformation.Stack) (p problems) {
	if s.Resources["UserPool"].Type == "" { // somebody's own
		for name, r := range s.Resources {
			if strings.HasPrefix(r.Type, "AWS::Cognito::UserPool") {
				p.add("%s: the user pool is to be left as it is", name)
			}
		}
		return p
	}
	client := s.Resources["AppClient"].Properties
	p.want("GenerateSecret", client["GenerateSecret"], false)
	p.want("EnableTokenRevocation", client["EnableTokenRevocation"], true)
	p.want("PreventUserExistenceErrors", client["PreventUserExistenceErrors"], "ENABLED")
	flows := []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	if client["RefreshTokenRotation"] != nil { // which that flow does not go with
		flows = flows[:1]
		p.want("RefreshTokenRotation", client["RefreshTokenRotation"], map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 60})
	}
	p.want("ExplicitAuthFlows", client["ExplicitAuthFlows"], flows)
	if _, said := dig(s.Resources["UserPool"].Properties, "AdminCreateUserConfig", "AllowAdminCreateUserOnly").(bool); !said {
		p.add("AllowAdminCreateUserOnly: it is not said who may sign up")
	}
	p.want("AllowedOAuthFlowsUserPoolClient", client["AllowedOAuthFlowsUserPoolClient"], true) // or the flows are off
	p.want("AllowedOAuthFlows", client["AllowedOAuthFlows"], []string{"code"})
	p.want("AllowedOAuthScopes", client["AllowedOAuthScopes"], []string{"openid", "email", "notes/read", "notes/write"})
	server := s.Resources["ResourceServer"].Properties
	for i, scope := range []string{"read", "write"} {
		p.want("scope", dig(list(server["Scopes"])[i], "ScopeName"), scope)
	}
	p.want("identifier", server["Identifier"], "notes")
	p.want("DependsOn", s.Resources["AppClient"].Attributes["DependsOn"], "ResourceServer") // or its scopes are unknown
	p.want("issuer", dig(s.Resources["UserPool"].Properties, "IssuerConfiguration", "Type"), "ORIGINAL")
	p.want("DeletionPolicy", s.Resources["UserPool"].Attributes["DeletionPolicy"], "Retain")
	p.want("DeletionProtection", s.Resources["UserPool"].Properties["DeletionProtection"], "ACTIVE")
	for _, name := range []string{"AppClient", "ResourceServer"} { // apps hold the client's id, tokens the scopes' names
		p.want(name+".DeletionPolicy", s.Resources[name].Attributes["DeletionPolicy"], "Retain")
		p.want(name+".UpdateReplacePolicy", s.Resources[name].Attributes["UpdateReplacePolicy"], "Retain")
	}
	p.want("domain", s.Resources["Domain"].Properties["Domain"], "notes-aaaaaaaa-bbbb-cccc-dddd-0123456789ab")
	p.want("ManagedLoginVersion", s.Resources["Domain"].Properties["ManagedLoginVersion"], 2)
	p.want("UseCognitoProvidedValues", s.Resources["Branding"].Properties["UseCognitoProvidedValues"], true) // or the pages have no style
	return p
}

// outputs: what a client must know, and no secret.
func outputs(_ *testing.T, door string, s *cloudformation.Stack) (p problems) {
	for _, name := range []string{"ApiUrl", "UserPool", "Clients", "Table"} {
		if s.Outputs[name] == nil {
			p.add("no output %s", name)
		}
	}
	url := "https://${RestApi}.execute-api.eu-west-1.amazonaws.com/v1"
	if isHTTP(door) {
		url = "https://${HttpApi}.execute-api.eu-west-1.amazonaws.com"
	}
	p.want("ApiUrl", s.Outputs["ApiUrl"], url)
	for name, value := range s.Outputs {
		if text, _ := value.(string); strings.Contains(strings.ToLower(text), "secret") {
			p.add("%s: %s", name, text)
		}
	}
	return p
}

// logs: kept for as long as was said, with what the authorizer did, and without
// what the client sent.
func logs(_ *testing.T, door string, s *cloudformation.Stack) (p problems) {
	for _, name := range s.OfType("AWS::Logs::LogGroup") {
		p.want(name+".RetentionInDays", s.Resources[name].Properties["RetentionInDays"], 30)
	}
	for _, name := range s.OfType("AWS::Serverless::Function") {
		log := strings.TrimSuffix(name, "Function") + "Log"
		got, _ := s.Resources[log].Properties["LogGroupName"].(string)
		p.want(name+"'s log group", got, "/aws/lambda/"+s.Resources[name].Properties["FunctionName"].(string))
		p.want(name+".DependsOn", s.Resources[name].Attributes["DependsOn"], log) // or Lambda makes it first
	}
	settings := s.Resources["HttpStage"].Properties["AccessLogSettings"]
	if !isHTTP(door) {
		settings = s.Resources["RestApi"].Properties["AccessLogSetting"]
		for _, method := range list(s.Resources["RestApi"].Properties["MethodSettings"]) {
			p.want("DataTraceEnabled", dig(method, "DataTraceEnabled"), false)
		}
	}
	if settings == nil { // a REST API's are switched on by a parameter
		return p
	}
	if !isHTTP(door) && s.Resources["RestLogsAccount"].Type != "" { // else API Gateway refuses the access logs
		p.want("AccessLog waits for", dig(s.Resources["AccessLog"].Attributes["Metadata"], "After"), "${RestLogsAccount}")
	}
	format, _ := dig(settings, "Format").(string)
	if !json.Valid([]byte(format)) {
		p.add("access log format is not JSON: %s", format)
	}
	for _, variable := range []string{"extendedRequestId", "authorizer.requestId", "integration.requestId", "authorizer.status", "authorizer.latency", "authorizer.error", "error.responseType"} {
		if !strings.Contains(format, `"$context.`+variable+`"`) {
			p.add("access log lacks %s", variable)
		}
	}
	if strings.Contains(format, "$context.requestId") {
		p.add("access log holds an id that the client may choose")
	}
	return p
}
