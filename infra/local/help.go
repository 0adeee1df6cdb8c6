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
	{"FRONT_DOOR", "rest-lambda", "what stands before the notes: " + otherDoors()},
	{"ROUTE_SCOPES", "false", "true: routes of rest-cognito and http-jwt demand a scope"},
	{"DATA_DIR", ".local", "folder of the users and the notes"},
	{"STORE", "bolt", "where notes are kept: bolt (a file) or dynamodb"},
	{"CLIENTS_FILE", "", "further app clients of the local user pool, as CreateUserPoolClient takes them"},
	{"PRE_TOKEN_GENERATION", "", "command of the pool's trigger, as --function of api takes it"},
	{"POOL_ID", poolID, "id of the user pool"},
	{"POOL_URL", "", "user pool as a phone or a container sees it"},
	{"ALLOWED_HOSTS", "", "further names of this machine, such as 10.0.2.2"},
	{"TLS", "", "on: https, by a certificate made in DATA_DIR"},
	{"TLS_CERT", "", "https by a certificate of yours"},
	{"TLS_KEY", "", "the certificate's key"},
	{"LOGIN_URL", "", "hosted login of the page's users, with a user pool on AWS"},
	{"LOG_LEVEL", "info", "debug, info, warn or error"},
	{"NO_COLOR", "", "set to anything: no colours"},
}

var tokenVariables = []variable{
	{"EMAIL", demoEmail, "who signs in"},
	{"PASSWORD", demoPassword, "with which password"},
	{"CLIENT_ID", clientID, "to which app client"},
	{"TOKEN_USE", "access", "id: print the ID token; credentials: curl's options to sign with, behind rest-iam"},
	{"POOL_ADDR", defaultPoolAddr, "where the user pool listens"},
	{"TLS", "", "as of the running stack, with DATA_DIR, TLS_CERT and TLS_KEY"},
}

// apiVariables are those of localVariables that count for anybody's API.
var apiVariables = slices.DeleteFunc(slices.Clone(localVariables), func(v variable) bool {
	return !slices.Contains([]string{"GATEWAY_ADDR", "POOL_ADDR", "DATA_DIR", "LOG_LEVEL", "NO_COLOR"}, v.name)
})

// functionVariables are those that the Lambda functions read as they do on AWS.
const functionVariables = `
Both functions read their own variables here as on AWS (see the README):
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
	for _, v := range variables {
		fmt.Fprintf(&w, "  %-13s %s", v.name, v.meaning)
		if v.usual != "" {
			fmt.Fprintf(&w, " (%s)", v.usual)
		}
		w.WriteByte('\n')
	}
	return w.String()
}
