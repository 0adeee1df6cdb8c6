// Package gateway answers HTTP requests as an Amazon API Gateway REST or HTTP API
// would that was deployed from the same definition: it routes, asks the
// authorizer, validates, builds the event, calls the function and maps its
// response, with the status codes, bodies and headers of the service, errors
// included.
//
// Most programs need [New] and serve the [Gateway] with net/http. A definition
// that asks for what is not built here is refused by New, never served in part.
//
// A reader (package openapi) makes one model of an API (package api) of a
// definition, whatever its syntax; the gateway serves that model. What REST and
// HTTP APIs do differently is in the files rest*.go and http*.go, each behind the
// interface front.
//
// It differs from a REST API in the case of header names. A function gets them in
// lower case, as every HTTP/2 client sends them, and a client gets net/http's
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

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/openapi"
	"github.com/notegate/notegate/infra/local/gateway/routes"
)

// A Function is a Lambda function: JSON bytes in and out, as
// [github.com/aws/aws-lambda-go/lambda.Handler] has it. The text of an error is
// Lambda's errorMessage. It must be safe for concurrent use; when its context
// is done its answer is no longer awaited.
type Function interface {
	Invoke(ctx context.Context, event []byte) ([]byte, error)
}

// Config is what [New] needs. Definition (or API) and the functions that it names
// are required; every other field has a default.
type Config struct {
	// Definition is an OpenAPI 3.0 document, YAML or JSON, with API Gateway's
	// extensions. CloudFormation's intrinsic functions in it are resolved.
	Definition []byte

	// API is what a reader has made of a definition, in place of Definition.
	API *api.API

	// Kind is which of API Gateway's two services Definition is for.
	Kind api.Kind

	// Functions are found by logical name: the Name of ${Name.Arn} in an
	// integration's or authorizer's uri, or the name in a literal ARN there.
	Functions map[string]Function

	// Parameters are the values for Fn::Sub and Ref. AWS::Region,
	// AWS::AccountId and AWS::Partition (aws) need not be given. Conditions are
	// those that Fn::If asks for.
	Parameters map[string]string
	Conditions map[string]bool

	// Variables are the stage's, for Definition's URIs and for the functions.
	Variables map[string]string

	Stage   string // "local" by default, "$default" for an HTTP API
	APIID   string // "localapi00" by default
	Account string // 12 digits, "123456789012" by default
	Region  string // "us-east-1" by default

	// APIKeys are those that routes take which ask for one. None: these refuse
	// every call.
	APIKeys []string

	AuthorizerTimeout  time.Duration // 10 s by default; a REST API's own is not documented [E]
	IntegrationTimeout time.Duration // 29 s by default, 30 s for an HTTP API; an integration's timeoutInMillis comes first

	// Issuers stand in for issuers in the definition, by their URLs there: a user pool
	// on this machine for https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example.
	// Other issuers' key sets are found by OpenID Connect discovery.
	Issuers map[string]Issuer

	// Principals finds who has an access key, for authorization by AWS_IAM. Nil:
	// nobody has one. It must be safe for concurrent use.
	Principals func(accessKey string) (Principal, bool)

	// Ignore is called with each finding that lets nobody in whom it would keep
	// out, such as an unknown keyword in a model. Nil: these are errors as well.
	Ignore func(api.Finding)

	Now     func() time.Time // time.Now by default
	Observe func(Exchange)   // called after each answer, if set; safe for concurrent use
}

// A Gateway is an http.Handler, safe for concurrent use. Make it with [New].
type Gateway struct {
	Config
	partition string
	api       *api.API
	front     front
	routes    routes.Table[*route]
	fallback  *route // an HTTP API's $default
	verdicts  *cache
}

var _ http.Handler = (*Gateway)(nil)

// New reads the definition and connects it with the functions. Its errors wrap
// [api.ErrDefinition], [api.ErrUnsupported] or [api.ErrNoFunction]; several are joined.
func New(config Config) (*Gateway, error) {
	g := &Gateway{Config: config, verdicts: newCache(maxVerdicts), partition: cmp.Or(config.Parameters["AWS::Partition"], "aws")}
	g.APIID = cmp.Or(g.APIID, "localapi00")
	g.Account = cmp.Or(g.Account, "123456789012")
	g.Region = cmp.Or(g.Region, "us-east-1")
	g.AuthorizerTimeout = cmp.Or(g.AuthorizerTimeout, 10*time.Second)
	if g.Now == nil {
		g.Now = time.Now
	}
	if g.api = g.API; g.api == nil {
		model, err := g.read()
		if err != nil {
			return nil, err
		}
		g.api = model
	}
	// The timeouts are the longest that an integration has without a quota of its own.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	g.front = &rest{g}
	stage, timeout := "local", 29*time.Second
	if g.api.Kind == api.HTTP {
		g.front = &httpAPI{g}
		stage, timeout = api.Default, 30*time.Second
	}
	g.Stage = cmp.Or(g.Stage, stage)
	g.IntegrationTimeout = cmp.Or(g.IntegrationTimeout, timeout)
	if err := g.connect(); err != nil {
		return nil, err
	}
	return g, nil
}

func (g *Gateway) read() (*api.API, error) {
	model, findings := openapi.Read(g.Definition, openapi.Options{
		Kind: g.Kind, Variables: g.Variables, Parameters: g.Parameters, Conditions: g.Conditions, Partition: g.partition, Region: g.Region, Account: g.Account,
		HasFunction: func(name string) bool { return g.Functions[name] != nil },
	})
	var errs []error
	for _, f := range findings {
		switch {
		case f.Advice:
		case f.Ignored && g.Ignore != nil:
			g.Ignore(f)
		default:
			errs = append(errs, f)
		}
	}
	return model, errors.Join(errs...)
}

// ServeHTTP answers one request. It never panics for what a function does.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := g.newCall(w, r)
	a, f := g.answer(c)
	if f != nil {
		a = g.front.refuse(f, c)
	}
	a.write(w, g.front, c)
	if g.Observe != nil {
		g.Observe(g.exchange(c, a, f))
	}
}

// answer is the order of the service: a bad token on a bad body is a 401.
func (g *Gateway) answer(c *call) (*answer, *fault) {
	if f := c.limits(); f != nil {
		return nil, f
	}
	if a, f := g.front.route(c); a != nil || f != nil {
		return a, f
	}
	if f := g.authorize(c); f != nil {
		return nil, f
	}
	if f := g.checkKey(c); f != nil {
		return nil, f
	}
	if f := c.readBody(); f != nil {
		return nil, f
	}
	if f := validate(c); f != nil {
		return nil, f
	}
	return c.route.integration.answer(g, c)
}
