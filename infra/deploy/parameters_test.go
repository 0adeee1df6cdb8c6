package deploy_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
)

// A mistake is answered before anything is made, by a sentence that says what to
// set.
func TestParametersThatAreRefused(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	const pool = "eu-west-1_AbCdEfGhI"
	for _, tt := range []struct {
		rule       string
		parameters map[string]string
		want       string // empty: taken
	}{
		{"the defaults", nil, ""},
		{"an existing pool", map[string]string{"UserPoolId": pool, "ClientIds": "client1"}, ""},
		{"no clients", map[string]string{"UserPoolId": pool}, "Set ClientIds to the app clients of the user pool"},
		{"clients of no pool", map[string]string{"ClientIds": "client1"}, "Set UserPoolId to the user pool that ClientIds belong to"},
		{"a pattern for a client", map[string]string{"UserPoolId": pool, "ClientIds": "*"}, "ClientIds must be app client ids"},
		{"a client that is empty", map[string]string{"UserPoolId": pool, "ClientIds": "client1,,client2"}, "ClientIds must be app client ids"},
		{"a pool's ARN", map[string]string{"UserPoolId": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/" + pool, "ClientIds": "client1"}, "UserPoolId must be the id"},
		{"sign-up and an existing pool", map[string]string{"UserPoolId": pool, "ClientIds": "client1", "SignUp": "administrators"}, "Set SignUp to anybody, or leave UserPoolId empty"},
		{"rotation and an existing pool", map[string]string{"UserPoolId": pool, "ClientIds": "client1", "RefreshTokenRotation": "true"}, "Set RefreshTokenRotation to false, or leave UserPoolId empty"},
		{"sign-up, rotation and a new pool", map[string]string{"SignUp": "administrators", "RefreshTokenRotation": "true"}, ""},
		{"one origin", map[string]string{"AllowedOrigin": "https://app.example.com"}, ""},
		{"a developer's origin", map[string]string{"AllowedOrigin": "http://localhost:3000"}, ""},
		{"every origin by accident", map[string]string{"AllowedOrigin": "*"}, "Set AllowedOrigin to the origin of your web app"},
		{"every origin on purpose", map[string]string{"AllowedOrigin": "*", "AllowEveryOrigin": "true"}, ""},
		{"an origin with a path", map[string]string{"AllowedOrigin": "https://app.example.com/"}, "AllowedOrigin must be the origin"},
		{"an origin without TLS", map[string]string{"AllowedOrigin": "http://app.example.com"}, "AllowedOrigin must be the origin"},
		{"an origin that ends the literal", map[string]string{"AllowedOrigin": "https://a','b"}, "AllowedOrigin must be the origin"},
		{"further headers", map[string]string{"AllowedHeaders": "baggage"}, ""},
		{"an asterisk for headers", map[string]string{"AllowedHeaders": "*"}, "AllowedHeaders must be at least one name"},
		{"headers that end the literal", map[string]string{"AllowedHeaders": "a','b"}, "AllowedHeaders must be at least one name"},
		{"headers with blanks", map[string]string{"AllowedHeaders": "a, b"}, "AllowedHeaders must be at least one name"},
		{"no further header", map[string]string{"AllowedHeaders": ""}, "AllowedHeaders must be at least one name"},
		{"an unknown door", map[string]string{"FrontDoor": "back"}, "FrontDoor: must be one of"},
		{"our authorizer and the new issuer", map[string]string{"IssuerType": "UPDATED"}, ""},
		{"AWS's authorizer and the new issuer", map[string]string{"FrontDoor": "http-jwt", "IssuerType": "UPDATED"}, "Set IssuerType to ORIGINAL"},
		{"AWS's other authorizer and the new issuer", map[string]string{"FrontDoor": "rest-cognito", "IssuerType": "UPDATED"}, "Set IssuerType to ORIGINAL"},
		{"AWS's newest authorizer and the new issuer", map[string]string{"FrontDoor": "rest-jwt", "IssuerType": "UPDATED"}, "Set IssuerType to ORIGINAL"},
		{"groups and AWS's newest authorizer", map[string]string{"FrontDoor": "rest-jwt", "RequiredGroups": "staff"}, "Leave RequiredScopes, RequiredGroups, Audience and AccessRules empty"},
		{"groups and our authorizer", map[string]string{"FrontDoor": "http-lambda", "RequiredGroups": "staff"}, ""},
		{"groups and AWS's authorizer", map[string]string{"FrontDoor": "http-jwt", "RequiredGroups": "staff"}, "Leave RequiredScopes, RequiredGroups, Audience and AccessRules empty"},
		{"scopes and AWS's authorizer", map[string]string{"FrontDoor": "rest-cognito", "RequiredScopes": "notes/read"}, "Leave RequiredScopes, RequiredGroups, Audience and AccessRules empty"},
		{"an audience and AWS's authorizer", map[string]string{"FrontDoor": "http-jwt", "Audience": "notes"}, "Leave RequiredScopes, RequiredGroups, Audience and AccessRules empty"},
		{"any audience", map[string]string{"AllowAnyAudience": "true"}, ""},
		{"any audience and one", map[string]string{"AllowAnyAudience": "true", "Audience": "notes"}, "Set AllowAnyAudience to false, or leave Audience empty"},
		{"access rules and IAM", map[string]string{"FrontDoor": "rest-iam", "AccessRules": "group:admin=* /*"}, "Leave RequiredScopes, RequiredGroups, Audience and AccessRules empty"},
		{"route scopes and AWS's authorizer", map[string]string{"FrontDoor": "http-jwt", "RouteScopes": "true"}, ""},
		{"route scopes and our authorizer", map[string]string{"RouteScopes": "true"}, "Set RouteScopes to false, or FrontDoor to rest-cognito or http-jwt"},
		{"route scopes and IAM", map[string]string{"FrontDoor": "rest-iam", "RouteScopes": "true"}, "Set RouteScopes to false, or FrontDoor to rest-cognito or http-jwt"},
		{"route scopes and ID tokens", map[string]string{"FrontDoor": "rest-jwt", "RouteScopes": "true"}, "Set RouteScopes to false, or FrontDoor to rest-cognito or http-jwt"},
		{"a sender and no identity", map[string]string{"EmailFrom": "notes@example.com"}, "Set SesIdentityArn to the identity that EmailFrom belongs to"},
		{"a web ACL", map[string]string{"WebAclArn": webACL}, ""},
		{"a web ACL before an HTTP API", map[string]string{"FrontDoor": "http-lambda", "WebAclArn": webACL}, "Leave WebAclArn empty"},
		{"a bound for each address", map[string]string{"FrontDoor": "rest-iam", "AddressRate": "100"}, ""},
		{"a bound for each address of an HTTP API", map[string]string{"FrontDoor": "http-jwt", "AddressRate": "100"}, "Leave AddressRate empty or set FrontDoor to a REST API"},
		{"a bound for each address and a web ACL", map[string]string{"AddressRate": "100", "WebAclArn": webACL}, "Leave AddressRate empty and put a rate-based rule into your own web ACL"},
		{"a bound that AWS WAF does not know", map[string]string{"AddressRate": "99"}, "AddressRate must be a number of at least 100"},
		{"a page", pageDoors["rest-lambda"], ""},
		{"a page before IAM", map[string]string{"Page": "cloudfront", "FrontDoor": "rest-iam"}, "Set FrontDoor to rest-lambda, rest-cognito, http-jwt or http-lambda"},
		{"a page before an authorizer that compares aud", map[string]string{"Page": "cloudfront", "FrontDoor": "rest-jwt"}, "Set FrontDoor to rest-lambda, rest-cognito, http-jwt or http-lambda"},
		{"a page before the mapping template", map[string]string{"Page": "cloudfront", "FrontDoor": "rest-mapped"}, "Set FrontDoor to rest-lambda"},
		{"a page and ID tokens", map[string]string{"Page": "cloudfront", "TokenUse": "id"}, "Set TokenUse to access"},
		{"a page and ID tokens, where nobody looks", map[string]string{"Page": "cloudfront", "FrontDoor": "http-jwt", "TokenUse": "id"}, ""},
		{"a page and an audience", map[string]string{"Page": "cloudfront", "FrontDoor": "http-lambda", "Audience": "notes"}, "Leave Audience empty"},
		{"a page and ID tokens for AWS's authorizer", map[string]string{"Page": "cloudfront", "FrontDoor": "rest-cognito"}, "Set RouteScopes to true"},
		{"a page and a pool of one's own", map[string]string{"Page": "cloudfront", "UserPoolId": pool, "ClientIds": "client1"}, "Leave UserPoolId empty, or set Page to none"},
		{"a page and every origin", map[string]string{"Page": "cloudfront", "AllowedOrigin": "*", "AllowEveryOrigin": "true"}, "Set AllowedOrigin to the output PageOrigin"},
		{"the widest clock skew", map[string]string{"ClockSkew": "120s"}, ""},
		{"a clock skew beyond it", map[string]string{"ClockSkew": "121s"}, "ClockSkew must be seconds from 0s to 120s"},
		{"a clock skew without its unit", map[string]string{"ClockSkew": "30"}, "ClockSkew must be seconds from 0s to 120s"},
		{"two replicas", map[string]string{"ReplicaRegions": "eu-west-2,us-gov-east-1"}, ""},
		{"a replica of an area that is no Region's", map[string]string{"ReplicaRegions": "europe-west-1"}, "ReplicaRegions must be Regions"},
		{"a pool of no Region", map[string]string{"UserPoolId": "foo_bar", "ClientIds": "client1"}, "UserPoolId must be the id"},
		{"scopes and a comma too many", map[string]string{"RequiredScopes": "notes/read,,notes/write"}, "RequiredScopes must be scopes"},
		{"groups and a comma too many", map[string]string{"RequiredGroups": "staff,"}, "RequiredGroups must be groups"},
		{"claims with a blank", map[string]string{"ContextClaims": "tenant, plan"}, "ContextClaims must be names of claims"},
		{"metrics", map[string]string{"Metrics": "emf", "LogLevel": "debug"}, ""},
		{"metrics in a log without their lines", map[string]string{"Metrics": "emf", "LogLevel": "warn"}, "Set LogLevel to info or debug, or Metrics to off"},
		{"a replica that is no Region", map[string]string{"ReplicaRegions": "Ireland"}, "ReplicaRegions must be Regions"},
		{"an authorizer switched off", map[string]string{"AuthorizerConcurrency": "0"}, "AuthorizerConcurrency must be a number of at least 1"},
		{"notes switched off", map[string]string{"NotesConcurrency": "0"}, "NotesConcurrency must be a number of at least 1"},
		{"tokens that live too long", map[string]string{"AccessTokenMinutes": "1441"}, "AccessTokenMinutes: must be at most 1440"},
		{"tokens that Cognito does not make so short", map[string]string{"AccessTokenMinutes": "4"}, "AccessTokenMinutes: must be at least 5"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			_, err := tmpl.Deploy(tt.parameters)
			if tt.want == "" {
				if err != nil {
					t.Errorf("got %v, want none", err)
				}
				return
			}
			if !errors.Is(err, cloudformation.ErrRefused) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %v: %s", err, cloudformation.ErrRefused, tt.want)
			}
		})
	}
}

