package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/notegate/notegate/infra/local/gateway"
)

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
