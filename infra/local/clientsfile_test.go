package main_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const twoClients = `[
	{"ClientId": "webapp", "ClientName": "Web", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]},
	{"ClientId": "nightly", "ClientName": "Nightly job", "ClientSecret": "nightly1secret", "AllowedOAuthFlowsUserPoolClient": true,
	 "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["notes/read"]}
]`

func clientsFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clients.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "CLIENTS_FILE=" + file
}

// machineToken redeems a client's secret.
func (s *system) machineToken(t *testing.T, client, secret string) string {
	t.Helper()
	resp, err := http.PostForm(s.Pool+"/oauth2/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {secret}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got struct {
		AccessToken string `json:"access_token"`
		Error       string
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.AccessToken == "" {
		t.Fatalf("got %q (%v), want a token", got.Error, err)
	}
	return got.AccessToken
}

// The gate accepts the clients of CLIENT_IDS, and machines only with ALLOW_M2M.
func TestClientsOfTheFile(t *testing.T) {
	t.Parallel()
	file := clientsFile(t, twoClients)
	s := start(t, t.TempDir(), file, "CLIENT_IDS=webapp,nightly", "ALLOW_M2M=true")
	s.request(t, *s.signIn(t, "webapp", "demo@example.com", "Notegate-1").AccessToken, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	s.request(t, s.machineToken(t, "nightly", "nightly1secret"), "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	s.request(t, *s.demo(t).AccessToken, "GET", "/notes", "").expect(t, 401, unauthorized)

	s = start(t, t.TempDir(), file, "CLIENT_IDS=webapp,nightly")
	s.request(t, s.machineToken(t, "nightly", "nightly1secret"), "GET", "/notes", "").expect(t, 401, unauthorized)

	s = start(t, t.TempDir(), file)
	s.request(t, *s.demo(t).AccessToken, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	s.request(t, *s.signIn(t, "webapp", "demo@example.com", "Notegate-1").AccessToken, "GET", "/notes", "").expect(t, 401, unauthorized)
}

// A file that is not wholly understood stops the start, and says why.
func TestBadClientsFile(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct{ text, says string }{
		"unknown member":  {`{"ClientName": "x", "CallbackUrls": []}`, "CallbackUrls"},
		"in the list":     {`[{"ClientName": "x"}, {"ClientName": "y", "Nope": 1}]`, "client 2: "},
		"a member twice":  {`{"ClientName": "x", "ClientName": "y"}`, "duplicate"},
		"not JSON":        {`{`, "CLIENTS_FILE"},
		"not JSON, list":  {`[{}`, "CLIENTS_FILE"},
		"wrong type":      {`{"ClientName": 1}`, "ClientName"},
		"no such file":    {"", "no such file"},
		"the same client": {`{"ClientId": "localnotesapp", "ClientName": "x"}`, `"localnotesapp" must be an id of letters, digits, _ and + that no other client has`},
		"flow":            {`{"ClientName": "x", "ExplicitAuthFlows": ["ALLOW_ALL"]}`, `"ALLOW_ALL" is not available here`},
		"static claim":    {`{"ClientName": "x", "StaticClaims": {"sub": "x"}}`, "StaticClaims: only the user pool sets sub"},
		"machine":         {`{"ClientName": "x", "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["a/b"]}`, "does not have a client secret"},
	} {
		file := clientsFile(t, row.text)
		if row.text == "" {
			file = "CLIENTS_FILE=" + filepath.Join(t.TempDir(), "none.json")
		}
		lines := fails(t, command(t.TempDir(), file))
		if len(lines) != 1 || !strings.Contains(lines[0], row.says) {
			t.Errorf("%s: got %q, want %q", rule, lines, row.says)
		}
	}
}
