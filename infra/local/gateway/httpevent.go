package gateway

import (
	"encoding/base64"
	"encoding/json"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// An event2 is the input of an integration with payload 2.0. What is empty is not
// there, as the service leaves it out.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type event2 struct {
	Version string `json:"version"`
	fields2
	Body     string `json:"body,omitempty"`
	IsBase64 bool   `json:"isBase64Encoded"`
}

// fields2 are what integrations and authorizers with payload 2.0 share.
type fields2 struct {
	RouteKey       string            `json:"routeKey"`
	RawPath        string            `json:"rawPath"`
	RawQuery       string            `json:"rawQueryString"`
	Cookies        []string          `json:"cookies,omitempty"`
	Headers        map[string]string `json:"headers"`
	Query          map[string]string `json:"queryStringParameters,omitempty"`
	Context        context2          `json:"requestContext"`
	PathParameters map[string]string `json:"pathParameters,omitempty"`
	Variables      map[string]string `json:"stageVariables,omitempty"`
}

type context2 struct {
	AccountID    string         `json:"accountId"`
	APIID        string         `json:"apiId"`
	Authorizer   map[string]any `json:"authorizer,omitempty"`
	DomainName   string         `json:"domainName"`
	DomainPrefix string         `json:"domainPrefix"`
	HTTP         http2          `json:"http"`
	RequestID    string         `json:"requestId"`
	RouteKey     string         `json:"routeKey"`
	Stage        string         `json:"stage"`
	Time         string         `json:"time"`
	TimeEpoch    int64          `json:"timeEpoch"` // ms
}

type http2 struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

func (h *httpAPI) event(c *call, p *api.Proxy) (any, error) {
	request := h.request(c)
	h.mapRequest(request, c, p.Request)
	body, isBase64 := string(c.body), false
	if len(c.body) > 0 && !isText(request.header.Get("Content-Type")) {
		body, isBase64 = base64.StdEncoding.EncodeToString(c.body), true
	}
	if p.Payload == "2.0" {
		return event2{Version: "2.0", fields2: h.fields2(c, request), Body: body, IsBase64: isBase64}, nil
	}
	e := proxyEvent{Version: "1.0", requestFields: h.fields1(c, request), IsBase64Encoded: isBase64}
	if len(c.body) > 0 {
		e.Body = &body
	}
	e.RequestContext.Authorizer = c.auth.context1()
	return e, nil
}

// fields1 are those of payload 1.0. That header names are in canonical form is
// inference [I].
func (h *httpAPI) fields1(c *call, r *httpRequest) requestFields {
	f := h.requestFields(c, r.path, r.header, r.query)
	f.RequestContext = h.requestContext(c)
	f.RequestContext.Path, f.RequestContext.RequestID, f.RequestContext.ResourceID = r.path, c.extendedID, c.route.Key()
	return f
}

func (h *httpAPI) fields2(c *call, r *httpRequest) fields2 {
	f := fields2{
		RouteKey: c.route.Key(), RawPath: r.path, RawQuery: r.rawQuery, Cookies: r.cookies(), Headers: r.lower(), Query: r.joined(),
		Context: h.context2(c), PathParameters: c.params, Variables: h.api.Variables,
	}
	f.Context.HTTP.Path = r.path
	return f
}

func (h *httpAPI) context2(c *call) context2 {
	domain, prefix := domainOf(c.http)
	return context2{
		AccountID: h.Account, APIID: h.APIID, Authorizer: c.auth.context2(), DomainName: domain, DomainPrefix: prefix,
		HTTP:      http2{Method: c.http.Method, Path: c.path, Protocol: c.http.Proto, SourceIP: c.sourceIP(), UserAgent: c.http.UserAgent()},
		RequestID: c.extendedID, RouteKey: c.route.Key(), Stage: h.Stage, Time: c.start.UTC().Format(requestTimeLayout), TimeEpoch: c.start.UnixMilli(),
	}
}

// context is a context2 with the names that identity sources use.
func (h *httpAPI) context(c *call) any {
	text, _ := json.Marshal(h.context2(c)) // strings and numbers always marshal
	members := map[string]any{}
	_ = json.Unmarshal(text, &members)
	members["timeEpoch"] = c.start.UnixMilli()
	members["httpMethod"], members["path"], members["protocol"] = c.http.Method, c.path, c.http.Proto
	members["authorizer"] = c.auth.context1()
	members["identity"] = map[string]any{"sourceIp": c.sourceIP(), "userAgent": c.http.UserAgent()}
	return members
}
