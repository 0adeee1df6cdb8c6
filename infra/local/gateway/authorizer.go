package gateway

import (
	"regexp"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	typeToken   = "TOKEN"
	typeRequest = "REQUEST"
)

// An authorizer is a security scheme's x-amazon-apigateway-authorizer.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
type authorizer struct {
	name       string
	kind       string // typeToken or typeRequest
	target     target
	sources    []source       // exactly one for typeToken
	expression *regexp.Regexp // nil: every token
	ttl        time.Duration  // 0: no cache
}

const (
	defaultTTL = 300 // seconds, as the service has it when nothing is said
	maxTTL     = 3600
)

// operationAuthorizer finds the one scheme of an operation. No security means
// open, as it does for the service.
func (l *loader) operationAuthorizer(where string, op *openapi3.Operation) *authorizer {
	if op.Security == nil || len(*op.Security) == 0 {
		return nil
	}
	if len(*op.Security) > 1 || len((*op.Security)[0]) != 1 {
		l.fail(ErrUnsupported, "%s: want exactly one security scheme", where)
		return nil
	}
	for name, scopes := range (*op.Security)[0] {
		if len(scopes) > 0 {
			l.fail(ErrUnsupported, "%s: scopes on a Lambda authorizer", where)
		}
		if l.authorizers[name] == nil {
			l.authorizers[name] = l.authorizer(name)
		}
		return l.authorizers[name]
	}
	return nil
}

func (l *loader) authorizer(name string) *authorizer {
	a := &authorizer{name: name, ttl: defaultTTL * time.Second}
	where := "security scheme " + name
	ref := l.doc.Components.SecuritySchemes[name]
	if ref == nil {
		l.fail(ErrDefinition, "%s: not declared", where)
		return a
	}
	scheme := ref.Value
	l.known(where, scheme.Extensions, "x-amazon-apigateway-authtype", "x-amazon-apigateway-authorizer")
	extension, ok := scheme.Extensions["x-amazon-apigateway-authorizer"]
	if !ok || scheme.Type != "apiKey" || scheme.In != "header" {
		l.fail(ErrUnsupported, "%s: want type apiKey in a header, with a Lambda authorizer", where)
		return a
	}
	var in authorizerExtension
	failures := len(l.errs)
	l.decode(where, extension, &in)
	if len(l.errs) > failures {
		return a // what could not be read raises no further complaints
	}
	a.target = l.target(where, in.URI)
	if in.TTL != nil {
		if *in.TTL < 0 || *in.TTL > maxTTL {
			l.fail(ErrDefinition, "%s: authorizerResultTtlInSeconds: want 0 to %d", where, maxTTL)
		}
		a.ttl = time.Duration(*in.TTL) * time.Second
	}
	switch in.Type {
	case "token":
		l.token(where, a, scheme.Name, in)
	case "request":
		l.request(where, a, in)
	default:
		l.fail(ErrUnsupported, "%s: authorizer type %q", where, in.Type)
	}
	return a
}

type authorizerExtension struct {
	Type       string `json:"type"`
	URI        string `json:"authorizerUri"`
	Role       string `json:"authorizerCredentials"` // permission to invoke is given here
	Expression string `json:"identityValidationExpression"`
	Source     string `json:"identitySource"`
	TTL        *int   `json:"authorizerResultTtlInSeconds"`
}

func (l *loader) token(where string, a *authorizer, header string, in authorizerExtension) {
	a.kind = typeToken
	a.sources = []source{{"header", header}}
	if in.Source != "" && in.Source != "method.request.header."+header {
		l.fail(ErrDefinition, "%s: identitySource is not the scheme's header", where)
	}
	if in.Expression != "" {
		// The whole value must match [E], whatever the expression's anchors.
		expression, err := regexp.Compile(`\A(?:` + in.Expression + `)\z`)
		if err != nil {
			l.fail(ErrUnsupported, "%s: identityValidationExpression: %s", where, oneLine(err))
		}
		a.expression = expression
	}
}

func (l *loader) request(where string, a *authorizer, in authorizerExtension) {
	a.kind = typeRequest
	if in.Source != "" {
		a.sources = l.parseSources(where, in.Source)
	}
	if a.ttl > 0 && len(a.sources) == 0 {
		l.fail(ErrDefinition, "%s: a cached request authorizer needs an identitySource", where)
	}
}
