package main_test

import (
	"encoding/json"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/interop"
)

const appCallback = "http://localhost:5173/callback" // nothing listens there

// threeClients have a callback URL of their own, or are a machine.
const threeClients = `[
	{"ClientId": "server", "ClientName": "Server", "ClientSecret": "server1secret", "CallbackURLs": ["` + appCallback + `"],
	 "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"]},
	{"ClientId": "spa", "ClientName": "SPA", "CallbackURLs": ["` + appCallback + `"],
	 "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"]},
	{"ClientId": "nightly", "ClientName": "Nightly job", "ClientSecret": "nightly1secret",
	 "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["notes/read"]}
]`

// A set-up script in JavaScript finds what it calls, and AWS's exceptions.
func TestSetUpScript(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	seen := interop.SetUp(t, interop.Setup{Endpoint: s.Pool, PoolID: "local_notegate", Callback: appCallback})
	want := map[string]string{
		"created": "FORCE_CHANGE_PASSWORD", "user": "CONFIRMED", "sub": seen["sub"], "groups": "editors", "tokenGroups": "editors", "client": "true",
		"again":    "UsernameExistsException: User account already exists",
		"noGroup":  "ResourceNotFoundException: Group not found.",
		"noHash":   "NotAuthorizedException: Client X is configured with secret but SECRET_HASH was not received",
		"absent":   "UserNotFoundException: User does not exist.",
		"notHere":  `UnknownOperationException: The local user pool has no operation "UpdateUserPool": infra/local/userpool/README.md lists what it has.`,
		"filtered": "dan@example.com,demo@example.com,dora@example.com",
		"pages":    "2,2,1",
		"all":      "carol@example.com,dan@example.com,demo@example.com,dora@example.com,emil@example.com",
	}
	if diff := cmp.Diff(want, seen); diff != "" || seen["sub"] == "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}

// And one in Python, where boto3 is installed.
func TestSetUpScriptInPython(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	seen, installed := interop.SetUpByBoto(t, interop.Setup{Endpoint: s.Pool, PoolID: "local_notegate"})
	if !installed {
		return
	}
	want := map[string]string{
		"created": "FORCE_CHANGE_PASSWORD", "status": "CONFIRMED", "members": "1", "sub": seen["sub"], "found": seen["sub"],
		"absent": "UserNotFoundException: User does not exist.",
	}
	if diff := cmp.Diff(want, seen); diff != "" || seen["sub"] == "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}

// Apps with a callback URL of their own, and a machine, sign in by the libraries
// that they use, and the gate takes their tokens.
func TestOpenIDClients(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), clientsFile(t, threeClients), "CLIENT_IDS=server,spa,nightly", "ALLOW_M2M=true")
	visit := interop.Visit{
		Issuer: s.Pool + "/local_notegate", Callback: appCallback, Email: "demo@example.com", Password: "Notegate-1",
		App: interop.ClientOf{ID: "server", Secret: "server1secret"}, Machine: interop.ClientOf{ID: "nightly", Secret: "nightly1secret"},
	}
	seen := interop.OpenIDClient(t, visit)
	s.request(t, seen["machine"], "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	delete(seen, "machine")
	s.opens(t, seen, "token", "refreshed")
	want := map[string]string{"sub": seen["sub"], "email": "demo@example.com", "userInfo": "demo@example.com", "revoked": "invalid_grant"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("openid-client: want(-) got(+):\n%s", diff)
	}

	visit.App = interop.ClientOf{ID: "spa"}
	seen = interop.OIDCClient(t, visit)
	s.opens(t, seen, "token", "refreshed")
	want = map[string]string{"sub": seen["sub"], "email": "demo@example.com", "state": "/notes"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("oidc-client-ts: want(-) got(+):\n%s", diff)
	}
}

// With a pool id of AWS's form, a verifier that is given the id alone takes the tokens.
func TestCognitoJWTVerifier(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "POOL_ID=us-east-1_AbCdEfGhI")
	resp, err := direct.Get(s.Pool + "/us-east-1_AbCdEfGhI/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	keys, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	tokens := s.demo(t)
	got := interop.CognitoJWTVerifier(t, interop.Tokens{
		PoolID: "us-east-1_AbCdEfGhI", ClientID: s.Client, Keys: json.RawMessage(keys), Access: *tokens.AccessToken, ID: *tokens.IdToken,
	})
	want := map[string]string{"access": "good", "id": "good", "otherClient": "CognitoJwtInvalidClientIdError", "otherUse": "CognitoJwtInvalidTokenUseError"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}
