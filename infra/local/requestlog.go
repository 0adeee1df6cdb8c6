package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/notegate/notegate/infra/local/gateway"
)

// observe adds why the authorizer refused, and why a function failed.
func (s *system) observe(e gateway.Exchange) {
	line := requestLine{Exchange: e}
	switch e.Layer {
	case gateway.LayerAuthorizer:
		line.reason = s.reasons.of(e.Decision)
		line.cause = s.causes.of(e.AuthorizerCall.RequestID)
	case gateway.LayerFunction:
		line.cause = s.causes.of(e.IntegrationCall.RequestID)
	}
	s.answered(line)
}

// requestsTo logs one line per request: what was asked, which layer answered, and
// why. With fold, a preflight is a word on its request's line.
func requestsTo(log *slog.Logger, fold bool) func(requestLine) {
	var preflights preflights
	return func(line requestLine) {
		if fold {
			var show bool
			if line, show = preflights.fold(line); !show {
				return
			}
		}
		level := slog.LevelInfo
		if line.Err != nil {
			level = slog.LevelWarn
		}
		log.LogAttrs(context.Background(), level, "request", slog.Any("", line)) // without a key its members are top-level
	}
}

// A requestLine is a request as the log shows it: to machines its members, to a
// person one line of columns.
type requestLine struct {
	gateway.Exchange
	reason    string // why the authorizer refused, in the gate's codes; see refusal for the others
	cause     string // why a function failed, in its own log's words, which has no line then
	preflight bool   // its preflight has no line of its own
	detailed  bool   // shows a person who was asked and called
}

func (l requestLine) LogValue() slog.Value {
	failure := ""
	if l.Err != nil {
		failure = l.Err.Error()
	}
	return slog.GroupValue(
		slog.String("request_id", l.RequestID),
		slog.String("method", l.Method),
		slog.String("route", l.route()),
		slog.Int("status", l.Status),
		slog.String("answered_by", string(l.Layer)),
		slog.Bool("cached", l.Cached),
		slog.Float64("latency_ms", inMilliseconds(l.Latency)),
		unlessEmpty("authorizer", l.Authorizer),
		callAttr("asked", l.AuthorizerCall),
		callAttr("called", l.IntegrationCall),
		unlessEmpty("reason", l.refusal()),
		unlessEmpty("response", l.Response),
		unlessEmpty("error", failure),
	)
}

// unlessEmpty is the member with this text; slog leaves out the zero Attr.
func unlessEmpty(key, text string) slog.Attr {
	if text == "" {
		return slog.Attr{}
	}
	return slog.String(key, text)
}

// text is the line for a person.
func (l requestLine) text(paint painter) string {
	line := fmt.Sprintf("%-7s %-*s %s  %-10s %7.1f ms", l.Method, routeColumn, shortened(l.route(), routeColumn), paint(statusColour(l.Status), fmt.Sprint(l.Status)), l.Layer, inMilliseconds(l.Latency))
	switch {
	case l.detailed:
		line += l.details()
	case l.Cached:
		line += "  policy cached"
	}
	if l.preflight {
		line += "  after a preflight"
	}
	if why := l.why(); why != "" {
		line += "  " + paint(bold, why)
	}
	return line
}

// why puts the best explanation there is into a few words.
func (l requestLine) why() string {
	switch {
	case l.cause != "":
		return l.cause
	case l.refusal() != "":
		return l.refusal()
	case l.Err != nil:
		return l.Err.Error()
	case l.Response == "UNAUTHORIZED" && l.Layer == gateway.LayerAuthorizer:
		return "the authorizer's answer was Unauthorized"
	}
	return cmp.Or(explained[l.Response], l.Response)
}

