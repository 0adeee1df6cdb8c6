// Package gateway answers HTTP requests as an Amazon API Gateway REST API
// would that was deployed from the same OpenAPI definition: it routes, calls
// the Lambda authorizer and caches its policy, validates, builds the proxy
// event, calls the function and maps its response, with the status codes,
// bodies and headers of the service, errors included.
//
// Most programs need [New] and serve the [Gateway] with net/http. A definition
// that asks for what is not built here is refused by New, never served in part.
//
// It differs from the service in the case of header names. A function gets them
// in lower case, as every HTTP/2 client sends them, and a client gets net/http's
// canonical case. Over HTTP/1.1 the service keeps the sender's own case both ways.
//
// What is known of the service only by inference is marked so in the comments:
// [E] is another emulator's opinion, [I] inference, [?] a guess.
package gateway

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"
)

// A Function is a Lambda function: JSON bytes in and out, as
// [github.com/aws/aws-lambda-go/lambda.Handler] has it. The text of an error is
// Lambda's errorMessage. It must be safe for concurrent use; when its context
// is done its answer is no longer awaited.
type Function interface {
	Invoke(ctx context.Context, event []byte) ([]byte, error)
}

// Config is what [New] needs. Definition and the functions that it names are
// required; every other field has a default.
type Config struct {
	// Definition is an OpenAPI 3.0 document, YAML or JSON, with API Gateway's
	// extensions. Fn::Sub and Ref are resolved inside the extensions.
	Definition []byte

	// Functions are found by logical name: the Name of ${Name.Arn} in an
	// integration's or authorizer's uri, or the name in a literal ARN there.
	Functions map[string]Function

	// Parameters are the values for Fn::Sub and Ref. AWS::Region,
	// AWS::AccountId and AWS::Partition (aws) need not be given.
	Parameters map[string]string

	Stage   string // "local" by default
	APIID   string // "localapi00" by default
	Account string // 12 digits, "123456789012" by default
	Region  string // "us-east-1" by default

	AuthorizerTimeout  time.Duration // 10 s by default; the service's own is not documented [E]
	IntegrationTimeout time.Duration // 29 s by default; an integration's timeoutInMillis comes first

	Now     func() time.Time // time.Now by default
	Observe func(Exchange)   // called after each answer, if set; safe for concurrent use
}

// A Gateway is an http.Handler, safe for concurrent use. Make it with [New].
type Gateway struct {
	Config
	partition string
	api       *api
	verdicts  *cache
}

var _ http.Handler = (*Gateway)(nil)

var (
	// ErrDefinition says that the definition is not one that API Gateway would import.
	ErrDefinition = errors.New("gateway: bad definition")

	// ErrUnsupported says that the definition uses a part of API Gateway that is not built here.
	ErrUnsupported = errors.New("gateway: not supported here")

	// ErrNoFunction says that the definition names a function that Config.Functions lacks.
	ErrNoFunction = errors.New("gateway: no such function")
)

// New reads the definition and connects it with the functions. Its errors wrap
// [ErrDefinition], [ErrUnsupported] or [ErrNoFunction]; several are joined.
func New(config Config) (*Gateway, error) {
	g := &Gateway{Config: config, verdicts: newCache(maxVerdicts)}
	g.Stage = cmp.Or(g.Stage, "local")
	g.APIID = cmp.Or(g.APIID, "localapi00")
	g.Account = cmp.Or(g.Account, "123456789012")
	g.Region = cmp.Or(g.Region, "us-east-1")
	g.partition = cmp.Or(g.Parameters["AWS::Partition"], "aws")
	g.AuthorizerTimeout = cmp.Or(g.AuthorizerTimeout, 10*time.Second)
	g.IntegrationTimeout = cmp.Or(g.IntegrationTimeout, 29*time.Second)
	if g.Now == nil {
		g.Now = time.Now
	}
	var err error
	g.api, err = g.load()
	if err != nil {
		return nil, err
	}
	return g, nil
}

// ServeHTTP answers one request. It never panics for what a function does.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := g.newCall(r)
	a, f := g.answer(c, w)
	if f != nil {
		a = g.api.responses.answer(f, c)
	}
	a.write(w, c)
	if g.Observe != nil {
		g.Observe(g.exchange(c, a, f))
	}
}

// answer is the order of the service: a bad token on a bad body is a 401.
func (g *Gateway) answer(c *call, w http.ResponseWriter) (*answer, *fault) {
	if headerBytes(c.http) > maxHeaderBytes {
		return nil, &headersTooLarge
	}
	if !g.route(c) {
		return nil, noRoute(c.http.Header)
	}
	if f := g.authorize(c); f != nil {
		return nil, f
	}
	if f := c.readBody(w); f != nil {
		return nil, f
	}
	if f := c.op.validator.validate(c); f != nil {
		return nil, f
	}
	return c.op.integration.answer(g, c)
}
