package deploy_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/gatetest"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/jwks"
	"github.com/notegate/notegate/pkg/note/dynamo"
	"github.com/notegate/notegate/pkg/noteapi"
)

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
	p.Want("functions", s.OfType("AWS::Serverless::Function"), want)
	packages := map[string]string{"AuthorizerFunction": "../../dist/authorizer.zip", "NotesFunction": "../../dist/notes.zip"}
	for _, name := range want {
		p.Want(name+".CodeUri", s.Resources[name].Properties["CodeUri"], packages[name])
		p = append(p, gatetest.Runtime(s, name)...)
	}
	if usesOurAuthorizer(door) {
		p = append(p, gatetest.Timeout(s, "AuthorizerFunction", jwks.Timeout, gatetest.GatewayWaits)...)
	}
	return append(p, gatetest.Timeout(s, "NotesFunction", dynamo.Patience, 29*time.Second)...)
}

// notDeployed are the variables that the template leaves alone, and why.
var notDeployed = map[string]string{
	"ISSUER":              "the user pool is Cognito's",
	"JWKS_URL":            "likewise",
	"ALLOW_INSECURE_JWKS": "never in AWS",
	"JWKS_FILE":           "a bundled key set is found beside the binary",
	"AWS_CA_BUNDLE":       "for a network with a proxy of its own, which the template does not make",
}

