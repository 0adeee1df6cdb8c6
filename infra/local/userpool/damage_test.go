package userpool_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/userpool"
)

// What cannot be read from the state is a failure of the pool: no token, nobody
// signed in, and no refusal that blames the caller.
func TestDamagedState(t *testing.T) {
	t.Parallel()
	api := func(err error) bool {
		var got smithy.APIError
		return errors.As(err, &got) && got.ErrorCode() == "InternalErrorException"
	}
	grant := func(status int, g granted) bool {
		return status == http.StatusInternalServerError && g == granted{Error: "server_error"}
	}
	page := func(s seen) bool { return s.status == http.StatusInternalServerError && s.location == "" }
	const login = "?client_id=" + clientID + "&redirect_uri=" + callback
	for name, row := range map[string]struct {
		bucket string
		begin  func(*fixture) (call func() bool)
	}{
		"sign-in": {"users", func(f *fixture) func() bool {
			return func() bool { _, err := f.signIn(email, password); return api(err) }
		}},
		"user of a token": {"users", func(f *fixture) func() bool {
			token := *f.mustSignIn().AccessToken
			return func() bool { return api(f.getUser(token)) }
		}},
		"session of a token": {"sessions", func(f *fixture) func() bool {
			token := *f.mustSignIn().AccessToken
			return func() bool { return api(f.getUser(token)) }
		}},
		"session of a refresh token": {"sessions", func(f *fixture) func() bool {
			token := *f.mustSignIn().RefreshToken
			return func() bool { _, err := f.refresh(token); return api(err) }
		}},
		"user of a refresh token": {"users", func(f *fixture) func() bool {
			token := *f.mustSignIn().RefreshToken
			return func() bool { _, err := f.refresh(token); return api(err) }
		}},
		"RevokeToken": {"sessions", func(f *fixture) func() bool {
			token := f.mustSignIn().RefreshToken
			return func() bool {
				_, err := f.client.RevokeToken(f.t.Context(), &cognito.RevokeTokenInput{ClientId: new(clientID), Token: token})
				return api(err)
			}
		}},
		"ConfirmSignUp": {"users", func(f *fixture) func() bool {
			return func() bool { return api(f.confirm(email, "123456")) }
		}},
		"ResendConfirmationCode": {"users", func(f *fixture) func() bool {
			return func() bool {
				_, err := f.client.ResendConfirmationCode(f.t.Context(), &cognito.ResendConfirmationCodeInput{ClientId: new(clientID), Username: new(email)})
				return api(err)
			}
		}},
		"AdminAddUserToGroup": {"users", func(f *fixture) func() bool {
			return func() bool { return api(f.addToGroup(poolID, email, "staff")) }
		}},
		"mailbox": {"users", func(f *fixture) func() bool {
			return func() bool {
				status, _ := f.do("GET", "/_local/codes?email="+email, nil, nil)
				return status == http.StatusInternalServerError
			}
		}},
		"mailbox of nobody": {"users", func(f *fixture) func() bool {
			return func() bool {
				status, _ := f.do("GET", "/_local/codes?email=nobody@example.com", nil, nil)
				return status == http.StatusInternalServerError
			}
		}},
		"code": {"grants", func(f *fixture) func() bool {
			code := f.visit().authorize().Get("code")
			return func() bool { return grant(f.redeem(code)) }
		}},
		"code of an authenticator app": {"users", func(f *fixture) func() bool {
			f.withMFA("OPTIONAL")
			f.turnOn(*f.mustSignIn().AccessToken)
			session := f.begin(types.ChallengeNameTypeSoftwareTokenMfa).Session
			return func() bool { _, err := f.answerCode(session, "123456"); return api(err) }
		}},
		"user of a code": {"users", func(f *fixture) func() bool {
			code := f.visit().authorize().Get("code")
			return func() bool { return grant(f.redeem(code)) }
		}},
		"groups of a code": {"groups", func(f *fixture) func() bool {
			if err := f.addToGroup(poolID, email, "staff"); err != nil {
				f.t.Fatal(err)
			}
			code := f.visit().authorize().Get("code")
			return func() bool { return grant(f.redeem(code)) }
		}},
		"groups of a refresh token that is replaced": {"groups", func(f *fixture) func() bool {
			if err := f.addToGroup(poolID, email, "staff"); err != nil {
				f.t.Fatal(err)
			}
			tokens, err := f.auth("USER_PASSWORD_AUTH", rotating, map[string]string{"USERNAME": email, "PASSWORD": password})
			if err != nil {
				f.t.Fatal(err)
			}
			return func() bool { _, err := f.getTokens(rotating, *tokens.RefreshToken); return api(err) }
		}},
		"app client of a page": {"clients", func(f *fixture) func() bool {
			return func() bool { return page(f.visit().get(authorizeURL())) }
		}},
		"app client of a token request": {"clients", func(f *fixture) func() bool {
			return func() bool {
				return grant(f.token("grant_type", "refresh_token", "client_id", clientID, "client_secret", secret, "refresh_token", "x"))
			}
		}},
		"session of a code that comes twice": {"sessions", func(f *fixture) func() bool {
			code := f.visit().authorize().Get("code")
			f.redeem(code)
			return func() bool { return grant(f.redeem(code)) }
		}},
		"userInfo": {"sessions", func(f *fixture) func() bool {
			token := f.hosted("openid").AccessToken
			return func() bool {
				status, _ := f.do("GET", "/oauth2/userInfo", http.Header{"Authorization": {"Bearer " + token}}, nil)
				return status == http.StatusInternalServerError
			}
		}},
		"authorize": {"users", func(f *fixture) func() bool {
			v := f.visit()
			v.authorize()
			return func() bool { return page(v.get(authorizeURL())) }
		}},
		"login form": {"users", func(f *fixture) func() bool {
			v := f.visit()
			form := v.get(authorizeURL())
			return func() bool { return page(v.post(form, "email", email, "password", password)) }
		}},
		"groups of a trigger's event": {"groups", func(f *fixture) func() bool {
			f.reopen(func(cfg *userpool.Config) { cfg.PreTokenGeneration = &trigger{} })
			if err := f.addToGroup(poolID, email, "staff"); err != nil {
				f.t.Fatal(err)
			}
			v := f.visit()
			v.authorize()
			return func() bool { return page(v.get(authorizeURL())) }
		}},
		"confirm page": {"users", func(f *fixture) func() bool {
			v := f.visit()
			v.authorize()
			return func() bool { return page(v.get("/confirm" + login)) }
		}},
		"confirm form": {"users", func(f *fixture) func() bool {
			v := f.visit()
			v.authorize()
			form := v.get("/confirm" + login)
			return func() bool { return page(v.post(form, "code", "123456")) }
		}},
		"code page": {"users", func(f *fixture) func() bool {
			v := f.visit()
			v.authorize()
			return func() bool { return page(v.get("/mfa" + login)) }
		}},
		"code form": {"users", func(f *fixture) func() bool {
			v := f.visit()
			v.authorize()
			form := v.get("/login" + login)
			form.body = strings.ReplaceAll(form.body, `action="/login?`, `action="/mfa?`)
			return func() bool { return page(v.post(form, "code", "123456")) }
		}},
		"rotation": {"pool", func(f *fixture) func() bool {
			return func() bool {
				before := f.keySet()
				status, _ := f.do("POST", "/_local/rotate", nil, nil)
				return status == http.StatusInternalServerError && cmp.Equal(f.keySet(), before)
			}
		}},
		"EnsureUser": {"users", func(f *fixture) func() bool {
			return func() bool { return f.EnsureUser(email, password) != nil }
		}},
		"EnsureUser of an address that a user has left": {"users", func(f *fixture) func() bool {
			if _, err := f.client.AdminUpdateUserAttributes(f.t.Context(), &cognito.AdminUpdateUserAttributesInput{
				UserPoolId: pool(), Username: new(email), UserAttributes: []types.AttributeType{{Name: new("email"), Value: new(bob)}, {Name: new("email_verified"), Value: new("true")}},
			}); err != nil {
				f.t.Fatal(err)
			}
			return func() bool { return f.EnsureUser(email, password) != nil }
		}},
		"sign-in by a client that tells who is a user": {"users", func(f *fixture) func() bool {
			f.reopen(func(cfg *userpool.Config) { cfg.Clients = append(cfg.Clients, telling(f.t)) })
			return func() bool {
				_, err := f.auth("USER_PASSWORD_AUTH", "telling", map[string]string{"USERNAME": email, "PASSWORD": password})
				return api(err)
			}
		}},
		"sign-in by SRP": {"users", func(f *fixture) func() bool {
			return func() bool {
				_, err := f.auth("USER_SRP_AUTH", clientID, map[string]string{"USERNAME": email, "SRP_A": "abcd"})
				return api(err)
			}
		}},
		"proof by SRP": {"users", func(f *fixture) func() bool {
			p := f.prove(email, password)
			return func() bool { _, err := p.send(clientID); return api(err) }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t)
			f.user()
			call := row.begin(f)
			if err := f.Damage(row.bucket, ""); err != nil {
				t.Fatal(err)
			}
			if !call() {
				t.Error("not answered as a failure of the pool")
			}
			if log := f.log.String(); !strings.HasPrefix(name, "EnsureUser") && !strings.Contains(log, "read state: "+row.bucket) {
				t.Errorf("the log does not say what failed: %s", log)
			}
		})
	}
}

