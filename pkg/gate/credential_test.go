package gate_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// sent is what a client sends of a token. Each event is made of it as API Gateway
// makes it, with AWS's own types.
type sent struct {
	headers [][2]string
	cookies []string // of payload format 2.0; the others have them in a header
	query   [][2]string
}

// lastAndAll returns names and values as REST APIs have them: the last value, and all.
func lastAndAll(pairs [][2]string) (last map[string]string, all map[string][]string) {
	last, all = map[string]string{}, map[string][]string{}
	for _, pair := range pairs {
		last[pair[0]] = pair[1]
		all[pair[0]] = append(all[pair[0]], pair[1])
	}
	return last, all
}

// joined returns them as payload format 2.0 has them.
func joined(pairs [][2]string) map[string]string {
	values := map[string]string{}
	for _, pair := range pairs {
		name := pair[0]
		if before, twice := values[name]; twice {
			values[name] = before + "," + pair[1]
		} else {
			values[name] = pair[1]
		}
	}
	return values
}

const (
	prodARN    = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/42"
	connectARN = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/$connect"
)

func (s sent) rest(arn string) any {
	headers, query := s.headers, s.query
	if len(s.cookies) > 0 {
		headers = append([][2]string{{"Cookie", strings.Join(s.cookies, "; ")}}, headers...)
	}
	e := events.APIGatewayCustomAuthorizerRequestTypeRequest{Type: "REQUEST", MethodArn: arn}
	e.Headers, e.MultiValueHeaders = lastAndAll(headers)
	e.QueryStringParameters, e.MultiValueQueryStringParameters = lastAndAll(query)
	return e
}

func (s sent) v1() any {
	e := events.APIGatewayV2CustomAuthorizerV1Request{Version: "1.0", Type: "REQUEST", MethodArn: prodARN}
	headers := s.headers
	if len(s.cookies) > 0 {
		headers = append([][2]string{{"Cookie", strings.Join(s.cookies, "; ")}}, headers...)
	}
	e.Headers, _ = lastAndAll(headers)
	e.QueryStringParameters, _ = lastAndAll(s.query)
	return e
}

func (s sent) v2() any {
	lower := make([][2]string, len(s.headers))
	for i, h := range s.headers {
		lower[i] = [2]string{strings.ToLower(h[0]), h[1]}
	}
	return events.APIGatewayV2CustomAuthorizerV2Request{
		Version: "2.0", Type: "REQUEST", RouteArn: prodARN, Cookies: s.cookies, Headers: joined(lower), QueryStringParameters: joined(s.query),
	}
}

// several is what the verifier gets of a request with several tokens: it is not
// asked.
const several = "several values"

// ask returns what the verifier gets of an event, and the gate's error.
func ask(t *testing.T, from string, event any) (authorization string, err error) {
	t.Helper()
	source, err := gate.ParseTokenFrom(from)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	authorization = several
	h := newHandler(t, gate.Config{TokenFrom: source, OnReject: gate.Deny, Verifier: verifierFunc(func(_ context.Context, value string) (*cognito.Claims, error) {
		authorization = value
		return goodClaims(), nil
	})})
	_, err = h.Invoke(t.Context(), text)
	return authorization, err
}

