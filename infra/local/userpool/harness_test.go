package userpool_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/transcript"
	"github.com/notegate/notegate/infra/local/userpool"
)

const (
	poolID   = "local_test"
	clientID = "app"
	email    = "ann@example.com"
	password = "Correct-Horse-9"

	callback  = "http://127.0.0.1:8080/"
	signedOut = "http://127.0.0.1:8080/bye"
)

// A fixture is a served pool on a loopback port of its own, the AWS SDK's
// client to it, a clock that only the test moves and everything logged.
type fixture struct {
	*userpool.Pool
	t      *testing.T
	dir    string
	url    string
	client *cognito.Client
	clock  *clock.Clock
	log    *transcript.Transcript
	server *httptest.Server
}

func open(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir(), clock: clock.At(time.Unix(1_800_000_000, 0)), log: &transcript.Transcript{}}
	f.server = httptest.NewUnstartedServer(nil)
	f.url = "http://" + f.server.Listener.Addr().String()
	f.prepare()
	f.open()
	f.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.ServeHTTP(w, r) })
	f.server.Start()
	t.Cleanup(func() {
		f.server.Close()
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	f.client = cognito.New(cognito.Options{
		BaseEndpoint: new(f.url),
		Region:       "local",
		Credentials:  aws.AnonymousCredentials{},
		Retryer:      aws.NopRetryer{},
		HTTPClient:   f.server.Client(),
	})
	return f
}

func (f *fixture) open(change ...func(*userpool.Config)) {
	f.t.Helper()
	cfg := f.config()
	for _, c := range change {
		c(&cfg)
	}
	p, err := userpool.Open(cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	f.Pool = p
}

func (f *fixture) config() userpool.Config {
	return userpool.Config{
		Dir:     f.dir,
		PoolID:  poolID,
		BaseURL: f.url,
		Clients: []userpool.Client{
			{
				ID: clientID, Name: "app", AuthFlows: []string{userpool.AllowUserSRP, userpool.AllowUserAuth, userpool.AllowUserPassword, userpool.AllowRefreshToken},
				CallbackURLs: []string{callback, "myapp://signed-in?from=pool"}, LogoutURLs: []string{signedOut},
				OAuth: true, OAuthFlows: []string{"code"},
				Scopes: []string{"openid", "email", "profile", "aws.cognito.signin.user.admin", "notes/read", "notes/write"},
			},
			{ID: "other", Name: "other app", AuthFlows: []string{userpool.AllowRefreshToken}},
			{ID: "closed", Name: "no flows"},
			rotatingClient(),
		},
		LocalFlow: userpool.LocalFlow{ClientID: clientID, Flow: "USER_PASSWORD_AUTH"},

		Demo:   userpool.Credentials{Email: "demo@example.com", Password: "Filled-In-9"},
		Now:    f.clock.Now,
		Logger: slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// reopen closes the pool and opens another on the same state, with a configuration
// that may be another.
func (f *fixture) reopen(change ...func(*userpool.Config)) {
	f.t.Helper()
	if err := f.Close(); err != nil {
		f.t.Fatal(err)
	}
	f.open(change...)
}

func (f *fixture) user() {
	f.t.Helper()
	if err := f.EnsureUser(email, password); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) auth(flow types.AuthFlowType, client string, params map[string]string) (*types.AuthenticationResultType, error) {
	out, err := f.client.InitiateAuth(f.t.Context(), &cognito.InitiateAuthInput{
		AuthFlow: flow, ClientId: &client, AuthParameters: params,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

func (f *fixture) signIn(username, password string) (*types.AuthenticationResultType, error) {
	return f.auth(types.AuthFlowTypeUserPasswordAuth, clientID, map[string]string{"USERNAME": username, "PASSWORD": password})
}

func (f *fixture) refresh(token string) (*types.AuthenticationResultType, error) {
	return f.auth(types.AuthFlowTypeRefreshTokenAuth, clientID, map[string]string{"REFRESH_TOKEN": token})
}

func (f *fixture) mustSignIn() *types.AuthenticationResultType {
	f.t.Helper()
	tokens, err := f.signIn(email, password)
	if err != nil || tokens == nil {
		f.t.Fatalf("no tokens: %v", err)
	}
	return tokens
}

func (f *fixture) getUser(accessToken string) error {
	_, err := f.client.GetUser(f.t.Context(), &cognito.GetUserInput{AccessToken: &accessToken})
	return err
}

func (f *fixture) addToGroup(pool, username, group string) error {
	_, err := f.client.CreateGroup(f.t.Context(), &cognito.CreateGroupInput{UserPoolId: new(poolID), GroupName: &group})
	if exists := (*types.GroupExistsException)(nil); err != nil && !errors.As(err, &exists) {
		return err
	}
	return f.join(pool, username, group)
}

func (f *fixture) join(pool, username, group string) error {
	_, err := f.client.AdminAddUserToGroup(f.t.Context(), &cognito.AdminAddUserToGroupInput{UserPoolId: &pool, Username: &username, GroupName: &group})
	return err
}

func (f *fixture) signUp(username, password string, attributes ...types.AttributeType) (*cognito.SignUpOutput, error) {
	return f.client.SignUp(f.t.Context(), &cognito.SignUpInput{
		ClientId: new(clientID), Username: &username, Password: &password, UserAttributes: attributes,
	})
}

func (f *fixture) confirm(username, code string) error {
	_, err := f.client.ConfirmSignUp(f.t.Context(), &cognito.ConfirmSignUpInput{
		ClientId: new(clientID), Username: &username, ConfirmationCode: &code,
	})
	return err
}

// letter reads the mailbox.
func (f *fixture) letter(email string) (got struct{ Code, Password string }) {
	f.t.Helper()
	status, body := f.do("GET", "/_local/codes?email="+email, nil, nil)
	if err := json.Unmarshal([]byte(body), &got); status != http.StatusOK || err != nil {
		f.t.Fatalf("codes: got %d %s (%v), want 200 and a letter", status, body, err)
	}
	return got
}

func (f *fixture) code(email string) string {
	f.t.Helper()
	return f.letter(email).Code
}

// mailedPassword reads an invitation.
func (f *fixture) mailedPassword(email string) string {
	f.t.Helper()
	password := f.letter(email).Password
	if password == "" {
		f.t.Fatalf("the letter to %s has no password", email)
	}
	return password
}

func (f *fixture) absentFromLog(secrets ...string) {
	f.t.Helper()
	for _, secret := range secrets {
		if strings.Contains(f.log.String(), secret) {
			f.t.Error("a secret is in the log")
		}
	}
}

func (f *fixture) rotate(query string) {
	f.t.Helper()
	if status, body := f.do("POST", "/_local/rotate"+query, nil, nil); status != http.StatusOK {
		f.t.Fatalf("rotate: got %d %s, want 200", status, body)
	}
}

func (f *fixture) do(method, path string, header http.Header, body io.Reader) (status int, text string) {
	f.t.Helper()
	res := f.send(method, path, header, body)
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

func (f *fixture) send(method, path string, header http.Header, body io.Reader) *http.Response {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.t.Context(), method, f.url+path, body)
	if err != nil {
		f.t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	if host := header.Get("Host"); host != "" {
		req.Host = host
	}
	res, err := f.server.Client().Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { res.Body.Close() })
	return res
}

// verify reads a token as any verifier would: with the key set as it is served
// now.
func (f *fixture) verify(token string) (jwt.MapClaims, *jwt.Token, error) {
	f.t.Helper()
	storage, err := jwkset.NewStorageFromHTTP(f.Issuer()+"/.well-known/jwks.json", jwkset.HTTPClientStorageOptions{Client: f.server.Client(), Ctx: f.t.Context()})
	if err != nil {
		f.t.Fatal(err)
	}
	keys, err := keyfunc.New(keyfunc.Options{Ctx: context.Background(), Storage: storage})
	if err != nil {
		f.t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	parsed, err := jwt.ParseWithClaims(token, claims, keys.Keyfunc,
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(f.Issuer()), jwt.WithExpirationRequired(), jwt.WithTimeFunc(f.clock.Now))
	return claims, parsed, err
}

// wantFault checks Cognito's exception type and message as the SDK hands them
// out.
func wantFault(t *testing.T, err error, code, message string) {
	t.Helper()
	var got smithy.APIError
	if !errors.As(err, &got) {
		t.Fatalf("got error %v, want %s: %s", err, code, message)
	}
	if untyped := (*smithy.GenericAPIError)(nil); errors.As(err, &untyped) {
		t.Errorf("%s is not among the SDK's typed errors of this operation", code)
	}
	if got.ErrorCode() != code || got.ErrorMessage() != message {
		t.Fatalf("got %s: %q, want %s: %q", got.ErrorCode(), got.ErrorMessage(), code, message)
	}
}
