package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/definition"
)

// maxRoutes is how many routes the welcome lists.
const maxRoutes = 40

// welcomeToAPI says what is served, where, and what to type next.
func (s *system) welcomeToAPI(d *definition.Definition, o apiOptions) string {
	var w strings.Builder
	kind := map[api.Kind]string{api.REST: "a REST", api.HTTP: "an HTTP"}[d.API.Kind]
	fmt.Fprintf(&w, "%s is running as %s API.\n", strings.TrimSpace(o.file+" "+d.Name), kind)
	s.addresses(&w)
	fmt.Fprintln(&w, "\nRoutes:")
	for i, r := range d.API.Routes {
		if i == maxRoutes {
			fmt.Fprintf(&w, "  and %d more\n", len(d.API.Routes)-i)
			break
		}
		fmt.Fprintf(&w, "  %-40s %-20s %s\n", r.Key(), calls(r), guardedBy(r))
	}
	if r := firstRoute(d.API); r != nil {
		fmt.Fprintln(&w, "\nNext, in another terminal:")
		fmt.Fprint(&w, s.firstRequest(r, o))
	}
	fmt.Fprintln(&w, "\nStop it with Ctrl-C.")
	return w.String()
}

func calls(r *api.Route) string {
	switch in := r.Integration.(type) {
	case *api.Proxy:
		return in.Function.Name
	case *api.Mock:
		return "mock"
	case *api.Forward:
		return in.URL
	case *api.Unbuilt:
		return "fails: " + in.What
	}
	return ""
}

func guardedBy(r *api.Route) string {
	by := "open"
	if r.Authorizer != nil {
		by = r.Authorizer.Name
	}
	if r.KeyRequired {
		by += ", API key"
	}
	return by
}

// signedInScope is what a token of a sign-in by password has.
const signedInScope = "aws.cognito.signin.user.admin"

// firstRoute is the one to try first: one that is read without a variable in its
// path, behind an authorizer whose tokens there are here. Nil: there are no routes.
func firstRoute(a *api.API) *api.Route {
	rank := func(r *api.Route) (points int) {
		if r.Method == "GET" || r.Method == api.Any {
			points += 4
		}
		if !strings.Contains(r.Path, "{") {
			points += 2
		}
		if r.Authorizer != nil && (len(r.Scopes) == 0 || slices.Contains(r.Scopes, signedInScope)) {
			points++
		}
		if r.Method == "OPTIONS" || r.Authorizer != nil && r.Authorizer.Type == api.IAM {
			points -= 8 // nobody asks for a preflight, and nobody has credentials
		}
		return points
	}
	if len(a.Routes) == 0 {
		return nil
	}
	return slices.MaxFunc(a.Routes, func(x, y *api.Route) int { return cmp.Compare(rank(x), rank(y)) })
}

var pathVariables = regexp.MustCompile(`\{[^}]*\}`)

// firstRequest are the lines that call the route, with what its authorizer takes.
func (s *system) firstRequest(r *api.Route, o apiOptions) string {
	curl, path := s.curl()+" -i", pathVariables.ReplaceAllString(r.Path, "1")
	if r.Method != "GET" && r.Method != api.Any {
		curl += " -X " + r.Method
	}
	if r.Path == api.Default {
		path = "/"
	}
	token, query, headers := "", "", ""
	if use, ok := tokenUse(r); ok && s.pool != nil {
		token = "  TOKEN=$(" + s.poolSettings() + use + "bin/local token)\n"
		query, headers = shown(r.Authorizer)
	}
	if r.KeyRequired && len(o.keys) > 0 {
		headers += " -H 'x-api-key: " + o.keys[0] + "'"
	}
	if query == "" {
		return token + "  " + curl + " " + s.apiURL + path + headers + "\n"
	}
	return token + "  " + curl + ` "` + s.apiURL + path + query + `"` + headers + "\n"
}

// tokenUse is the assignment that the command for a token needs, if the route takes
// a token at all: access tokens have no aud, and ID tokens no scope.
func tokenUse(r *api.Route) (assignment string, takes bool) {
	a := r.Authorizer
	if a == nil || a.Type == api.IAM {
		return "", false
	}
	byAudience := a.Type == api.UserPools || a.Type == api.JWT && !slices.ContainsFunc(a.Issuers, func(i api.Issuer) bool { return i.ClientID })
	if byAudience && len(r.Scopes) == 0 {
		return "TOKEN_USE=id ", true
	}
	return "", true
}

// shown is how a request shows the token, in each place where the authorizer looks.
func shown(a *api.Authorizer) (query, headers string) {
	for _, source := range a.Sources {
		switch source.In {
		case "header":
			headers += ` -H "` + source.Name + `: Bearer $TOKEN"`
		case "query":
			query += "&" + source.Name + "=$TOKEN"
		}
	}
	if query != "" {
		query = "?" + query[1:]
	}
	return query, headers
}