// Administrators, too, are not told that what cannot be read is not there.
func TestDamagedStateOfAdministrators(t *testing.T) {
	t.Parallel()
	group := new("staff")
	type calls map[string]func(*fixture) error
	for bucket, all := range map[string]calls{
		"users": {
			"AdminGetUser": func(f *fixture) error { _, err := f.getAdminUser(email); return err },
			"ListUsers": func(f *fixture) error {
				_, err := f.client.ListUsers(f.t.Context(), &cognito.ListUsersInput{UserPoolId: pool()})
				return err
			},
			"DeleteGroup": func(f *fixture) error {
				_, err := f.client.DeleteGroup(f.t.Context(), &cognito.DeleteGroupInput{UserPoolId: pool(), GroupName: group})
				return err
			},
		},
		"sessions": {
			"AdminDeleteUser": func(f *fixture) error {
				_, err := f.client.AdminDeleteUser(f.t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: pool(), Username: new(email)})
				return err
			},
		},
		"groups": {
			"GetGroup": func(f *fixture) error {
				_, err := f.client.GetGroup(f.t.Context(), &cognito.GetGroupInput{UserPoolId: pool(), GroupName: group})
				return err
			},
			"UpdateGroup": func(f *fixture) error {
				_, err := f.client.UpdateGroup(f.t.Context(), &cognito.UpdateGroupInput{UserPoolId: pool(), GroupName: group})
				return err
			},
			"sign-in of a member": func(f *fixture) error { _, err := f.signIn(email, password); return err },
		},
		"clients": {
			"DescribeUserPoolClient": func(f *fixture) error { _, err := f.describeClient(clientID); return err },
			"UpdateUserPoolClient": func(f *fixture) error {
				_, err := f.client.UpdateUserPoolClient(f.t.Context(), &cognito.UpdateUserPoolClientInput{UserPoolId: pool(), ClientId: new(clientID)})
				return err
			},
			"sign-in": func(f *fixture) error { _, err := f.signIn(email, password); return err },
		},
		"servers": {
			"DescribeResourceServer": func(f *fixture) error {
				_, err := f.client.DescribeResourceServer(f.t.Context(), &cognito.DescribeResourceServerInput{UserPoolId: pool(), Identifier: new("notes")})
				return err
			},
			"CreateResourceServer": func(f *fixture) error {
				_, err := f.client.CreateResourceServer(f.t.Context(), &cognito.CreateResourceServerInput{UserPoolId: pool(), Identifier: new("notes"), Name: new("Orders")})
				return err
			},
			"CreateUserPoolClient": func(f *fixture) error {
				_, err := f.createClient(&cognito.CreateUserPoolClientInput{ClientName: new("web")})
				return err
			},
		},
	} {
		f := open(t)
		f.reopen(func(cfg *userpool.Config) {
			cfg.ResourceServers = []userpool.ResourceServer{{Identifier: "notes", Name: "Notes", Scopes: []userpool.Scope{{Name: "read", Description: "Read"}}}}
		})
		f.user()
		f.mustSignIn()
		if err := f.addToGroup(poolID, email, *group); err != nil {
			t.Fatal(err)
		}
		if err := f.Damage(bucket, ""); err != nil {
			t.Fatal(err)
		}
		for name, call := range all {
			var got smithy.APIError
			if err := call(f); !errors.As(err, &got) || got.ErrorCode() != "InternalErrorException" {
				t.Errorf("%s, %s: got %v, want an internal error", bucket, name, err)
			}
		}
	}
}