const webACL = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/notes/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"

// Every parameter has a good default and is explained, in the template and in
// README.md, which names nothing that is not there.
func TestParametersAndOutputsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := rows(t, string(text), "## Parameters")
	sections := template(t).Sections()
	parameters := sections["Parameters"].(map[string]any)
	for name, p := range parameters {
		if dig(p, "Default") == nil || dig(p, "Description") == nil {
			t.Errorf("%s: no default or no description", name)
		}
		if !documented[name] {
			t.Errorf("README.md: no row on the parameter %s", name)
		}
	}
	for name := range documented {
		if parameters[name] == nil {
			t.Errorf("README.md: there is no parameter %s", name)
		}
	}
	documented = rows(t, string(text), "## Outputs")
	outputs := sections["Outputs"].(map[string]any)
	for name := range outputs {
		if !documented[name] {
			t.Errorf("README.md: no row on the output %s", name)
		}
	}
	for name := range documented {
		if outputs[name] == nil {
			t.Errorf("README.md: there is no output %s", name)
		}
	}
}

// rows returns the names at the start of the rows of a section's tables.
func rows(t *testing.T, text, heading string) map[string]bool {
	t.Helper()
	_, section, ok := strings.Cut(text, heading+"\n")
	if !ok {
		t.Fatalf("README.md: no %s", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	names := map[string]bool{}
	for line := range strings.Lines(section) {
		if row, ok := strings.CutPrefix(line, "| `"); ok {
			cell, _, _ := strings.Cut(row, " |")
			for name := range strings.SplitSeq(cell, ", ") {
				names[strings.Trim(name, "`")] = true
			}
		}
	}
	return names
}
