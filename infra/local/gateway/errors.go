package gateway

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// A fault is an error that the gateway itself answers with.
type fault struct {
	status     int
	kind       string // x-amzn-ErrorType
	response   string // gateway response type; empty if it cannot be customised
	message    string
	member     string // what the built-in body calls the message
	null       bool   // the message is null
	validation string // $context.error.validationErrorString
	layer      Layer
	cause      error // for the log only
}

var (
	unauthorized = fault{status: 401, kind: "UnauthorizedException", response: "UNAUTHORIZED", message: "Unauthorized", layer: LayerGateway}
	refused      = fault{status: 401, kind: "UnauthorizedException", response: "UNAUTHORIZED", message: "Unauthorized", layer: LayerAuthorizer}

	// The service spells Message with a capital in the next two. That headers
	// alone, set by a gateway response, leave it so is a guess [?].
	implicitDeny = fault{status: 403, kind: "AccessDeniedException", response: "ACCESS_DENIED", member: "Message", layer: LayerAuthorizer,
		message: "User is not authorized to access this resource"}
	explicitDeny = fault{status: 403, kind: "AccessDeniedException", response: "ACCESS_DENIED", member: "Message", layer: LayerAuthorizer,
		message: "User is not authorized to access this resource with an explicit deny in an identity-based policy"}

	unsupportedMediaType = fault{status: 415, kind: "BadRequestException", response: "UNSUPPORTED_MEDIA_TYPE", message: "Unsupported Media Type", layer: LayerGateway} // kind [E]

	// These are not customised by gateway responses; their texts and kinds are guesses [?].
	bodyTooLarge    = fault{status: 413, kind: "RequestTooLargeException", message: "Request Too Long", layer: LayerGateway}
	uriTooLong      = fault{status: 414, kind: "RequestUriTooLongException", message: "Request URI too long", layer: LayerGateway}
	headersTooLarge = fault{status: 431, kind: "RequestHeaderFieldsTooLargeException", message: "Request Header Fields Too Large", layer: LayerGateway}
)

// noRoute is for an unknown path and a wrong method alike. An Authorization
// header changes the answer: the service takes it for a bad AWS signature, of
// which it wants key=value pairs after the scheme, and certain ones. What
// exactly is hashed is inference [I]. No date that came along is looked for.
func noRoute(h http.Header) *fault {
	token := h.Get("Authorization")
	if token == "" {
		return &fault{status: 403, kind: "MissingAuthenticationTokenException", response: "MISSING_AUTHENTICATION_TOKEN",
			message: "Missing Authentication Token", layer: LayerGateway}
	}
	sum := sha256.Sum256([]byte(token))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	message := "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hash + "'."
	if pairs(token) {
		message = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
			"Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
			"(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash
	}
	return &fault{status: 403, kind: "IncompleteSignatureException", response: "DEFAULT_4XX", layer: LayerGateway, message: message}
}

// pairs tells whether each word after the scheme has an equal sign.
func pairs(token string) bool {
	words := strings.FieldsFunc(token, func(r rune) bool { return r == ' ' || r == ',' })
	return !slices.ContainsFunc(words[min(1, len(words)):], func(word string) bool { return !strings.Contains(word, "=") })
}

// authorizerFailed is every other failure of an authorizer: an error, a
// timeout, a result that makes no sense.
func authorizerFailed(cause error) *fault {
	return &fault{status: 500, kind: "AuthorizerConfigurationException", response: "AUTHORIZER_CONFIGURATION_ERROR", null: true, layer: LayerAuthorizer, cause: cause}
}

func badParameters(names []string) *fault {
	return &fault{status: 400, kind: "BadRequestException", response: "BAD_REQUEST_PARAMETERS", layer: LayerValidator,
		message: fmt.Sprintf("Missing required request parameters: [%s]", strings.Join(names, ", "))}
}

func badBody(why string) *fault {
	return &fault{status: 400, kind: "BadRequestException", response: "BAD_REQUEST_BODY", message: "Invalid request body", validation: why, layer: LayerValidator}
}

// functionFailed is an error of the function, or a response that is none.
func functionFailed(cause error) *fault {
	return &fault{status: 502, kind: "InternalServerErrorException", response: "DEFAULT_5XX", message: "Internal server error", layer: LayerFunction, cause: cause}
}

func functionTimedOut(cause error) *fault {
	return &fault{status: 504, kind: "InternalServerErrorException", response: "INTEGRATION_TIMEOUT", message: "Endpoint request timed out", layer: LayerFunction, cause: cause} // kind [E]
}

func misconfigured(cause error) *fault {
	return &fault{status: 500, kind: "InternalServerErrorException", response: "API_CONFIGURATION_ERROR", message: "Internal server error", layer: LayerGateway, cause: cause}
}

// messageString is $context.error.messageString: quoted already.
func (f *fault) messageString() string {
	if f.null {
		return "null"
	}
	return quote(f.message)
}

// body is what the service says when no template is set.
func (f *fault) body() string {
	return fmt.Sprintf(`{"%s":%s}`, cmp.Or(f.member, "message"), f.messageString())
}

// quote is JSON without the escapes for HTML: the service sends none.
func quote(s string) string {
	b, _ := jsontext.AppendQuote(nil, s) // an error is bad UTF-8, which has been replaced
	return string(b)
}