// Each row is one request, as all four kinds of REQUEST event.
func TestTokenFrom(t *testing.T) {
	t.Parallel()
	header := func(name, value string) sent { return sent{headers: [][2]string{{name, value}}} }
	cookie := func(pairs ...string) sent { return sent{cookies: pairs} }
	query := func(pairs ...[2]string) sent { return sent{query: pairs} }
	const all = "header:Authorization,cookie:token,query:token"
	for rule, tt := range map[string]struct {
		from string
		sent sent
		want string
	}{
		"header":                                {"", header("Authorization", "Bearer a.b.c"), "Bearer a.b.c"},
		"another header":                        {"header:X-Token", header("X-Token", "a.b.c"), "a.b.c"},
		"another header in another case":        {"header:X-Token", header("x-TOKEN", "a.b.c"), "a.b.c"},
		"another header, Authorization ignored": {"header:X-Token", header("Authorization", "a.b.c"), ""},
		"header, cookie ignored":                {"", cookie("Authorization=a.b.c"), ""},
		"cookie":                                {"cookie:token", cookie("token=a.b.c"), "a.b.c"},
		"cookie among others":                   {"cookie:token", cookie("a=b", "token=a.b.c", "c=d"), "a.b.c"},
		"cookie that is not there":              {"cookie:token", cookie("a=b"), ""},
		"no cookie at all":                      {"cookie:token", sent{}, ""},
		"cookie, header ignored":                {"cookie:token", header("Authorization", "a.b.c"), ""},
		"cookie in another case":                {"cookie:token", cookie("Token=a.b.c"), ""},
		"cookie that ends in the name":          {"cookie:token", cookie("mytoken=a.b.c"), ""},
		"cookie that begins with the name":      {"cookie:token", cookie("token2=a.b.c"), ""},
		"empty cookie":                          {"cookie:token", cookie("token="), ""},
		"cookie without a value":                {"cookie:token", cookie("token"), ""},
		"cookie with an equals sign":            {"cookie:token", cookie("token=a=b"), "a=b"},
		"quoted cookie stays as it is":          {"cookie:token", cookie(`token="a.b.c"`), `"a.b.c"`},
		"cookie is not decoded":                 {"cookie:token", cookie("token=a%2Eb"), "a%2Eb"},
		"cookie twice":                          {"cookie:token", cookie("token=a.b.c", "token=x.y.z"), several},
		"cookie twice, same value":              {"cookie:token", cookie("token=a.b.c", "token=a.b.c"), several},
		"cookie twice, once with blanks":        {"cookie:token", cookie("token =x.y.z", "token= a.b.c"), several},
		"cookie twice, once without a value":    {"cookie:token", cookie("token", "token=a.b.c"), several},
		"cookie within another's quotes":        {"cookie:token", cookie(`a="; token=x.y.z"`, "token=a.b.c"), several},
		"cookie with a scheme":                  {"cookie:token", cookie("token=Bearer a.b.c"), several},
		"cookie with a tab":                     {"cookie:token", cookie("token=Bearer\ta.b.c"), several},
		"query":                                 {"query:token", query([2]string{"token", "a.b.c"}), "a.b.c"},
		"query with a scheme":                   {"query:token", query([2]string{"token", "Bearer a.b.c"}), several},
		"query is not decoded again":            {"query:token", query([2]string{"token", "a%2Eb"}), "a%2Eb"},
		"query in another case":                 {"query:token", query([2]string{"Token", "a.b.c"}), ""},
		"query, header ignored":                 {"query:token", header("token", "a.b.c"), ""},
		"empty parameter":                       {"query:token", query([2]string{"token", ""}), ""},
		"parameter of two joined values":        {"query:token", query([2]string{"token", "a.b.c,a.b.c"}), several},
		"all, none there":                       {all, sent{}, ""},
		"all, only the header":                  {all, header("Authorization", "Bearer a.b.c"), "Bearer a.b.c"},
		"all, only the cookie":                  {all, cookie("token=a.b.c"), "a.b.c"},
		"all, only the parameter":               {all, query([2]string{"token", "a.b.c"}), "a.b.c"},
		"all, the same":                         {all, sent{[][2]string{{"Authorization", "bearer  a.b.c "}}, []string{"token=a.b.c"}, [][2]string{{"token", "a.b.c"}}}, "bearer  a.b.c "},
		"all, the same, bare":                   {all, sent{[][2]string{{"Authorization", "a.b.c"}}, []string{"token=a.b.c"}, nil}, "a.b.c"},
		"all, the header differs":               {all, sent{[][2]string{{"Authorization", "Bearer x.y.z"}}, []string{"token=a.b.c"}, [][2]string{{"token", "a.b.c"}}}, several},
		"all, the header has another scheme":    {all, sent{[][2]string{{"Authorization", "Basic a.b.c"}}, []string{"token=a.b.c"}, nil}, several},
		"all, the cookie differs":               {all, sent{nil, []string{"token=x.y.z"}, [][2]string{{"token", "a.b.c"}}}, several},
		"all, the parameter differs":            {all, sent{nil, []string{"token=a.b.c"}, [][2]string{{"token", "x.y.z"}}}, several},
		"all, the parameter is empty":           {all, sent{nil, []string{"token=a.b.c"}, [][2]string{{"token", ""}}}, several},
		"all, the header is empty":              {all, sent{[][2]string{{"Authorization", ""}}, []string{"token=a.b.c"}, nil}, several},
		"all, one of them twice":                {all, sent{[][2]string{{"Authorization", "Bearer a.b.c"}}, []string{"token=a.b.c", "token=a.b.c"}, nil}, several},
		"two cookies, one there":                {"cookie:a,cookie:b", cookie("b=a.b.c"), "a.b.c"},
		"two cookies, the same":                 {"cookie:a,cookie:b", cookie("b=a.b.c", "a=a.b.c"), "a.b.c"},
		"two cookies that differ":               {"cookie:a,cookie:b", cookie("b=a.b.c", "a=x.y.z"), several},
		"two headers, the same":                 {"header:A,header:B", sent{headers: [][2]string{{"B", "a.b.c"}, {"A", "Bearer a.b.c"}}}, "Bearer a.b.c"},
		"two headers that differ":               {"header:A,header:B", sent{headers: [][2]string{{"B", "a.b.c"}, {"A", "Bearer x.y.z"}}}, several},
	} {
		for kind, event := range map[string]any{"rest": tt.sent.rest(prodARN), "websocket": tt.sent.rest(connectARN), "http 1.0": tt.sent.v1(), "http 2.0": tt.sent.v2()} {
			var want error
			if tt.want == several {
				want = gate.ErrUnauthorized // never denied, which would be cached
			}
			if got, err := ask(t, tt.from, event); got != tt.want || err != want {
				t.Errorf("%s, %s: the verifier got %q, the client %v, want %q and %v", rule, kind, got, err, tt.want, want)
			}
		}
	}
}

