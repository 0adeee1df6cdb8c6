package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// KindOf guesses which of API Gateway's services a decoded document is for: an
// HTTP API if it has anything that only those have, and nothing that only REST APIs
// have. The import of a REST API passes over what is an HTTP API's.
func KindOf(document any) api.Kind {
	if !has(document, "", "", restOnly) && has(document, "", "", httpOnly) {
		return api.HTTP
	}
	return api.REST
}

// has looks for a member in the document, which is told its name, its value and the
// name of the one that it is in.
func has(v any, name, in string, is func(name, in, text string) bool) bool {
	if is(name, in, strings.ToLower(strings.TrimPrefix(fmt.Sprint(v), "["))) {
		return true
	}
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(element any) bool { return has(element, "", name, is) })
	case map[string]any:
		for member, value := range v {
			if member != "example" && member != "examples" && member != "schemas" && has(value, member, name, is) {
				return true
			}
		}
	}
	return false
}

func httpOnly(name, _, text string) bool {
	switch name {
	case "x-amazon-apigateway-cors", "payloadFormatVersion", "authorizerPayloadFormatVersion", "enableSimpleResponses", "isDefaultRoute", "$default", "/$default":
		return true
	case "identitySource":
		return strings.HasPrefix(text, "$request.")
	}
	return false
}

func restOnly(name, in, text string) bool {
	switch name {
	case gatewayResponses, validatorExtension, validatorExtension + "s", keySource:
		return true
	case "identitySource":
		return strings.HasPrefix(text, "method.request.")
	case "type":
		return in == integrationExtension && slices.Contains([]string{"aws", "http", "mock"}, text) ||
			in == authorizerExtension && slices.Contains([]string{"token", "cognito_user_pools"}, text)
	}
	return false
}
