package gateway

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// requestFields are what proxy events and REQUEST authorizers' events share, those
// of REST APIs and of HTTP APIs with payload 1.0. Empty maps are null, as the
// service sends them.
type requestFields struct {
	Resource       string              `json:"resource"`
	Path           string              `json:"path"`
	HTTPMethod     string              `json:"httpMethod"`
	Headers        map[string]string   `json:"headers"`
	MultiHeaders   map[string][]string `json:"multiValueHeaders,omitempty"`
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
	Version string `json:"version,omitempty"` // HTTP
	requestFields
	Body            *string `json:"body"`
	IsBase64Encoded bool    `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID         string          `json:"accountId"`
	APIID             string          `json:"apiId"`
	Authorizer        map[string]any  `json:"authorizer,omitempty"`
	DeploymentID      string          `json:"deploymentId,omitempty"` // REST
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

const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

// requestFields leaves to each front what it says of the path and the names in the
// context.
func (g *Gateway) requestFields(c *call, path string, header http.Header, query url.Values) requestFields {
	f := requestFields{
		Resource:       c.route.Path,
		Path:           path,
		HTTPMethod:     c.http.Method,
		Headers:        lastValues(header),
		MultiHeaders:   header,
		Query:          lastValues(query),
		PathParameters: c.params,
		StageVariables: g.api.Variables,
	}
	if len(query) > 0 {
		f.MultiQuery = query
	}
	if len(c.params) == 0 {
		f.PathParameters = nil
	}
	return f
}

func (g *Gateway) requestContext(c *call) requestContext {
	domain, prefix := domainOf(c.http)
	return requestContext{
		AccountID:         g.Account,
		APIID:             g.APIID,
		DomainName:        domain,
		DomainPrefix:      prefix,
		ExtendedRequestID: c.extendedID,
		HTTPMethod:        c.http.Method,
		Identity:          identityOf(c),
		Protocol:          c.http.Proto,
		RequestTime:       c.start.UTC().Format(requestTimeLayout),
		RequestTimeEpoch:  c.start.UnixMilli(),
		ResourcePath:      c.route.Path,
		Stage:             g.Stage,
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
