package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/notegate/notegate/infra/local/gateway/document"
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
		if name == "requestParameters" { // the import ignores values that are not texts, as recorded; here the mapping's reader names them
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

// dropMembers deletes the members that integrations do not have, which the import
// passes over.
func (r *reader) dropMembers(p place, extension any) {
	for {
		var in integrationObject
		raw, err := json.Marshal(coerce(extension, ""))
		if err == nil {
			err = strictly(raw, &in)
		}
		var stranger *jsonv2.SemanticError
		if !errors.As(err, &stranger) || !errors.Is(stranger.Err, jsonv2.ErrUnknownName) {
			return
		}
		path := slices.Collect(stranger.JSONPointer.Tokens())
		r.ignore(p.in(path...), "%s: integrations have no such member", strings.Join(path, ": "))
		last := len(path) - 1
		delete(document.Members(extension, path[:last]...), path[last])
	}
}

func joined(list []any) string {
	words := make([]string, len(list))
	for i := range list {
		words[i] = fmt.Sprint(list[i])
	}
	return strings.Join(words, ",")
}
