package gateway

// An event1 is the input of an integration with payload 1.0. Unlike payload 2.0 it
// has null for what is empty. That header names are in canonical form is inference
// [I].
type event1 struct {
	Version string `json:"version"`
	fields1
	Body     *string `json:"body"`
	IsBase64 bool    `json:"isBase64Encoded"`
}

// fields1 are what integrations and authorizers with payload 1.0 share.
type fields1 struct {
	Resource       string              `json:"resource"`
	Path           string              `json:"path"`
	HTTPMethod     string              `json:"httpMethod"`
	Headers        map[string]string   `json:"headers"`
	MultiHeaders   map[string][]string `json:"multiValueHeaders,omitempty"`
	Query          map[string]string   `json:"queryStringParameters"`
	MultiQuery     map[string][]string `json:"multiValueQueryStringParameters"`
	Context        context1            `json:"requestContext"`
	PathParameters map[string]string   `json:"pathParameters"`
	Variables      map[string]string   `json:"stageVariables"`
}

type context1 struct {
	AccountID         string          `json:"accountId"`
	APIID             string          `json:"apiId"`
	Authorizer        map[string]any  `json:"authorizer,omitempty"`
	DomainName        string          `json:"domainName"`
	DomainPrefix      string          `json:"domainPrefix"`
	ExtendedRequestID string          `json:"extendedRequestId"`
	HTTPMethod        string          `json:"httpMethod"`
	Identity          requestIdentity `json:"identity"`
	Path              string          `json:"path"`
	Protocol          string          `json:"protocol"`
	RequestID         string          `json:"requestId"`
	RequestTime       string          `json:"requestTime"`
	RequestTimeEpoch  int64           `json:"requestTimeEpoch"` // ms
	ResourceID        string          `json:"resourceId"`
	ResourcePath      string          `json:"resourcePath"`
	Stage             string          `json:"stage"`
}

func (h *httpAPI) fields1(c *call, r *httpRequest) fields1 {
	domain, prefix := domainOf(c.http)
	f := fields1{
		Resource: c.route.Path, Path: r.path, HTTPMethod: c.http.Method, Headers: lastValues(r.header), MultiHeaders: r.header,
		Query: lastValues(r.query), PathParameters: c.params, Variables: h.api.Variables,
		Context: context1{
			AccountID: h.Account, APIID: h.APIID, DomainName: domain, DomainPrefix: prefix,
			ExtendedRequestID: c.extendedID, HTTPMethod: c.http.Method, Identity: identityOf(c), Path: r.path, Protocol: c.http.Proto,
			RequestID: c.extendedID, RequestTime: c.start.UTC().Format(requestTimeLayout), RequestTimeEpoch: c.start.UnixMilli(),
			ResourceID: c.route.Key(), ResourcePath: c.route.Path, Stage: h.Stage,
		},
	}
	if len(r.query) > 0 {
		f.MultiQuery = r.query
	}
	if len(c.params) == 0 {
		f.PathParameters = nil
	}
	return f
}
