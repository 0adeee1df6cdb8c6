package userpool_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func apiHeader(operation string) http.Header {
	return http.Header{
		"Content-Type": {"application/x-amz-json-1.1"},
		"X-Amz-Target": {"AWSCognitoIdentityProviderService." + operation},
	}
}

func TestProtocol(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	const signIn = `{"ClientId":"app","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"ann@example.com","PASSWORD":"Correct-Horse-9"}}`
	const serialization = `{"__type":"SerializationException","message":"The request body is not a JSON object of this operation's members."}`
	with := func(h http.Header, name, value string) http.Header {
		h.Set(name, value)
		return h
	}

	if status, body := f.do("POST", "/", apiHeader("InitiateAuth"), strings.NewReader(signIn)); status != http.StatusOK || !strings.Contains(body, `"ChallengeParameters":{}`) {
		t.Fatalf("the valid request: got %d %s", status, body)
	}
	if status, body := f.do("POST", "/", apiHeader("InitiateAuth"), strings.NewReader(signIn[:len(signIn)-1]+`,"NewerMember":1}`)); status != http.StatusOK {
		t.Errorf("a member of a newer SDK: got %d %s", status, body)
	}
	for name, row := range map[string]struct {
		header http.Header
		body   string
		want   string
	}{
		"wrong password": {apiHeader("InitiateAuth"), strings.Replace(signIn, "Correct", "Wrong", 1),
			`{"__type":"NotAuthorizedException","message":"Incorrect username or password."}`},
		"unknown operation": {apiHeader("CreateUserPool"), signIn,
			`{"__type":"UnknownOperationException","message":"The local user pool has no operation \"CreateUserPool\": infra/local/userpool/README.md lists what it has."}`},
		"missing member": {apiHeader("InitiateAuth"), `{"ClientId":"app"}`,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value null at 'authFlow' failed to satisfy constraint: Member must not be null"}`},
		"missing members": {apiHeader("InitiateAuth"), `{}`,
			`{"__type":"InvalidParameterException","message":"2 validation errors detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null; Value null at 'authFlow' failed to satisfy constraint: Member must not be null"}`},
		"content type": {with(apiHeader("InitiateAuth"), "Content-Type", "text/plain"), signIn,
			`{"__type":"SerializationException","message":"The Content-Type is not application/x-amz-json-1.1."}`},
		"not JSON":         {apiHeader("InitiateAuth"), `x`, serialization},
		"duplicate member": {apiHeader("InitiateAuth"), strings.Replace(signIn, `{`, `{"ClientId":"other",`, 1), serialization},
		"wrong type":       {apiHeader("InitiateAuth"), `{"ClientId":1}`, serialization},
		"invalid UTF-8":    {apiHeader("InitiateAuth"), strings.Replace(signIn, "ann", "\xff", 1), serialization},
		"trailing bytes":   {apiHeader("InitiateAuth"), signIn + "{}", serialization},
		"other case": {apiHeader("InitiateAuth"), strings.Replace(signIn, "ClientId", "clientid", 1),
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null"}`},
		"64 KiB and a byte": {apiHeader("InitiateAuth"), signIn + strings.Repeat(" ", 64<<10+1-len(signIn)),
			`{"__type":"SerializationException","message":"The request body is larger than 65536 bytes."}`},
	} {
		t.Run(name, func(t *testing.T) {
			res := f.send("POST", "/", row.header, strings.NewReader(row.body))
			var raw json.RawMessage
			if err := json.NewDecoder(res.Body).Decode(&raw); err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != http.StatusBadRequest || string(raw) != row.want {
				t.Errorf("got %d %s\nwant 400 %s", res.StatusCode, raw, row.want)
			}
			kind, _, _ := strings.Cut(strings.TrimPrefix(row.want, `{"__type":"`), `"`)
			if got := res.Header.Get("X-Amzn-ErrorType"); got != kind+":" {
				t.Errorf("x-amzn-ErrorType: got %q, want %q", got, kind+":")
			}
			if !uuid.MatchString(res.Header.Get("X-Amzn-RequestId")) || res.Header.Get("Content-Type") != "application/x-amz-json-1.1" ||
				res.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("headers: %v", res.Header)
			}
		})
	}
	if status, body := f.do("POST", "/", apiHeader("InitiateAuth"), strings.NewReader(signIn+strings.Repeat(" ", 64<<10-len(signIn)))); status != http.StatusOK {
		t.Errorf("64 KiB: got %d %s, want 200", status, body)
	}
}

func TestEveryOperationNeedsAKnownClient(t *testing.T) {
	t.Parallel()
	f := open(t)
	const others = `,"AuthFlow":"USER_PASSWORD_AUTH","Username":"ann@example.com","Password":"Correct-Horse-9","ConfirmationCode":"123456","Token":"x"}`
	for _, operation := range []string{"SignUp", "ConfirmSignUp", "ResendConfirmationCode", "InitiateAuth", "RevokeToken"} {
		want := `{"__type":"ResourceNotFoundException","message":"User pool client nobody does not exist."}`
		if status, got := f.do("POST", "/", apiHeader(operation), strings.NewReader(`{"ClientId":"nobody"`+others)); status != http.StatusBadRequest || got != want {
			t.Errorf("%s: got %d %s, want 400 %s", operation, status, got, want)
		}
		if _, got := f.do("POST", "/", apiHeader(operation), strings.NewReader(`{"ClientId":"app"`+others)); strings.Contains(got, "ResourceNotFound") {
			t.Errorf("%s, known client: got %s", operation, got)
		}
	}
}

// Names are masked by character, so that an answer stays valid UTF-8.
func TestDeliveryMasksWholeLetters(t *testing.T) {
	t.Parallel()
	f := open(t)
	out, err := f.signUp("énote@über.example", password)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *out.CodeDeliveryDetails.Destination, "é***@ü***"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	f := open(t)
	wellKnown := "/" + poolID + "/.well-known/"
	for _, row := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", http.StatusMethodNotAllowed},
		{"GET", "/nowhere", http.StatusNotFound},
		{"GET", "/local_other/.well-known/jwks.json", http.StatusNotFound},
		{"POST", wellKnown + "jwks.json", http.StatusMethodNotAllowed},
		{"GET", wellKnown + "openid-configuration", http.StatusOK},
		{"HEAD", wellKnown + "jwks.json", http.StatusOK},
		{"GET", "/_local/rotate", http.StatusMethodNotAllowed},
		{"POST", "/_local/rotate?revoke=yes", http.StatusBadRequest},
		{"GET", "/_local/codes?email=nobody@example.com", http.StatusNotFound},
	} {
		if got := f.send(row.method, row.path, nil, nil).StatusCode; got != row.want {
			t.Errorf("%s %s: got %d, want %d", row.method, row.path, got, row.want)
		}
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	f := open(t)
	res := f.send("GET", "/"+poolID+"/.well-known/openid-configuration", http.Header{"Origin": {"https://app.example"}}, nil)
	var got map[string]any
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if f.Issuer() != f.url+"/"+poolID || got["issuer"] != f.Issuer() || got["jwks_uri"] != f.Issuer()+"/.well-known/jwks.json" {
		t.Errorf("got issuer %v, jwks_uri %v, want those of %s/%s", got["issuer"], got["jwks_uri"], f.url, poolID)
	}
	if got := res.Header.Get("Access-Control-Allow-Origin"); got != "*" {
		t.Errorf("Access-Control-Allow-Origin: got %q, want *", got)
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	f := open(t)
	res := f.send("OPTIONS", "/", http.Header{
		"Origin": {"https://app.example"}, "Access-Control-Request-Method": {"POST"},
		"Access-Control-Request-Headers": {"content-type,x-amz-target"},
	}, nil)
	got := map[string]string{}
	for name := range res.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			got[name] = res.Header.Get(name)
		}
	}
	want := map[string]string{
		"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "POST",
		"Access-Control-Allow-Headers": "content-type,x-amz-target", "Access-Control-Max-Age": "172800",
		"Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
	}
	if diff := cmp.Diff(want, got); diff != "" || res.StatusCode != http.StatusOK {
		t.Errorf("got %d, headers (-want +got):\n%s", res.StatusCode, diff)
	}
}

