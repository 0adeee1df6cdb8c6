package gateway

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/tokens"
)

// An authorization is what let a call pass: a function's verdict, a token or a
// signature.
type authorization struct {
	verdict *verdict
	cached  bool  // the verdict
	latency int64 // of the function, ms; 0 for a cached verdict [I]

	token    *tokens.Token
	scopes   []string // the token's, if the route asks for any
	userPool bool     // the token's claims reach the function as a user pool's

	principal *Principal // who signed the request
	accessKey string
}

// restContext is a REST API's requestContext.authorizer. The gateway's own two
// members win over an authorizer's [I].
func (a *authorization) restContext() map[string]any {
	switch {
	case a == nil, a.principal != nil:
		return nil
	case a.userPool:
		return map[string]any{"claims": userPoolClaims(a.token.Claims)}
	case a.token != nil:
		return map[string]any{"claims": a.token.Claims}
	}
	return a.flat()
}

func (a *authorization) flat() map[string]any {
	out := make(map[string]any, len(a.verdict.context)+2)
	maps.Copy(out, a.verdict.context)
	out["principalId"] = a.verdict.principal
	out["integrationLatency"] = a.latency
	return out
}

// context2 is requestContext.authorizer of payload 2.0.
func (a *authorization) context2() map[string]any {
	switch {
	case a == nil:
		return nil
	case a.principal != nil:
		return map[string]any{"iam": a.iamContext()}
	case a.token != nil:
		return map[string]any{"jwt": map[string]any{"claims": textClaims(a.token.Claims), "scopes": a.scopes}}
	}
	return map[string]any{"lambda": a.verdict.context}
}

// context1 is that of payload 1.0.
func (a *authorization) context1() map[string]any {
	switch {
	case a == nil, a.principal != nil:
		return nil
	case a.token != nil:
		return map[string]any{"claims": textClaims(a.token.Claims), "scopes": a.scopes}
	}
	return a.flat()
}

// textClaims are a JWT authorizer's claims as recorded: lists in brackets with
// blanks between, objects as JSON, and nulls left out.
func textClaims(claims map[string]jsontext.Value) map[string]string {
	out := make(map[string]string, len(claims))
	for name, value := range claims {
		switch value.Kind() {
		case 'n':
		case '[':
			out[name] = "[" + joined(value, " ") + "]"
		default:
			out[name] = plain(value)
		}
	}
	return out
}

// javaDate is how the service writes exp and iat.
const javaDate = "Mon Jan 02 15:04:05 MST 2006"

// userPoolClaims are strings as recorded: exp and iat as dates of Java's, a list's
// elements with commas between.
func userPoolClaims(claims map[string]jsontext.Value) map[string]string {
	out := make(map[string]string, len(claims))
	for name, value := range claims {
		seconds, err := strconv.ParseInt(string(value), 10, 64)
		switch {
		case (name == "exp" || name == "iat") && err == nil:
			out[name] = time.Unix(seconds, 0).UTC().Format(javaDate)
		case value.Kind() == '[':
			out[name] = joined(value, ",")
		default:
			out[name] = plain(value)
		}
	}
	return out
}

// joined are a list's elements, each as plain.
func joined(list jsontext.Value, separator string) string {
	var elements []jsontext.Value
	_ = jsonv2.Unmarshal(list, &elements) // it is JSON already
	words := make([]string, len(elements))
	for i, element := range elements {
		words[i] = plain(element)
	}
	return strings.Join(words, separator)
}

// plain is a string's text, and any other value's JSON.
func plain(value jsontext.Value) string {
	if value.Kind() == '"' {
		text, _ := jsontext.AppendUnquote(nil, value) // it is JSON already
		return string(text)
	}
	return string(slices.Clone(value))
}

// identify fills in who signed the request. Without a signature all of it stays
// null.
func (a *authorization) identify(in *requestIdentity) {
	if a == nil || a.principal == nil {
		return
	}
	p := a.principal
	for _, member := range []struct {
		into  **string
		value string
	}{
		{&in.AccessKey, a.accessKey}, {&in.AccountID, p.AccountID}, {&in.Caller, p.Caller}, {&in.User, p.Caller}, {&in.UserARN, p.UserARN},
		{&in.CognitoIdentityID, p.IdentityID}, {&in.CognitoIdentityPoolID, p.IdentityPoolID},
		{&in.CognitoAuthenticationType, p.Type}, {&in.CognitoAuthenticationProvider, p.Provider},
	} {
		if member.value != "" {
			*member.into = &member.value
		}
	}
}
