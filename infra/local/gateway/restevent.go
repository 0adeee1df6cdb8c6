package gateway

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// requestFields are what proxy events and REQUEST authorizers' events share.
// Empty maps are null, as the service sends them.
type requestFields struct {
	Resource       string              `json:"resource"`
	Path           string              `json:"path"`
	HTTPMethod     string              `json:"httpMethod"`
	Headers        map[string]string   `json:"headers"`
	MultiHeaders   map[string][]string `json:"multiValueHeaders"`
	Query          map[string]string   `json:"queryStringParameters"`
	MultiQuery     map[string][]string `json:"multiValueQueryStringParameters"`
	PathParameters map[string]string   `json:"pathParameters"`
	StageVariables map[string]string   `json:"stageVariables"`
	RequestContext requestContext      `json:"requestContext"`
}

// proxyEvent is a Lambda proxy integration's input.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
type proxyEvent struct {
	requestFields
	Body            *string `json:"body"`
	IsBase64Encoded bool    `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID         string          `json:"accountId"`
	APIID             string          `json:"apiId"`
	Authorizer        map[string]any  `json:"authorizer,omitempty"`
	DeploymentID      string          `json:"deploymentId"`
	DomainName        string          `json:"domainName"`
	DomainPrefix      string          `json:"domainPrefix"`
	ExtendedRequestID string          `json:"extendedRequestId"`
	HTTPMethod        string          `json:"httpMethod"`
	Identity          requestIdentity `json:"identity"`
	OperationName     string          `json:"operationName,omitempty"`
	Path              string          `json:"path"`
	Protocol          string          `json:"protocol"`
	RequestID         string          `json:"requestId"`
	RequestTime       string          `json:"requestTime"`
	RequestTimeEpoch  int64           `json:"requestTimeEpoch"` // ms
	ResourceID        string          `json:"resourceId"`
	ResourcePath      string          `json:"resourcePath"`
	Stage             string          `json:"stage"`
}

// requestIdentity has members that exist only behind IAM; otherwise they are null.
type requestIdentity struct {
	AccessKey                     *string `json:"accessKey"`
	AccountID                     *string `json:"accountId"`
	APIKey                        *string `json:"apiKey,omitempty"`
	Caller                        *string `json:"caller"`
	CognitoAuthenticationProvider *string `json:"cognitoAuthenticationProvider"`
	CognitoAuthenticationType     *string `json:"cognitoAuthenticationType"`
	CognitoIdentityID             *string `json:"cognitoIdentityId"`
	CognitoIdentityPoolID         *string `json:"cognitoIdentityPoolId"`
	PrincipalOrgID                *string `json:"principalOrgId"`
	SourceIP                      string  `json:"sourceIp"`
	User                          *string `json:"user"`
	UserAgent                     *string `json:"userAgent"`
	UserARN                       *string `json:"userArn"`
}

var errMethod = errors.New("gateway: Lambda is invoked with POST: the integration's httpMethod must be POST")

const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

func (s *rest) event(c *call, p *api.Proxy) (any, error) {
	if p.Method != http.MethodPost {
		return nil, errMethod
	}
	for _, m := range p.Mappings { // they set nothing, and must still be right
		if m.In == "header" && s.mapped(c, m) != "" && (isReserved(m.Name) || isReservedOfLambda(m.Name)) {
			return nil, fmt.Errorf("%w %s", errMapping, m.Name)
		}
	}
	e := proxyEvent{requestFields: s.requestFields(c)}
	e.RequestContext.Authorizer = c.auth.restContext()
	if len(c.body) == 0 {
		return e, nil
	}
	body := string(c.body)
	if slices.Contains(s.api.Binary, c.mediaType()) || slices.Contains(s.api.Binary, "*/*") {
		body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(c.body), true
	}
	e.Body = &body
	return e, nil
}

func (s *rest) requestFields(c *call) requestFields {
	headers, query := s.headers(c), c.query()
	f := requestFields{
		Resource:       c.route.Path,
		Path:           c.path,
		HTTPMethod:     c.http.Method,
		Headers:        lastValues(headers),
		MultiHeaders:   headers,
		Query:          lastValues(query),
		PathParameters: c.params,
		StageVariables: s.api.Variables,
		RequestContext: s.requestContext(c),
	}
	if len(query) > 0 {
		f.MultiQuery = query
	}
	if len(c.params) == 0 {
		f.PathParameters = nil
	}
	return f
}

func (s *rest) context(c *call) any { return s.requestContext(c) }

func (s *rest) requestContext(c *call) requestContext {
	host, prefix := domainOf(c.http)
	return requestContext{
		AccountID:         s.Account,
		APIID:             s.APIID,
		DeploymentID:      resourceID(s.Stage),
		DomainName:        host,
		DomainPrefix:      prefix,
		ExtendedRequestID: c.extendedID,
		HTTPMethod:        c.http.Method,
		Identity:          identityOf(c),
		OperationName:     c.route.Name,
		Path:              "/" + s.Stage + c.rawPath(),
		Protocol:          c.http.Proto,
		RequestID:         c.id,
		RequestTime:       c.start.UTC().Format(requestTimeLayout),
		RequestTimeEpoch:  c.start.UnixMilli(),
		ResourceID:        c.route.id,
		ResourcePath:      c.route.Path,
		Stage:             s.Stage,
	}
}

func identityOf(c *call) requestIdentity {
	identity := requestIdentity{SourceIP: c.sourceIP(), APIKey: c.apiKey()}
	if agent := c.http.UserAgent(); agent != "" {
		identity.UserAgent = &agent
	}
	c.auth.identify(&identity)
	return identity
}

// domainOf returns the domain that was asked for, and its first label.
func domainOf(r *http.Request) (domain, prefix string) {
	domain = r.Host
	if host, _, err := net.SplitHostPort(domain); err == nil {
		domain = host
	}
	prefix, _, _ = strings.Cut(domain, ".")
	return domain, prefix
}

// hopByHop headers end at the gateway, as Content-Length does.
var hopByHop = []string{"Connection", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// withheld headers never reach an integration, as recorded of the service.
var withheld = []string{"Content-Md5", "Expect", "Max-Forwards", "Server", "Www-Authenticate"}

// capitalized headers have the same name in every event, however the client wrote
// it: those that the gateway sets, and two that recorded events show so.
var capitalized = []string{"Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "Authorization", "User-Agent"}

// headers are the client's, with what a gateway in the cloud adds. Names are in
// lower case, as HTTP/2 clients send them (RFC 9113, section 8.2.1) and the service
// hands them on: a function that looks only for Content-Type fails here too.
func (s *rest) headers(c *call) http.Header {
	h := make(http.Header)
	for name, values := range c.http.Header {
		switch {
		case slices.Contains(hopByHop, name), slices.Contains(withheld, name):
		case slices.Contains(capitalized, name):
			h[name] = slices.Clone(values)
		default:
			h[strings.ToLower(name)] = values
		}
	}
	h.Set("Host", c.http.Host)
	h.Set("X-Amzn-Trace-Id", c.traceID)
	h.Set("X-Forwarded-For", strings.Join(append(h.Values("X-Forwarded-For"), c.sourceIP()), ", "))
	h.Set("X-Forwarded-Port", "443")
	h.Set("X-Forwarded-Proto", "https")
	return h
}

// lastValues keeps the last of several values, as the service does.
func lastValues(m map[string][]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	last := make(map[string]string, len(m))
	for name, values := range m {
		last[name] = values[len(values)-1]
	}
	return last
}