// What is for programs on this machine is for no web page and no other machine.
func TestThisMachineOnly(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	if err := f.createGroup("admins"); err != nil {
		t.Fatal(err)
	}
	own := strings.TrimPrefix(f.url, "http://")
	_, port, _ := strings.Cut(own, ":")
	addToGroup := `{"UserPoolId":"` + poolID + `","Username":"` + email + `","GroupName":"admins"}`
	for name, row := range map[string]struct {
		peer, host string
		header     http.Header
		allowed    bool
	}{
		"program":                   {"127.0.0.1:50000", own, nil, true},
		"program, IPv6":             {"[::1]:50000", "[::1]:" + port, nil, true},
		"program, mapped IPv4":      {"[::ffff:127.0.0.1]:50000", "localhost", nil, true},
		"program, IPv6, no port":    {"[::1]:50000", "[::1]", nil, true},
		"address bar":               {"127.0.0.1:50000", own, http.Header{"Sec-Fetch-Site": {"none"}}, true},
		"page of the pool's own":    {"127.0.0.1:50000", own, http.Header{"Origin": {f.url}, "Sec-Fetch-Site": {"same-origin"}}, true},
		"another machine":           {"192.0.2.7:50000", own, nil, false},
		"page of another site":      {"127.0.0.1:50000", own, http.Header{"Origin": {"https://evil.example"}}, false},
		"page of a sandbox":         {"127.0.0.1:50000", own, http.Header{"Origin": {"null"}}, false},
		"image of another site":     {"127.0.0.1:50000", own, http.Header{"Sec-Fetch-Site": {"cross-site"}}, false},
		"page of another port":      {"127.0.0.1:50000", own, http.Header{"Sec-Fetch-Site": {"same-site"}}, false},
		"name pointed at loopback":  {"127.0.0.1:50000", "evil.example:" + port, http.Header{"Origin": {"http://evil.example:" + port}, "Sec-Fetch-Site": {"same-origin"}}, false},
		"machine's name on the net": {"127.0.0.1:50000", "192.0.2.7:" + port, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			serve := func(method, path, body string, header http.Header) int {
				r := httptest.NewRequest(method, path, strings.NewReader(body))
				r.RemoteAddr, r.Host = row.peer, row.host
				for _, h := range []http.Header{header, row.header} {
					for k, v := range h {
						r.Header[k] = v
					}
				}
				w := httptest.NewRecorder()
				f.ServeHTTP(w, r)
				return w.Code
			}
			want := map[string]int{"codes": http.StatusForbidden, "rotate": http.StatusForbidden, "group": http.StatusBadRequest}
			if row.allowed {
				want = map[string]int{"codes": http.StatusNotFound, "rotate": http.StatusBadRequest, "group": http.StatusOK}
			}
			got := map[string]int{
				"codes":  serve("GET", "/_local/codes?email="+email, "", nil),
				"rotate": serve("POST", "/_local/rotate?revoke=maybe", "", nil), // refused past the guard, so that no key is made
				"group":  serve("POST", "/", addToGroup, apiHeader("AdminAddUserToGroup")),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("status (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	groups := func() any {
		t.Helper()
		claims, _, err := f.verify(*f.mustSignIn().AccessToken)
		if err != nil {
			t.Fatal(err)
		}
		return claims["cognito:groups"]
	}
	if got := groups(); got != nil {
		t.Errorf("no groups: got %v, want no claim", got)
	}
	for _, group := range []string{"writers", "admins", "writers"} {
		if err := f.addToGroup(poolID, email, group); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]any{"admins", "writers"}, groups()); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	wantFault(t, f.addToGroup("local_other", email, "admins"), "ResourceNotFoundException", "User pool local_other does not exist.")
	wantFault(t, f.addToGroup(poolID, "nobody@example.com", "admins"), "UserNotFoundException", "User does not exist.")
	wantFault(t, f.addToGroup(poolID, email, "two words"), "InvalidParameterException",
		`1 validation error detected: Value at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
}
