package main

import (
	"fmt"
	"slices"
	"strings"
)

// A variable is one that a command reads from its environment.
type variable struct{ name, usual, meaning string }

// localVariables are the settings of the local stack itself.
var localVariables = []variable{
	{"GATEWAY_ADDR", defaultGatewayAddr, "where the API listens; port 0 is any free one"},
	{"POOL_ADDR", defaultPoolAddr, "where the user pool listens"},
	{"WEB_ADDR", defaultWebAddr, "where the page listens"},
	{"FRONT_DOOR", "rest-lambda", "what stands in front of the notes; also " + otherDoors()},
	{"ROUTE_SCOPES", "false", "true: routes of rest-cognito and http-jwt require a scope"},
	{"DATA_DIR", ".local", "folder of the users and the notes"},
	{"STORE", "bolt", "where notes are kept: bolt (a file) or dynamodb"},
	{"CLIENTS_FILE", "", "further app clients of the local user pool, as CreateUserPoolClient takes them"},
	{"PRE_TOKEN_GENERATION", "", "command of the pool's pre token generation trigger"},
	{"POOL_ID", poolID, "id of the local user pool; with the id of one on AWS, it stands for that one"},
	{"POOL_URL", "", "the user pool's URL for phones and containers, such as http://10.0.2.2:9229"},
	{"ALLOWED_HOSTS", "", "further names of this machine, such as 10.0.2.2"},
	{"TLS", "", "on: https, with a certificate that is made in DATA_DIR"},
	{"TLS_CERT", "", "your own certificate, a PEM file"},
	{"TLS_KEY", "", "its key, a PEM file"},
	{"LOGIN_URL", "", "hosted login of the page's users, with a user pool on AWS"},
	{"LOG_LEVEL", "info", "debug, info, warn or error"},
	{"NO_COLOR", "", "set to anything: no colours"},
}

var tokenVariables = []variable{
	{"EMAIL", demoEmail, "the user"},
	{"PASSWORD", demoPassword, "the user's password"},
	{"CLIENT_ID", clientID, "the app client"},
	{"TOKEN_USE", "access", "id: print the ID token; credentials: curl's options to sign with, behind rest-iam"},
	{"POOL_ADDR", defaultPoolAddr, "where the user pool listens"},
	{"TLS", "", "set it as for the running stack, and DATA_DIR, TLS_CERT and TLS_KEY too"},
}

// apiVariables are those of localVariables that have an effect on anybody's API.
var apiVariables = slices.DeleteFunc(slices.Clone(localVariables), func(v variable) bool {
	return slices.Contains([]string{"WEB_ADDR", "FRONT_DOOR", "ROUTE_SCOPES", "STORE", "LOGIN_URL"}, v.name)
})

// functionVariables are those that the Lambda functions read as they do on AWS.
const functionVariables = `
The functions read the same variables as on AWS (authorizer/README.md, notes/README.md):
  USER_POOL_ID ISSUER JWKS_URL CLIENT_IDS REPLICA_REGIONS TOKEN_USE AUDIENCE ALLOW_ANY_AUDIENCE
  REQUIRED_SCOPES REQUIRED_GROUPS ACCESS_RULES CLOCK_SKEW ON_REJECT ALLOW_M2M JWKS_FILE
  ALLOW_INSECURE_JWKS AWS_CA_BUNDLE TOKEN_FROM HTTP_RESPONSE CONTEXT_CLAIMS METRICS
  TABLE_NAME EVENT_FORMAT ALLOWED_ORIGIN
  AWS_ENDPOINT_URL AWS_ENDPOINT_URL_DYNAMODB`

// otherDoors are those that are not the usual one.
func otherDoors() string { return strings.Join(localDoors()[1:], ", ") }

// help lists the variables, a line each.
func help(variables []variable) string {
	var w strings.Builder
	w.WriteString("Variables:\n")
	longest := 0
	for _, v := range variables {
		longest = max(longest, len(v.name))
	}
	for _, v := range variables {
		fmt.Fprintf(&w, "  %-*s  %s", longest, v.name, v.meaning)
		if v.usual != "" {
			fmt.Fprintf(&w, " (%s)", v.usual)
		}
		w.WriteByte('\n')
	}
	return w.String()
}