// A code that could not be kept is not handed out: nothing comes back to the app.
func TestCodeThatIsNotKept(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.reopen(func(cfg *userpool.Config) { cfg.PreTokenGeneration = closing{f} })
	f.user()
	v := f.visit()
	got := v.post(v.get(authorizeURL()), "email", email, "password", password)
	if got.status != http.StatusInternalServerError || got.location != "" {
		t.Errorf("got %d to %q, want a page with 500", got.status, got.location)
	}
}

// A closing trigger closes the pool's state.
type closing struct{ f *fixture }

func (c closing) Invoke(_ context.Context, event []byte) ([]byte, error) { return event, c.f.Close() }

// A session that cannot be read is not left out when all are to end.
func TestGlobalSignOutOfADamagedSession(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	f.mustSignIn()
	token := f.mustSignIn().AccessToken
	claims, _, err := f.verify(*token)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Damage("sessions", claims["origin_jti"].(string)); err != nil {
		t.Fatal(err)
	}
	_, err = f.client.GlobalSignOut(t.Context(), &cognito.GlobalSignOutInput{AccessToken: token})
	var got smithy.APIError
	if !errors.As(err, &got) || got.ErrorCode() != "InternalErrorException" {
		t.Errorf("got %v, want an internal error", err)
	}
	if err := f.getUser(*token); err != nil {
		t.Errorf("half a sign-out: %v", err)
	}
}

// A pool does not open on what it cannot read.
func TestOpenDamagedState(t *testing.T) {
	t.Parallel()
	for _, bucket := range []string{"pool", "sessions", "grants"} {
		f := open(t)
		f.user()
		f.hosted("openid")
		if err := f.Damage(bucket, ""); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		p, err := userpool.Open(f.config())
		if err == nil || p != nil {
			t.Errorf("%s: got %v, want an error", bucket, err)
		}
	}
}
