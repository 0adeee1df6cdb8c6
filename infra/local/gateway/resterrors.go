package gateway

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// A restError is what a REST API says for a reason.
type restError struct {
	status  int
	kind    string // x-amzn-ErrorType
	message string
	member  string // what the built-in body calls the message
	null    bool   // the message is null
}

var restErrors = map[reason]restError{
	unauthorized: {status: 401, kind: "UnauthorizedException", message: "Unauthorized"},

	// The service spells Message with a capital in the next two. That a gateway
	// response which sets only headers keeps the capital is a guess [?].
	implicitlyDenied: {status: 403, kind: "AccessDeniedException", member: "Message", message: "User is not authorized to access this resource"},
	explicitlyDenied: {status: 403, kind: "AccessDeniedException", member: "Message",
		message: "User is not authorized to access this resource with an explicit deny in an identity-based policy"},

	invalidKey: {status: 403, kind: "ForbiddenException", message: "Forbidden"},
	// Of the JWT authorizer its page says 403 Forbidden, and no more [?].
	forbidden: {status: 403, kind: "ForbiddenException", message: "Forbidden"},

	badAuthorizer: {status: 500, kind: "AuthorizerConfigurationException", null: true},
	badParameters: {status: 400, kind: "BadRequestException"},
	misfitBody:    {status: 400, kind: "BadRequestException", message: "Invalid request body"},

	unsupportedMediaType: {status: 415, kind: "BadRequestException", message: "Unsupported Media Type"}, // kind [E]

	badFunction:      {status: 502, kind: "InternalServerErrorException", message: "Internal server error"},
	badEncoding:      {status: 500, kind: "InternalServerErrorException", message: "Internal server error"},
	functionTimedOut: {status: 504, kind: "InternalServerErrorException", message: "Endpoint request timed out"}, // kind [E]
	badBackend:       {status: 500, kind: "InternalServerErrorException", message: "Internal server error"},      // status [I]
	misconfigured:    {status: 500, kind: "InternalServerErrorException", message: "Internal server error"},

	bodyTooLarge:  {status: 413, message: fmt.Sprintf("HTTP content length exceeded %d bytes.", maxBodyBytes)}, // the whole body; its media type is a guess [?]
	eventTooLarge: {status: 413, kind: "BadRequestException", message: "Request Too Long"},

	// These are not customised by gateway responses; their texts and kinds are guesses [?].
	uriTooLong:      {status: 414, kind: "RequestUriTooLongException", message: "Request URI too long"},
	headersTooLarge: {status: 431, kind: "RequestHeaderFieldsTooLargeException", message: "Request Header Fields Too Large"},

	noRoute: {status: 403, kind: "MissingAuthenticationTokenException", message: "Missing Authentication Token"},
}

// unsigned is for an unknown path and a wrong method alike. An Authorization
// header changes the answer: the service takes it for a bad AWS signature, of
// which it wants key=value pairs after the scheme, and certain ones. What
// exactly is hashed is inference [I]. No date that came along is looked for.
func unsigned(h http.Header) *fault {
	token := h.Get("Authorization")
	if token == "" {
		return &fault{reason: noRoute, layer: LayerGateway}
	}
	sum := sha256.Sum256([]byte(token))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	message := "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hash + "'."
	if pairs(token) {
		message = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
			"Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
			"(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash
	}
	return &fault{reason: noRoute, response: "DEFAULT_4XX", kind: "IncompleteSignatureException", layer: LayerGateway, message: message}
}

// pairs tells whether each word after the scheme has an equal sign.
func pairs(token string) bool {
	words := strings.FieldsFunc(token, func(r rune) bool { return r == ' ' || r == ',' })
	return !slices.ContainsFunc(words[min(1, len(words)):], func(word string) bool { return !strings.Contains(word, "=") })
}

// words is what a REST API says for a fault.
func (f *fault) words() restError {
	e := restErrors[f.reason]
	e.kind = cmp.Or(f.kind, e.kind)
	e.message = cmp.Or(f.message, e.message)
	return e
}

// messageString is $context.error.messageString: quoted already.
func (e restError) messageString() string {
	if e.null {
		return "null"
	}
	return text.Quote(e.message)
}

// body is what the service says when no template is set.
func (e restError) body() string {
	return fmt.Sprintf(`{"%s":%s}`, cmp.Or(e.member, "message"), e.messageString())
}

// refuse applies the gateway response of the fault's type, or else the default of
// its class. What a specific response leaves out is not taken from the default.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
func (s *rest) refuse(f *fault, c *call) *answer {
	e := f.words()
	if f.reason == bodyTooLarge { // answered before the API is known
		return &answer{status: e.status, header: http.Header{"Content-Type": {"text/plain"}}, body: []byte(e.message), layer: f.layer, bare: true}
	}
	a := &answer{status: e.status, header: http.Header{}, body: []byte(e.body()), layer: f.layer, kind: e.kind}
	a.untraced = f.reason == misconfigured // as recorded of a header's mapping; of others it is inference [I]
	if kind := f.responseType(); kind != "" {
		r, ok := s.api.Responses[kind]
		if !ok {
			r = s.api.Responses[fmt.Sprintf("DEFAULT_%dXX", e.status/100)]
		}
		a.status = cmp.Or(r.Status, e.status)
		for _, m := range r.Header {
			value := m.Text
			if m.From.In != "" {
				value = s.known(c, m.From)
			}
			if m.From.In == "" || value != "" {
				a.header.Set(m.Name, value)
			}
		}
		if r.Template != "" {
			a.body = []byte(s.render(r.Template, f, c))
		}
	}
	defaultType(a.header)
	return a
}

// variables are what a template may name: [api.TemplateVariables].
func variables(f *fault, c *call) map[string]string {
	e := f.words()
	return map[string]string{
		"$context.error.message":       text.Inner(e.message),
		"$context.error.messageString": e.messageString(),
		"$context.error.responseType":  f.responseType(),
		// Escaped, so that the answer stays JSON whatever the client sent [I].
		"$context.error.validationErrorString": text.Inner(f.validation),
		"$context.requestId":                   c.id,
		"$context.extendedRequestId":           c.extendedID,
	}
}

func (s *rest) render(template string, f *fault, c *call) string {
	values := variables(f, c)
	return api.TemplateVariable.ReplaceAllStringFunc(template, func(name string) string {
		full := strings.TrimRight(name, ".")
		value, ok := values[full]
		if part := api.OfRequest.FindStringSubmatch(full); !ok && part != nil {
			value = text.Inner(s.known(c, api.Source{In: part[1], Name: part[2]})) // escaped as above [I]
		}
		return value + name[len(full):]
	})
}

// known is a part of the request, or what is known about it. Of a request without a
// route little is.
func (s *rest) known(c *call, from api.Source) string {
	if c.route == nil && from.In == "context" {
		return map[string]string{
			"requestId": c.id, "extendedRequestId": c.extendedID, "httpMethod": c.http.Method, "stage": s.Stage, "accountId": s.Account, "apiId": s.APIID,
		}[from.Name]
	}
	return s.mapped(c, api.Mapping{From: from})
}
