package gateway

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	// maxHeaderBytes bounds all header names and values together, and
	// maxBodyBytes a body.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
	maxHeaderBytes = 10240
	maxBodyBytes   = 10 << 20
)

// A call is one request on its way through the stages; each adds what it found.
type call struct {
	http       *http.Request
	writer     http.ResponseWriter
	id         string
	extendedID string
	traceID    string
	start      time.Time

	path     string            // by route: the one that functions see
	resource string            // by route: the path's template, also if it lacks the method
	route    *route            // by route; nil if none matched
	params   map[string]string // by route
	auth     *authorization    // by authorize; nil without an authorizer
	body     []byte            // by readBody

	authorizerCall  FunctionCall // by authorize
	integrationCall FunctionCall // by the integration
	decision        string       // by authorize: the request id of the invocation that decided; empty if none did
}

func (g *Gateway) newCall(w http.ResponseWriter, r *http.Request) *call {
	now := g.Now()
	return &call{
		http:       r,
		writer:     w,
		id:         uuid.NewString(),
		extendedID: rand.Text()[:15] + "=",
		traceID:    newTrace(r.Header.Get("X-Amzn-Trace-Id"), now),
		start:      now,
	}
}

// rawPath is the request's path as sent.
func (c *call) rawPath() string { return c.http.URL.EscapedPath() }

// query is split at semicolons as well as at ampersands. What is not
// percent-encoded as it must be is left out [?].
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func (c *call) query() url.Values {
	values, _ := url.ParseQuery(strings.ReplaceAll(c.http.URL.RawQuery, ";", "&"))
	return values
}

// sourceIP is the address of the peer: nothing that the client says counts.
func (c *call) sourceIP() string {
	host, _, err := net.SplitHostPort(c.http.RemoteAddr)
	if err != nil {
		return c.http.RemoteAddr
	}
	return host
}

// mediaType is the request's content type without parameters. The service
// takes a body without a type for JSON.
func (c *call) mediaType() string {
	t, _, _ := strings.Cut(c.http.Header.Get("Content-Type"), ";")
	return cmp.Or(strings.ToLower(strings.TrimSpace(t)), "application/json")
}

// readBody reads the body once.
func (c *call) readBody() *fault {
	if c.body != nil {
		return nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.writer, c.http.Body, maxBodyBytes))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return &fault{reason: bodyTooLarge, layer: LayerGateway}
	}
	if err != nil {
		return badBody("the body ended early")
	}
	c.body = body
	return nil
}

// limits holds the request to what any API takes. That a body is too large is known
// before the authorizer is asked if the client tells its length [I].
func (c *call) limits() *fault {
	if c.http.ContentLength > maxBodyBytes {
		return &fault{reason: bodyTooLarge, layer: LayerGateway}
	}
	if headerBytes(c.http) > maxHeaderBytes {
		return &fault{reason: headersTooLarge, layer: LayerGateway}
	}
	return nil
}

func headerBytes(r *http.Request) int {
	n := len(r.Host)
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	return n
}

var traceForms = map[string]*regexp.Regexp{
	"Root":    regexp.MustCompile(`^1-[0-9a-f]{8}-[0-9a-f]{24}$`),
	"Parent":  regexp.MustCompile(`^[0-9a-f]{16}$`),
	"Sampled": regexp.MustCompile(`^[01]$`),
}

// newTrace is a request's name in X-Ray. As recorded of the service, it has the
// client's Root and Parent if the client sent some, and a new Parent otherwise; what
// is not of their form is replaced [I].
//
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func newTrace(sent string, now time.Time) string {
	fields := map[string]string{}
	for field := range strings.SplitSeq(sent, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if form := traceForms[name]; form != nil && form.MatchString(value) {
			fields[name] = value
		}
	}
	sampled := "0"
	if fields["Parent"] != "" {
		sampled = "1" // [E]
	}
	root := cmp.Or(fields["Root"], fmt.Sprintf("1-%08x-%.12x", now.Unix(), rand.Text()))
	parent := cmp.Or(fields["Parent"], fmt.Sprintf("%.8x", rand.Text()))
	return "Root=" + root + ";Parent=" + parent + ";Sampled=" + cmp.Or(fields["Sampled"], sampled)
}

// rootOf is a trace's Root: HTTP APIs pass on only that.
func rootOf(trace string) string {
	root, _, _ := strings.Cut(trace, ";")
	return root
}
