package openapi

import (
	"regexp"
	"slices"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
)

const integrationExtension = "x-amazon-apigateway-integration"

// An integrationObject is an operation's x-amazon-apigateway-integration.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
type integrationObject struct {
	Type               string                         `json:"type"`
	Method             string                         `json:"httpMethod"`
	URI                string                         `json:"uri"`
	Role               string                         `json:"credentials"` // permission to invoke is given here
	Connection         string                         `json:"connectionType"`
	Passthrough        string                         `json:"passthroughBehavior"`
	Templates          map[string]string              `json:"requestTemplates"`
	Responses          map[string]integrationResponse `json:"responses"`
	Timeout            int                            `json:"timeoutInMillis"`
	Payload            string                         `json:"payloadFormatVersion"`
	RequestParameters  map[string]string              `json:"requestParameters"`
	ResponseParameters map[string]map[string]string   `json:"responseParameters"`
	CacheNamespace     string                         `json:"cacheNamespace"`
	CacheKeys          []string                       `json:"cacheKeyParameters"`
	ContentHandling    string                         `json:"contentHandling"`

	// Members that nothing is built for.
	Subtype      string         `json:"integrationSubtype"`
	ConnectionID string         `json:"connectionId"`
	TLS          jsontext.Value `json:"tlsConfig"`
	Transfer     string         `json:"responseTransferMode"`
	Target       string         `json:"integrationTarget"`
}

type integrationResponse struct {
	StatusCode any               `json:"statusCode"`
	Parameters map[string]string `json:"responseParameters"`
	Templates  map[string]string `json:"responseTemplates"`
}

// What a type of integration takes beside type, and what it has that changes
// nothing here.
var (
	proxyMembers = map[api.Kind][]string{
		api.REST: {"requestParameters", "httpMethod", "uri", "credentials", "connectionType", "passthroughBehavior", "responses", "timeoutInMillis"},
		api.HTTP: {"httpMethod", "uri", "credentials", "connectionType", "passthroughBehavior", "timeoutInMillis", "payloadFormatVersion", "requestParameters", "responseParameters"},
	}
	mockMembers    = []string{"httpMethod", "passthroughBehavior", "requestTemplates", "responses", "timeoutInMillis"}
	forwardMembers = append(proxyMembers[api.HTTP], "requestTemplates", "responses")
	restEffectless = []string{"cacheNamespace", "cacheKeyParameters", "contentHandling", "responseTransferMode"}
)

// integration returns nil for what is not built here.
func (r *reader) integration(p place, op *openapi3.Operation) api.Integration {
	extension, ok := op.Extensions[integrationExtension]
	if !ok {
		r.fail(p, api.ErrDefinition, "no %s", integrationExtension)
		return nil
	}
	p = p.in(integrationExtension)
	if r.AsImported {
		r.dropMembers(p, extension)
	}
	var in integrationObject
	if !r.decode(p, extension, &in) {
		return nil
	}
	switch {
	case in.Subtype != "" && r.AsImported:
		return r.skip(p.in("integrationSubtype"), "integration with "+in.Subtype)
	case in.Connection != "" && in.Connection != "INTERNET":
		return r.skip(p.in("connectionType"), "integration by "+in.Connection)
	case in.Type == "http_proxy", in.Type == "http" && r.Kind == api.REST:
		r.members(p, in.Type, extension, forwardMembers)
		return r.forward(p, in)
	case in.Type == "aws_proxy":
		r.members(p, in.Type, extension, proxyMembers[r.Kind])
		return r.proxy(p, in)
	case in.Type == "mock" && r.Kind == api.REST:
		r.members(p, in.Type, extension, mockMembers)
		return r.mock(p, in, op)
	case in.Type == "aws":
		r.fail(p.in("type"), api.ErrUnsupported, "integration type %q, with VTL mapping templates", in.Type)
	default:
		r.fail(p.in("type"), api.ErrUnsupported, "integration type %q", in.Type)
	}
	return nil
}

// skip reads nothing of an integration that is not built here.
func (r *reader) skip(p place, what string) api.Integration {
	r.unbuilt(p, "%s: calls of this route fail", what)
	return &api.Unbuilt{What: what}
}

func (r *reader) members(p place, of string, extension any, taken []string) {
	for member := range document.Members(extension) {
		switch {
		case member == "type", slices.Contains(taken, member):
		case r.Kind == api.REST && slices.Contains(restEffectless, member):
			r.ignore(p.in(member), "%s", member)
		default:
			r.unbuilt(p.in(member), "%s on an integration of type %s", member, of)
		}
	}
}

func (r *reader) proxy(p place, in integrationObject) *api.Proxy {
	proxy := &api.Proxy{
		Function: r.function(p.in("uri"), in.URI), Method: in.Method, Timeout: time.Duration(in.Timeout) * time.Millisecond,
	}
	if r.Kind == api.REST {
		proxy.Mappings = r.requestMappings(p.in("requestParameters"), in.RequestParameters)
		return proxy
	}
	if proxy.Payload = in.Payload; in.Payload != "1.0" && in.Payload != "2.0" {
		r.fail(p.in("payloadFormatVersion"), api.ErrDefinition, "payloadFormatVersion: want 1.0 or 2.0")
	}
	proxy.Request, proxy.Response = r.requestChanges(p, in), r.responseChanges(p, in)
	return proxy
}

// invocation is the uri by which API Gateway calls a function, with an alias or a
// version behind its name or without. HTTP APIs take the function's ARN as well.
var (
	invocation = regexp.MustCompile(`^arn:[^:]+:apigateway:[^:]+:lambda:path/20[0-9-]+/functions/(.+)/(response-streaming-)?invocations$`)
	function   = regexp.MustCompile(`^arn:[^:]+:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)(:[A-Za-z0-9$_-]+)?$`)
	bareName   = regexp.MustCompile(`^[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$`)
)

func (r *reader) function(p place, uri string) api.Function {
	uri = r.stageVariables(p, uri)
	arn := uri
	if m := invocation.FindStringSubmatch(uri); m != nil {
		if arn = m[1]; m[2] != "" {
			r.unbuilt(p, "response streaming: the answer is sent as a whole")
		}
	} else if r.Kind == api.REST {
		arn = ""
	}
	if r.AsImported && bareName.MatchString(arn) { // Lambda takes it as well
		arn = "arn:" + r.Partition + ":lambda:" + r.Region + ":" + r.Account + ":function:" + arn
	}
	m := function.FindStringSubmatch(arn)
	if m == nil {
		r.fail(p, api.ErrUnsupported, "uri is not the invocation of a Lambda function")
		return api.Function{}
	}
	if r.HasFunction != nil && !r.HasFunction(m[1]) {
		r.fail(p, api.ErrNoFunction, "%s", m[1])
	}
	return api.Function{Name: m[1], ARN: arn}
}