// explained are the gateway's own responses in a person's words.
var explained = map[string]string{
	"UNAUTHORIZED":                 "no token, or a header that cannot hold one",
	"MISSING_AUTHENTICATION_TOKEN": "no such route",
	"DEFAULT_4XX":                  "no such route",
	"ACCESS_DENIED":                "the policy does not open this route",
	"INVALID_API_KEY":              "no API key, or one that the API does not take",
	"BAD_REQUEST_PARAMETERS":       "a required parameter is missing",
	"REQUEST_TOO_LARGE":            tooLarge,
	"BAD_REQUEST_BODY":             "the body does not fit the model",
}

// refusal is the reason if neither a gateway response nor an error has one: the
// gate's code, the function's message, or the limit of API Gateway that was
// exceeded. Otherwise it is empty.
func (l requestLine) refusal() string {
	switch {
	case l.reason != "":
		return l.reason
	case l.Layer == gateway.LayerAuthorizer && l.Message != "":
		return l.Message
	case l.Response != "" || l.Err != nil || l.Status < 400:
		return ""
	case l.Layer == gateway.LayerFunction && l.Message != "":
		return l.Message
	case l.Layer == gateway.LayerFunction:
		return http.StatusText(l.Status)
	}
	return exceeded[l.Status]
}

// exceeded are the limits of API Gateway, by the status that it answers beyond them.
var exceeded = map[int]string{
	http.StatusRequestEntityTooLarge:       tooLarge,
	http.StatusRequestURITooLong:           "the path exceeds the longest method ARN",
	http.StatusRequestHeaderFieldsTooLarge: "the headers exceed API Gateway's limit",
}

const tooLarge = "the body exceeds the limit of API Gateway or Lambda"

const (
	maxSegment  = 60 // bytes of an unknown path that the log shows
	routeColumn = 28 // characters
)

var firstSegment = regexp.MustCompile(`^/?[^/]*`)

// route is the template of the path, without the ids in it: by default a note's
// id is its first line. Of a path that the API does not have, it is the first
// segment, which shows a typing error and holds no id.
func (l requestLine) route() string {
	if l.Resource != "" {
		return l.Resource
	}
	first := firstSegment.FindString(l.Path)
	rest := ""
	if first != l.Path {
		rest = "/..."
	}
	if len(first) > maxSegment {
		first, rest = first[:maxSegment], "..."
	}
	return readable(first) + rest
}

// readable decodes a segment for people, unless something in it could move the
// cursor.
func readable(segment string) string {
	decoded, err := url.PathUnescape(segment)
	if err != nil || !utf8.ValidString(decoded) || strings.ContainsFunc(decoded, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return segment
	}
	return decoded
}

// shortened is the text in at most so many characters.
func shortened(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

func statusColour(status int) colour {
	switch {
	case status < 400:
		return green
	case status < 500:
		return yellow
	}
	return red
}

// details say who decided about a request and who served it.
func (l requestLine) details() string {
	text := ""
	if l.Authorizer != "" {
		text = "  " + l.Authorizer + " " + l.consulted()
	}
	if l.IntegrationCall.Name != "" {
		text += "  " + took(l.IntegrationCall)
	}
	return text
}

// consulted says how the authorizer came to its answer.
func (l requestLine) consulted() string {
	switch {
	case l.Cached:
		return "cached"
	case l.AuthorizerCall.Name != "":
		return "asked (" + took(l.AuthorizerCall) + ")"
	case l.Layer == gateway.LayerGateway && l.Response == "UNAUTHORIZED":
		return "not asked"
	}
	return "decided"
}

func took(c gateway.FunctionCall) string {
	temperature := "warm"
	if c.Cold {
		temperature = "cold"
	}
	return fmt.Sprintf("%s %.1f ms %s", c.Name, inMilliseconds(c.Duration), temperature)
}

// callAttr are the details of a call for programs, if there was one.
func callAttr(role string, c gateway.FunctionCall) slog.Attr {
	if c.Name == "" {
		return slog.Attr{}
	}
	return slog.Group(role, slog.String("function", c.Name), slog.Float64("ms", inMilliseconds(c.Duration)), slog.Bool("cold", c.Cold))
}

func inMilliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}
