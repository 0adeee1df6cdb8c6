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
	ctx, cancel := context.WithTimeout(c.http.Context(), cmp.Or(f.Timeout, g.IntegrationTimeout))
	defer cancel()
	out, err := g.front.outgoing(c, f.Forward)
	if err != nil {
		return nil, badSetting(err)
	}
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
		return nil, backendFailed(errors.New("its response exceeds API Gateway's limit"))
	}
	for _, name := range hopByHop {
		response.Header.Del(name)
	}
	a, err := g.front.incoming(c, f.Forward, &answer{status: response.StatusCode, header: response.Header, body: body, layer: LayerBackend})
	if err != nil {
		return nil, badSetting(err)
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
	return nil, badSetting(fmt.Errorf("%w: %s", api.ErrUnsupported, u.What))
}
