package advice_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/advice"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

func TestOf(t *testing.T) {
	t.Parallel()
	token := func(change func(*api.Authorizer)) *api.Authorizer {
		a := &api.Authorizer{Name: "Gate", Type: api.Token, Pattern: "^Bearer .+$"}
		if change != nil {
			change(a)
		}
		return a
	}
	route := func(method, path string, a *api.Authorizer) *api.Route {
		return &api.Route{Method: method, Path: path, Authorizer: a}
	}
	gate := token(nil)
	cached := token(func(a *api.Authorizer) { a.TTL = 300 * time.Second })
	simple := &api.Authorizer{Name: "Gate", Type: api.Request, TTL: time.Minute, Simple: true}
	byRoute := &api.Authorizer{Name: "Gate", Type: api.Request, TTL: time.Minute, Simple: true, Sources: []api.Source{{In: "context", Name: "routeKey"}}}
	byHeader := &api.Authorizer{Name: "Gate", Type: api.Request, TTL: time.Minute, Simple: true, Sources: []api.Source{{In: "header", Name: "path"}}}
	byAddress := &api.Authorizer{Name: "Gate", Type: api.Request, TTL: time.Minute, Simple: true, Sources: []api.Source{{In: "context", Name: "identity.sourceIp"}}}
	cachedAdvice := []string{"authorizer Gate: answers are cached for 60 s for all of its 2 routes: one answer lets callers into all of them; add $context.routeKey to the identity sources"}
	loose := token(func(a *api.Authorizer) { a.Pattern = "Bearer .+" })
	jwt := &api.Authorizer{Name: "JWT", Type: api.JWT, TTL: time.Minute}
	rest := func(routes ...*api.Route) *api.API { return &api.API{Routes: routes} }
	http := func(cors *api.CORS, routes ...*api.Route) *api.API {
		return &api.API{Kind: api.HTTP, CORS: cors, Routes: routes}
	}
	for name, tt := range map[string]struct {
		api  *api.API
		want []string
	}{
		"nothing to say":            {rest(route("GET", "/a", gate), route("OPTIONS", "/a", nil), route("POST", "/a/{id}", gate)), nil},
		"no anchors":                {rest(route("GET", "/a", loose)), []string{`authorizer Gate: identityValidationExpression "Bearer .+" is not anchored: write ^...$, so that it is matched against the whole token everywhere`}},
		"cached, one route":         {rest(route("GET", "/a", cached)), nil},
		"cached, two routes":        {rest(route("GET", "/a", cached), route("PUT", "/a", cached)), []string{"authorizer Gate: answers are cached for 300 s for all of its 2 routes: a policy for one method denies the others; write one for all routes"}},
		"simple answer cached":      {http(nil, route("GET", "/a", simple), route("PUT", "/a", simple)), cachedAdvice},
		"cached by route":           {http(nil, route("GET", "/a", byRoute), route("PUT", "/a", byRoute)), nil},
		"cached by a header's name": {http(nil, route("GET", "/a", byHeader), route("PUT", "/a", byHeader)), cachedAdvice},
		"cached by the address":     {http(nil, route("GET", "/a", byAddress), route("PUT", "/a", byAddress)), cachedAdvice},
		"JWT is no function":        {http(nil, route("GET", "/a", jwt), route("PUT", "/a", jwt)), nil},
		"preflight guarded":         {rest(route("OPTIONS", "/a", gate)), []string{"OPTIONS /a: an authorizer or API key on a preflight: browsers send neither with it"}},
		"preflight with key":        {rest(&api.Route{Method: "OPTIONS", Path: "/a", KeyRequired: true}), []string{"OPTIONS /a: an authorizer or API key on a preflight: browsers send neither with it"}},
		"$default and CORS": {http(&api.CORS{}, &api.Route{Method: api.Any, Path: api.Default, Authorizer: jwt}),
			[]string{"$default: takes preflights before the API's CORS settings do, and browsers send no token with these: add an open OPTIONS route"}},
		"$default without CORS":            {http(nil, &api.Route{Method: api.Any, Path: api.Default, Authorizer: jwt}), nil},
		"ANY with an OPTIONS route":        {http(&api.CORS{}, route(api.Any, "/a", jwt), route("OPTIONS", "/a", nil)), nil},
		"open beside guarded":              {rest(route("GET", "/a", gate), route("GET", "/b", nil)), []string{"GET /b: open to everybody, beside 1 route with an authorizer"}},
		"all open":                         {rest(route("GET", "/a", nil), route("GET", "/b", nil)), nil},
		"fallback to an open proxy":        {rest(route("GET", "/a", gate), route(api.Any, "/{proxy+}", nil)), []string{"GET /a: the open ANY /{proxy+} answers /a with other methods", "ANY /{proxy+}: open to everybody, beside 1 route with an authorizer"}},
		"fallback to an open variable":     {rest(route("GET", "/a/me", gate), route("PUT", "/a/{id}", nil)), []string{"GET /a/me: the open PUT /a/{id} answers /a/me with other methods", "PUT /a/{id}: open to everybody, beside 1 route with an authorizer"}},
		"no fallback of the same method":   {rest(route("PUT", "/a/me", gate), route("PUT", "/a/{id}", nil)), []string{"PUT /a/{id}: open to everybody, beside 1 route with an authorizer"}},
		"no fallback elsewhere":            {rest(route("GET", "/a", gate), route(api.Any, "/b/{proxy+}", nil), route("PUT", "/{x}/y", nil)), []string{"ANY /b/{proxy+}: open to everybody, beside 1 route with an authorizer", "PUT /{x}/y: open to everybody, beside 1 route with an authorizer"}},
		"no fallback beside":               {rest(route("GET", "/a/me", gate), route("PUT", "/b/{id}", nil)), []string{"PUT /b/{id}: open to everybody, beside 1 route with an authorizer"}},
		"no fallback to a shorter path":    {rest(route("GET", "/a/me", gate), route("PUT", "/{id}", nil)), []string{"PUT /{id}: open to everybody, beside 1 route with an authorizer"}},
		"no fallback to what lies below":   {rest(route("GET", "/a", gate), route(api.Any, "/a/{proxy+}", nil)), []string{"ANY /a/{proxy+}: open to everybody, beside 1 route with an authorizer"}},
		"no fallback to what is guarded":   {rest(route("GET", "/a/me", gate), route("PUT", "/a/{id}", gate)), nil},
		"no fallback of preflights":        {rest(route("GET", "/a/me", gate), route("OPTIONS", "/a/{id}", nil)), nil},
		"no fallback behind ANY":           {rest(route(api.Any, "/a", gate), route(api.Any, "/{proxy+}", nil)), []string{"ANY /{proxy+}: open to everybody, beside 1 route with an authorizer"}},
		"fallback in an HTTP API":          {http(nil, route("GET", "/a", gate), &api.Route{Method: api.Any, Path: api.Default}), []string{"GET /a: the open $default answers /a with other methods", "$default: open to everybody, beside 1 route with an authorizer"}},
		"two variables at a place":         {rest(route("GET", "/a/{id}", nil), route("GET", "/a/{name}/b", nil)), []string{"GET /a/{name}/b: API Gateway refuses {name} beside {id}: variables at the same position of paths must have the same name"}},
		"two variables at two places":      {rest(route("GET", "/a/{id}", nil), route("GET", "/b/{name}", nil)), nil},
		"two variables, but an HTTP API's": {http(nil, route("GET", "/a/{id}", nil), route("GET", "/a/{name}/b", nil)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range advice.Of(tt.api) {
				if f.Fatal() {
					t.Errorf("a reason not to serve: %v", f)
				}
				got = append(got, f.Where+": "+f.What)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("want(-) got(+):\n%s", diff)
			}
		})
	}
}