// REST APIs and WebSocket APIs say every value, and payload format 2.0 joins them.
func TestTokenSentTwice(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		from string
		sent sent
		v2   string // what the verifier gets of payload format 2.0; empty if that has it in another way
	}{
		"header":        {"header:X-Token", sent{headers: [][2]string{{"X-Token", "a.b.c"}, {"X-Token", "a.b.c"}}}, "a.b.c,a.b.c"},
		"parameter":     {"query:token", sent{query: [][2]string{{"token", "a.b.c"}, {"token", "a.b.c"}}}, several},
		"Cookie header": {"cookie:token", sent{headers: [][2]string{{"Cookie", "a=b"}, {"Cookie", "token=a.b.c"}}}, ""},
	} {
		for kind, event := range map[string]any{"rest": tt.sent.rest(prodARN), "websocket": tt.sent.rest(connectARN)} {
			if got, err := ask(t, tt.from, event); got != several || err != gate.ErrUnauthorized {
				t.Errorf("%s, %s: the verifier got %q, the client %v, want neither", rule, kind, got, err)
			}
		}
		if got, _ := ask(t, tt.from, tt.sent.v2()); got != tt.v2 && tt.v2 != "" {
			t.Errorf("%s: payload format 2.0: the verifier got %q, want %q", rule, got, tt.v2)
		}
	}
}

// Maps that disagree, and lists of the wrong type.
func TestSourcesOfOddEvents(t *testing.T) {
	t.Parallel()
	const request = `{"type":"REQUEST","methodArn":"` + prodARN + `",`
	const v2 = `{"type":"REQUEST","version":"2.0","routeArn":"` + prodARN + `",`
	for rule, tt := range map[string]struct{ from, event, want string }{
		"the maps of the query agree":        {"query:token", request + `"queryStringParameters":{"token":"a"},"multiValueQueryStringParameters":{"token":["a"]}}`, "a"},
		"the maps of the query disagree":     {"query:token", request + `"queryStringParameters":{"token":"a"},"multiValueQueryStringParameters":{"token":["b"]}}`, several},
		"the maps of the cookies disagree":   {"cookie:token", request + `"headers":{"Cookie":"token=a"},"multiValueHeaders":{"Cookie":["token=b"]}}`, several},
		"null maps":                          {"query:token,cookie:token", request + `"headers":null,"queryStringParameters":null,"multiValueQueryStringParameters":null,"cookies":null}`, ""},
		"a null parameter":                   {"query:token,cookie:token", request + `"queryStringParameters":{"token":null},"headers":{"Cookie":"token=a"}}`, several},
		"cookies in the list and the header": {"cookie:token", v2 + `"cookies":["token=a"],"headers":{"cookie":"token=a"}}`, "a"},
		"cookies that differ there":          {"cookie:token", v2 + `"cookies":["token=a"],"headers":{"cookie":"token=b"}}`, several},
		"cookie in the header alone":         {"cookie:token", v2 + `"cookies":["a=b"],"headers":{"cookie":"token=a"}}`, "a"},
		"cookies that nobody asks for":       {"", v2 + `"cookies":7,"headers":{"authorization":"a"}}`, "a"},
		"two cookies in one element":         {"cookie:token", v2 + `"cookies":["token=a; token=b"]}`, several},
	} {
		if got, _ := ask(t, tt.from, json.RawMessage(tt.event)); got != tt.want {
			t.Errorf("%s: the verifier got %q, want %q", rule, got, tt.want)
		}
	}
	for rule, event := range map[string]string{
		"cookies that are no list":  v2 + `"cookies":"token=a"}`,
		"a cookie that is a number": v2 + `"cookies":[7]}`,
		"a parameter twice":         request + `"queryStringParameters":{"token":"a","token":"a"}}`,
		"a parameter's list of one": request + `"queryStringParameters":{"token":["a"]}}`,
	} {
		got, err := ask(t, "cookie:token,query:token", json.RawMessage(event))
		if got != several || err == nil || !strings.HasPrefix(err.Error(), gate.ErrEvent.Error()) {
			t.Errorf("%s: the verifier got %q, %v, want ErrEvent", rule, got, err)
		}
	}
}

// What has the token by itself is not asked where it is from.
func TestTokenFromIsForRequests(t *testing.T) {
	t.Parallel()
	for _, shape := range append(appSyncShapes, "rest-token") {
		got, err := ask(t, "cookie:token", json.RawMessage(testdata(t, shape+".json")))
		if got != goodValue || err != nil {
			t.Errorf("%s: the verifier got %q, %v, want %q", shape, got, err, goodValue)
		}
	}
}
