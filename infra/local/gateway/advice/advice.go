// Package advice finds what API Gateway takes in a definition although it is
// usually a mistake, and what it would refuse although it could be served.
package advice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// Of returns what there is to say about an API. Each finding is an
// [api.Finding.Advice].
func Of(a *api.API) []api.Finding {
	d := &adviser{API: a, uses: map[*api.Authorizer]int{}}
	var order []*api.Authorizer
	for _, r := range a.Routes {
		if r.Authorizer != nil {
			d.guarded++
			if d.uses[r.Authorizer]++; d.uses[r.Authorizer] == 1 {
				order = append(order, r.Authorizer)
			}
		}
	}
	for _, authorizer := range order {
		d.expression(authorizer)
		d.cache(authorizer)
	}
	for _, r := range a.Routes {
		d.preflight(r)
		d.open(r)
		d.fallback(r)
	}
	d.siblings()
	return d.findings
}

type adviser struct {
	*api.API
	uses     map[*api.Authorizer]int // routes
	guarded  int
	findings []api.Finding
}

func (d *adviser) advise(at api.Place, where, format string, args ...any) {
	d.findings = append(d.findings, api.Finding{
		Family: api.ErrDefinition, File: at.File, Line: at.Line, Where: where, What: fmt.Sprintf(format, args...), Advice: true,
	})
}

// expression: whether the whole token must match is not documented.
func (d *adviser) expression(a *api.Authorizer) {
	if p := a.Pattern; p != "" && !(strings.HasPrefix(p, "^") && strings.HasSuffix(p, "$")) {
		d.advise(a.At, "authorizer "+a.Name, "identityValidationExpression %q is not anchored: write ^...$, so that it is matched against the whole token everywhere", p)
	}
}

// cache: an answer that is cached decides for every route with that identity.
func (d *adviser) cache(a *api.Authorizer) {
	tellsRoutes := slices.ContainsFunc(a.Sources, func(s api.Source) bool {
		return s.In == "context" && slices.Contains([]string{"routeKey", "path", "resourcePath", "http.path"}, s.Name)
	})
	if a.TTL == 0 || d.uses[a] < 2 || tellsRoutes || a.Type != api.Token && a.Type != api.Request {
		return
	}
	what := "a policy for one method denies the others; write one for all routes"
	if a.Simple {
		what = "one answer lets callers into all of them; add $context.routeKey to the identity sources"
	}
	d.advise(a.At, "authorizer "+a.Name, "answers are cached for %d s for all of its %d routes: %s", int(a.TTL.Seconds()), d.uses[a], what)
}

// preflight: a browser asks without the token.
func (d *adviser) preflight(r *api.Route) {
	switch {
	case r.Authorizer == nil && !r.KeyRequired:
	case r.Method == "OPTIONS":
		d.advise(r.At, r.Key(), "an authorizer or API key on a preflight: browsers send neither with it")
	case d.Kind == api.HTTP && d.CORS != nil && r.Method == api.Any && !d.takes("OPTIONS", r.Path):
		d.advise(r.At, r.Key(), "takes preflights before the API's CORS settings do, and browsers send no token with these: add an open OPTIONS route")
	}
}

func (d *adviser) takes(method, path string) bool {
	return slices.ContainsFunc(d.Routes, func(r *api.Route) bool { return r.Method == method && r.Path == path })
}

func (d *adviser) open(r *api.Route) {
	if r.Authorizer != nil || r.Method == "OPTIONS" || d.guarded == 0 {
		return
	}
	who, routes := "everybody", "routes"
	if r.KeyRequired {
		who += " with an API key"
	}
	if d.guarded == 1 {
		routes = "route"
	}
	d.advise(r.At, r.Key(), "open to %s, beside %d %s with an authorizer", who, d.guarded, routes)
}

// fallback: where the more literal path lacks a method, a variable sibling that
// has it answers.
func (d *adviser) fallback(guarded *api.Route) {
	if guarded.Authorizer == nil || guarded.Method == api.Any || d.takes(api.Any, guarded.Path) {
		return
	}
	for _, r := range d.Routes {
		if r.Authorizer == nil && covers(r.Path, guarded.Path) && r.Method != "OPTIONS" && !d.takes(r.Method, guarded.Path) {
			d.advise(guarded.At, guarded.Key(), "the open %s answers %s with other methods", r.Key(), guarded.Path)
			return
		}
	}
}

// covers tells whether a template with a variable takes the paths of a more
// literal one.
func covers(template, path string) bool {
	if template == api.Default {
		return true
	}
	wide, narrow := strings.Split(template, "/"), strings.Split(path, "/")
	for i, segment := range wide {
		switch {
		case strings.HasSuffix(segment, "+}"):
			return i < len(narrow)
		case i >= len(narrow), !isVariable(segment) && segment != narrow[i]:
			return false
		}
	}
	return len(wide) == len(narrow)
}

func isVariable(segment string) bool { return strings.HasPrefix(segment, "{") }

// siblings: at one place of a REST API's paths there is one variable.
func (d *adviser) siblings() {
	if d.Kind != api.REST {
		return
	}
	first := map[string]string{} // variable by what stands before it
	for _, r := range d.Routes {
		segments := strings.Split(r.Path, "/")
		for i, segment := range segments {
			if !isVariable(segment) {
				continue
			}
			before := strings.Join(segments[:i], "/")
			if other, ok := first[before]; ok && other != segment {
				d.advise(r.At, r.Key(), "API Gateway refuses %s beside %s: variables at the same position of paths must have the same name", segment, other)
			}
			first[before] = segment
		}
	}
}
