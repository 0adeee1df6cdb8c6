package gateway

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// A forward hands the request to an HTTP backend.
type forward struct {
	*api.Forward
	client *http.Client
}

func newForward(f *api.Forward) *forward {
	return &forward{f, &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableCompression: true, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // these are the client's to follow
	}}
}

var errBackend = errors.New("gateway: HTTP backend")

func (f *forward) answer(g *Gateway, c *call) (*answer, *fault) {
	ctx, cancel := context.WithTimeout(c.http.Context(), cmp.Or(f.Timeout, g.integrationTimeout()))
	defer cancel()
	out := g.front.outgoing(c, f.Forward)
	method := f.Method
	if method == api.Any {
		method = c.http.Method
	}
	request, err := http.NewRequestWithContext(ctx, method, out.url, bytes.NewReader(c.body))
	if err != nil {
		return nil, backendFailed(err)
	}
	request.Header = out.header
	response, err := f.client.Do(request)
	var body []byte
	if err == nil {
		defer response.Body.Close()
		body, err = io.ReadAll(io.LimitReader(response.Body, maxBodyBytes+1))
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &fault{reason: functionTimedOut, layer: LayerBackend, cause: fmt.Errorf("%w: no answer in time", errBackend)}
	case err != nil:
		return nil, backendFailed(err)
	case len(body) > maxBodyBytes:
		return nil, backendFailed(errors.New("its answer is larger than API Gateway hands on"))
	}
	for _, name := range hopByHop {
		response.Header.Del(name)
	}
	a, err := g.front.incoming(c, f.Forward, &answer{status: response.StatusCode, header: response.Header, body: body, layer: LayerBackend})
	if err != nil {
		return nil, &fault{reason: misconfigured, layer: LayerGateway, cause: err}
	}
	return a, nil
}

func backendFailed(cause error) *fault {
	return &fault{reason: badBackend, layer: LayerBackend, cause: fmt.Errorf("%w: %w", errBackend, cause)}
}

// outgoing is a request as the backend gets it, except its body, which is the
// client's.
type outgoing struct {
	url    string
	header http.Header
}

var urlVariable = regexp.MustCompile(`\{([^{}+]+)\+?\}`)

// fill puts values into a URL's variables.
func fill(url string, value func(name string) string) string {
	return urlVariable.ReplaceAllStringFunc(url, func(match string) string {
		return value(urlVariable.FindStringSubmatch(match)[1])
	})
}

// withQuery adds a query to a URL, which may have one.
func withQuery(url, query string) string {
	switch {
	case query == "":
		return url
	case strings.Contains(url, "?"):
		return url + "&" + query
	}
	return url + "?" + query
}

// An unbuilt integration fails each call.
type unbuilt struct{ *api.Unbuilt }

func (u *unbuilt) answer(*Gateway, *call) (*answer, *fault) {
	return nil, &fault{reason: misconfigured, layer: LayerGateway, cause: fmt.Errorf("%w: %s", ErrUnsupported, u.What)}
}

// outgoing of a REST API: everything with http_proxy, what is mapped with http, and
// the media types with both.
func (s *rest) outgoing(c *call, f *api.Forward) *outgoing {
	header, query := http.Header{}, ""
	for name, values := range c.http.Header {
		if f.Whole && !slices.Contains(hopByHop, name) || name == "Content-Type" || name == "Accept" {
			header[name] = values
		}
	}
	if f.Whole {
		query = c.http.URL.RawQuery
	}
	header.Set("X-Amzn-Apigateway-Api-Id", s.APIID)
	header.Set("X-Amzn-Trace-Id", c.traceID)
	variables := map[string]string{}
	mapped := map[string][]string{}
	for _, m := range f.Mappings {
		value := s.mapped(c, m)
		switch {
		case m.In == "path":
			variables[m.Name] = value
		case value == "":
		case m.In == "header":
			header.Set(m.Name, value)
		default:
			mapped[m.Name] = []string{value}
		}
	}
	url := fill(f.URL, func(name string) string { return cmp.Or(variables[name], c.params[name]) })
	return &outgoing{withQuery(withQuery(url, query), encode(mapped)), header}
}

// mapped is what a mapping of the request gives.
func (s *rest) mapped(c *call, m api.Mapping) string {
	switch m.From.In {
	case "":
		return m.Text
	case "path":
		return c.params[m.From.Name]
	case "stageVariables":
		return s.api.Variables[m.From.Name]
	case "context":
		if name, ok := strings.CutPrefix(m.From.Name, "authorizer."); ok {
			return valueAt(c.auth.restContext(), name)
		}
		return s.contextValue(c, m.From.Name)
	}
	return c.last(m.From, c.query())
}

// incoming of a REST API: the answer as it is with http_proxy, and what the
// responses say with http.
func (s *rest) incoming(c *call, f *api.Forward, from *answer) (*answer, error) {
	to := &answer{status: from.status, header: http.Header{}, body: from.body, layer: from.layer}
	if f.Whole {
		for name, values := range from.header {
			if slices.Contains(remapped, name) {
				name = "x-amzn-Remapped-" + name
			}
			to.header[http.CanonicalHeaderKey(name)] = values
		}
		return to, nil
	}
	for _, r := range f.Responses {
		if r.Pattern != nil && !r.Pattern.MatchString(fmt.Sprint(from.status)) {
			continue
		}
		to.status = r.Status
		to.header.Set("Content-Type", from.header.Get("Content-Type"))
		for _, m := range r.Header {
			value := m.Text
			switch m.From.In {
			case "header":
				value = from.header.Get(m.From.Name)
			case "context", "stageVariables":
				value = s.mapped(c, m)
			}
			if value != "" {
				to.header.Set(m.Name, value)
			}
		}
		defaultType(to.header)
		return to, nil
	}
	return nil, fmt.Errorf("%w: no integration response for status %d", errBackend, from.status)
}

// outgoing of an HTTP API is the request after its parameter mapping. A path that
// is overwritten replaces the URL's.
func (h *httpAPI) outgoing(c *call, f *api.Forward) *outgoing {
	r := h.request(c)
	before := r.path
	h.mapRequest(r, c, f.Request)
	r.header.Del("Host")
	target := fill(f.URL, func(name string) string { return escapePath(c.params[name]) })
	if r.path != before {
		target = replacePath(target, r.path)
	}
	return &outgoing{withQuery(target, r.rawQuery), r.header}
}

func (h *httpAPI) incoming(c *call, f *api.Forward, from *answer) (*answer, error) {
	h.mapResponse(from, c, f.Response[from.status])
	return from, nil
}
