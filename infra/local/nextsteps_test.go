package main_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// poolAuthorizer is the definition of a route behind a user pool authorizer with
// these scopes, for a pool on AWS.
func poolAuthorizer(scopes string) string {
	return `openapi: 3.0.1
paths:
  /a:
    get:
      security: [{Users: ` + scopes + `}]
      responses: {'200': {description: done}}
      x-amazon-apigateway-integration: {type: mock, requestTemplates: {application/json: '{"statusCode": 200}'}, responses: {default: {statusCode: '200'}}}
components:
  securitySchemes:
    Users:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: cognito_user_pools
      x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: ['arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI']}
`
}

// jwtAuthorizer is an HTTP API behind a JWT authorizer of the local pool, for app
// clients with commas between.
func jwtAuthorizer(clients string) string {
	return `openapi: 3.0.1
paths:
  /a:
    get:
      security: [{Users: []}]
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: 'http://127.0.0.1:1/a', payloadFormatVersion: '1.0'}
components:
  securitySchemes:
    Users:
      type: oauth2
      x-amazon-apigateway-authorizer:
        type: jwt
        identitySource: $request.header.Authorization
        jwtConfiguration: {issuer: 'https://cognito-idp.us-east-1.amazonaws.com/local_notegate', audience: [` + clients + `]}
`
}

// The command that the next steps name prints a token that the route takes.
func TestNextStepsOpenTheRoute(t *testing.T) {
	t.Parallel()
	for rule, scopes := range map[string]string{
		"no scopes: an ID token": "[]", "scopes: an access token": "[aws.cognito.signin.user.admin]",
	} {
		cmd := anybodys(t, "api", filepath.Join(folder(t, "a.yaml", poolAuthorizer(scopes)), "a.yaml"))
		cmd.Env = append(cmd.Env, "POOL_ID=eu-west-1_AbCdEfGhI")
		s := run(t, cmd)
		printed := exec.Command("sh", "-c", strings.Replace(s.Token, "bin/local", binary, 1))
		printed.Env = cmd.Env[3:]
		token, err := printed.Output()
		if err != nil {
			t.Fatalf("%s: %q: %v", rule, s.Token, err)
		}
		if got := s.request(t, strings.TrimSpace(string(token)), "GET", "/a", ""); got.Status != 200 {
			t.Errorf("%s: got %d %s, and the log\n%s", rule, got.Status, got.Body, s.log)
		}
	}
}
