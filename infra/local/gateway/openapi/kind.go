package openapi

import (
	"fmt"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// KindOf guesses which of API Gateway's services a decoded document is for: an
// HTTP API if it has anything that only those have.
func KindOf(document any) api.Kind {
	if httpOnly(document, "") {
		return api.HTTP
	}
	return api.REST
}

// httpOnly looks through the document for a member that REST APIs do not know.
func httpOnly(v any, name string) bool {
	switch name {
	case "x-amazon-apigateway-cors", "payloadFormatVersion", "authorizerPayloadFormatVersion", "enableSimpleResponses", "isDefaultRoute", "$default", "/$default":
		return true
	case "identitySource":
		return strings.HasPrefix(strings.TrimPrefix(fmt.Sprint(v), "["), "$request.")
	}
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			if httpOnly(element, "") {
				return true
			}
		}
	case map[string]any:
		for name, value := range v {
			if name != "example" && name != "examples" && name != "schemas" && httpOnly(value, name) {
				return true
			}
		}
	}
	return false
}
