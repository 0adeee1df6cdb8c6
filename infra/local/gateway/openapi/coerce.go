package openapi

import (
	"fmt"
	"strconv"
	"strings"
)

// coerce writes the members of an extension as the reader wants them: the import
// takes numbers for texts and texts for numbers, capitals in its own words, lists
// of identity sources and members that are null.
func coerce(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			if value != nil {
				out[name] = coerce(value, name)
			}
		}
		if name == "requestParameters" { // what is no text the import passes over, as recorded; here the mapping's reader names it
			for parameter, value := range out {
				out[parameter] = fmt.Sprint(value)
			}
		}
		return out
	case []any:
		if name == "identitySource" {
			return joined(v)
		}
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = coerce(element, "")
		}
		return out
	}
	return coerceScalar(v, name)
}

func coerceScalar(v any, name string) any {
	text, isText := v.(string)
	switch name {
	case "payloadFormatVersion", "authorizerPayloadFormatVersion":
		if text := fmt.Sprint(v); !isText {
			return strings.TrimSuffix(text, ".0") + ".0"
		}
	case "type", "passthroughBehavior":
		if isText {
			return strings.ToLower(text)
		}
	case "timeoutInMillis", "authorizerResultTtlInSeconds":
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
	case "validateRequestBody", "validateRequestParameters", "enableSimpleResponses":
		if b, err := strconv.ParseBool(text); err == nil && isText {
			return b
		}
	case "httpMethod", "uri", "identityValidationExpression":
		if !isText {
			return fmt.Sprint(v)
		}
	}
	return v
}

func joined(list []any) string {
	words := make([]string, len(list))
	for i := range list {
		words[i] = fmt.Sprint(list[i])
	}
	return strings.Join(words, ",")
}
