package gateway

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// httpAPI is how an HTTP API does it.
type httpAPI struct{ *Gateway }

// route looks by the decoded path [I]. A preflight request is answered here if
// the API has CORS settings and no route that takes it.
func (h *httpAPI) route(c *call) (*answer, *fault) {
	path, err := decodePath(c.http.URL.Path)
	if err != nil {
		return nil, &fault{reason: badRequest, layer: LayerGateway}
	}
	c.path = h.prefix() + path
	switch {
	case h.find(c, path):
		return nil, nil
	case h.fallback != nil:
		c.route, c.resource = h.fallback, api.Default
		return nil, nil
	case h.api.CORS != nil && isPreflight(c.http):
		return h.preflight(c), nil
	}
	return nil, &fault{reason: noRoute, layer: LayerGateway}
}

// prefix is what a stage with a name puts before every path that functions see.
func (h *httpAPI) prefix() string {
	if h.Stage == api.Default {
		return ""
	}
	return "/" + h.Stage
}

// decodePath decodes a path that was decoded once up to a question mark, and again,
// as recorded of the service.
func decodePath(once string) (string, error) {
	once, _, _ = strings.Cut(once, "?")
	return url.PathUnescape(once)
}

// httpErrors are what an HTTP API says. Those of requests that are too large, of a
// bad path and of a timeout are inference [I].
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
var httpErrors = map[reason]struct {
	status  int
	message string
}{
	badRequest:       {400, "Bad Request"},
	noRoute:          {404, "Not Found"},
	unauthorized:     {401, "Unauthorized"},
	explicitlyDenied: {403, "Forbidden"},
	implicitlyDenied: {403, "Forbidden"},
	forbidden:        {403, "Forbidden"},
	badAuthorizer:    {500, "Internal Server Error"},
	misfitBody:       {400, "Bad Request"},
	badFunction:      {500, "Internal Server Error"},
	badEncoding:      {500, "Internal Server Error"},
	misconfigured:    {500, "Internal Server Error"},
	functionTimedOut: {503, "Service Unavailable"},
	badBackend:       {503, "Service Unavailable"},
	bodyTooLarge:     {413, "Request Entity Too Large"},
	eventTooLarge:    {413, "Request Entity Too Large"},
	headersTooLarge:  {431, "Request Header Fields Too Large"},
}

func (h *httpAPI) refuse(f *fault, c *call) *answer {
	e := httpErrors[f.reason]
	body := `{"message":` + text.Quote(e.message) + `}`
	a := &answer{status: e.status, header: http.Header{}, body: []byte(body), layer: f.layer}
	defaultType(a.header)
	if f.challenge != "" {
		a.header.Set("Www-Authenticate", f.challenge)
	}
	h.allow(a.header, c)
	return a
}

func (h *httpAPI) stamp(header http.Header, _ *answer, c *call) {
	header.Set("Apigw-Requestid", c.extendedID)
}

// preflight answers what a page may send.
func (h *httpAPI) preflight(c *call) *answer {
	a := &answer{status: http.StatusNoContent, header: http.Header{}, layer: LayerGateway}
	if h.allow(a.header, c) {
		cors := h.api.CORS
		list := func(name string, values []string) {
			if len(values) > 0 {
				a.header.Set(name, strings.Join(values, ","))
			}
		}
		list("Access-Control-Allow-Methods", cors.Methods)
		list("Access-Control-Allow-Headers", cors.Headers)
		if cors.MaxAge > 0 {
			a.header.Set("Access-Control-Max-Age", strconv.Itoa(int(cors.MaxAge.Seconds())))
		}
	}
	return a
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// allow puts the CORS settings in place of what an integration said of them, and
// tells whether the request's origin is an allowed one.
func (h *httpAPI) allow(header http.Header, c *call) bool {
	cors := h.api.CORS
	if cors == nil {
		return false
	}
	for name := range header {
		if strings.HasPrefix(name, "Access-Control-") {
			header.Del(name)
		}
	}
	origin := cors.Allows(c.http.Header.Get("Origin"))
	if origin == "" {
		return false
	}
	header.Set("Access-Control-Allow-Origin", origin)
	if cors.Credentials {
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if len(cors.Expose) > 0 {
		header.Set("Access-Control-Expose-Headers", strings.Join(cors.Expose, ","))
	}
	return true
}