// environment: the template sets what the code and the Go runtime read, all of
// it and nothing else, and the code takes the values.
func environment(t *testing.T, door string, s *cloudformation.Stack) (p problems) {
	p = append(p, agree(s, "NotesFunction", func(getenv func(string) string) error {
		settings, err := noteapi.LoadSettings(getenv)
		if err == nil && settings.MappedEvents != (door == "rest-mapped") {
			p.Add("NotesFunction: EVENT_FORMAT is %s", getenv("EVENT_FORMAT"))
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
		p.Want(function+" USER_POOL_ID", dig(s.Resources[function].Properties, "Environment", "Variables", "USER_POOL_ID"), pool)
	}
	return p
}

// known is what a deployment would put in place of these.
var known = strings.NewReplacer("${UserPool}", "eu-west-1_AbCdEfGhI", "${AppClient}", "client1", "${NotesTable}", "Notes")

func agree(s *cloudformation.Stack, function string, read func(getenv func(string) string) error) problems {
	p, unset := gatetest.Variables(s, function, known, read)
	for _, name := range unset {
		if notDeployed[name] == "" {
			p.Add("%s: %s is not set", function, name)
		}
	}
	return p
}

// table: as the code has it, and kept whatever happens to the stack.
func table(t *testing.T, _ string, s *cloudformation.Stack) (p problems) {
	r, code := s.Resources["NotesTable"], codeTable(t)
	for _, property := range []string{"KeySchema", "AttributeDefinitions", "BillingMode"} {
		p.Want(property, sorted(r.Properties[property]), sorted(code[property]))
	}
	p.Want("PointInTimeRecovery", dig(r.Properties, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"), true)
	p.Want("encryption", dig(r.Properties, "SSESpecification", "SSEEnabled"), true)
	p.Want("DeletionProtectionEnabled", r.Properties["DeletionProtectionEnabled"], true)
	p.Want("DeletionPolicy", r.Attributes["DeletionPolicy"], "Retain")
	p.Want("UpdateReplacePolicy", r.Attributes["UpdateReplacePolicy"], "Retain")
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
				p.Add("%s: the user pool is to be left as it is", name)
			}
		}
		return p
	}
	client := s.Resources["AppClient"].Properties
	p.Want("GenerateSecret", client["GenerateSecret"], false)
	p.Want("EnableTokenRevocation", client["EnableTokenRevocation"], true)
	p.Want("PreventUserExistenceErrors", client["PreventUserExistenceErrors"], "ENABLED")
	flows := []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	if client["RefreshTokenRotation"] != nil { // which that flow does not go with
		flows = flows[:1]
		p.Want("RefreshTokenRotation", client["RefreshTokenRotation"], map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 60})
	}
	p.Want("ExplicitAuthFlows", client["ExplicitAuthFlows"], flows)
	if _, said := dig(s.Resources["UserPool"].Properties, "AdminCreateUserConfig", "AllowAdminCreateUserOnly").(bool); !said {
		p.Add("AllowAdminCreateUserOnly: it is not said who may sign up")
	}
	p.Want("AllowedOAuthFlowsUserPoolClient", client["AllowedOAuthFlowsUserPoolClient"], true) // or the flows are off
	p.Want("AllowedOAuthFlows", client["AllowedOAuthFlows"], []string{"code"})
	p.Want("AllowedOAuthScopes", client["AllowedOAuthScopes"], []string{"openid", "email", "notes/read", "notes/write"})
	server := s.Resources["ResourceServer"].Properties
	for i, scope := range []string{"read", "write"} {
		p.Want("scope", dig(list(server["Scopes"])[i], "ScopeName"), scope)
	}
	p.Want("identifier", server["Identifier"], "notes")
	p.Want("DependsOn", s.Resources["AppClient"].Attributes["DependsOn"], "ResourceServer") // or its scopes are unknown
	p.Want("issuer", dig(s.Resources["UserPool"].Properties, "IssuerConfiguration", "Type"), "ORIGINAL")
	p.Want("DeletionPolicy", s.Resources["UserPool"].Attributes["DeletionPolicy"], "Retain")
	p.Want("DeletionProtection", s.Resources["UserPool"].Properties["DeletionProtection"], "ACTIVE")
	for _, name := range []string{"AppClient", "ResourceServer"} { // apps hold the client's id, tokens the scopes' names
		p.Want(name+".DeletionPolicy", s.Resources[name].Attributes["DeletionPolicy"], "Retain")
		p.Want(name+".UpdateReplacePolicy", s.Resources[name].Attributes["UpdateReplacePolicy"], "Retain")
	}
	p.Want("domain", s.Resources["Domain"].Properties["Domain"], "notes-aaaaaaaa-bbbb-cccc-dddd-0123456789ab")
	p.Want("ManagedLoginVersion", s.Resources["Domain"].Properties["ManagedLoginVersion"], 2)
	p.Want("UseCognitoProvidedValues", s.Resources["Branding"].Properties["UseCognitoProvidedValues"], true) // or the pages have no style
	return p
}

// outputs: what a client must know, and no secret.
func outputs(_ *testing.T, door string, s *cloudformation.Stack) (p problems) {
	for _, name := range []string{"ApiUrl", "UserPool", "Clients", "Table"} {
		if s.Outputs[name] == nil {
			p.Add("no output %s", name)
		}
	}
	url := "https://${RestApi}.execute-api.eu-west-1.amazonaws.com/v1"
	if isHTTP(door) {
		url = "https://${HttpApi}.execute-api.eu-west-1.amazonaws.com"
	}
	p.Want("ApiUrl", s.Outputs["ApiUrl"], url)
	for name, value := range s.Outputs {
		if text, _ := value.(string); strings.Contains(strings.ToLower(text), "secret") {
			p.Add("%s: %s", name, text)
		}
	}
	return p
}

// logs: kept for as long as was said, with what the authorizer did, and without
// what the client sent.
func logs(_ *testing.T, door string, s *cloudformation.Stack) (p problems) {
	for _, name := range s.OfType("AWS::Logs::LogGroup") {
		p.Want(name+".RetentionInDays", s.Resources[name].Properties["RetentionInDays"], 30)
	}
	for _, name := range s.OfType("AWS::Serverless::Function") {
		p = append(p, gatetest.Logs(s, name)...)
	}
	settings := s.Resources["HttpStage"].Properties["AccessLogSettings"]
	if !isHTTP(door) {
		settings = s.Resources["RestApi"].Properties["AccessLogSetting"]
		for _, method := range list(s.Resources["RestApi"].Properties["MethodSettings"]) {
			p.Want("DataTraceEnabled", dig(method, "DataTraceEnabled"), false)
		}
	}
	if settings == nil { // a REST API's are switched on by a parameter
		return p
	}
	if !isHTTP(door) && s.Resources["RestLogsAccount"].Type != "" { // else API Gateway refuses the access logs
		p.Want("AccessLog waits for", dig(s.Resources["AccessLog"].Attributes["Metadata"], "After"), "${RestLogsAccount}")
	}
	format, _ := dig(settings, "Format").(string)
	if !json.Valid([]byte(format)) {
		p.Add("access log format is not JSON: %s", format)
	}
	for _, variable := range []string{"extendedRequestId", "authorizer.requestId", "integration.requestId", "authorizer.status", "authorizer.latency", "authorizer.error", "error.responseType"} {
		if !strings.Contains(format, `"$context.`+variable+`"`) {
			p.Add("access log lacks %s", variable)
		}
	}
	if strings.Contains(format, "$context.requestId") {
		p.Add("access log holds an id that the client may choose")
	}
	return p
}
