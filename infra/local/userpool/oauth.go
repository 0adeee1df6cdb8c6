package userpool

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/go-oauth2/oauth2/v4/errors"
	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/go-oauth2/oauth2/v4/server"
)

const codeGrantLifetime = 5 * time.Minute

// newAuthorizationServer is the OAuth 2.0 authorization server (RFC 6749) of
// the hosted login: the authorization code grant with PKCE (RFC 7636), S256
// alone, and refresh tokens. App clients here are public, so that PKCE is not
// left to them, unlike with Cognito (RFC 9700, section 2.1.1).
func (p *Pool) newAuthorizationServer() *server.Server {
	m := manage.NewManager()
	m.SetAuthorizeCodeExp(codeGrantLifetime)
	m.SetAuthorizeCodeTokenCfg(&manage.Config{AccessTokenExp: p.lifetime, IsGenerateRefresh: true})
	m.SetValidateURIHandler(isCallback)
	m.SetExtractExtensionHandler(rememberRequest)
	m.MapAuthorizeGenerate(codes{})
	m.MapAccessGenerate(tokens{p})
	m.MapClientStorage(registry(p.clients))
	m.MapTokenStorage(&grants{now: p.now, byCode: map[string]grant{}})

	s := server.NewServer(&server.Config{
		TokenType:                   "Bearer",
		AllowedResponseTypes:        []oauth2.ResponseType{oauth2.Code},
		AllowedGrantTypes:           []oauth2.GrantType{oauth2.AuthorizationCode, oauth2.Refreshing},
		AllowedCodeChallengeMethods: []oauth2.CodeChallengeMethod{oauth2.CodeChallengeS256},
		ForcePKCE:                   true,
	}, m)
	s.SetClientInfoHandler(server.ClientFormHandler)
	return s
}

// registry is the app clients as the library asks for them.
type registry map[string]Client

func (r registry) GetByID(_ context.Context, id string) (oauth2.ClientInfo, error) {
	c, ok := r[id]
	if !ok {
		return nil, errors.ErrInvalidClient
	}
	return &models.Client{ID: c.ID, Domain: strings.Join(c.CallbackURLs, " "), Public: true}, nil
}

// isCallback compares whole URIs (RFC 9700, section 2.1). The library knows one
// base of a client, in which ours has all of them.
func isCallback(registered, uri string) error {
	if !slices.Contains(strings.Fields(registered), uri) {
		return errors.ErrInvalidRedirectURI
	}
	return nil
}

// codes makes authorization codes.
type codes struct{}

func (codes) Token(context.Context, *oauth2.GenerateBasic) (string, error) {
	return randomText(32), nil
}

// What a code carries from the authorize request to its tokens, beside what the
// library knows of.
const (
	extNonce    = "nonce"
	extAuthTime = "auth_time"
	extIDToken  = "id_token"
)

// rememberRequest keeps the nonce with the code. A token request has none to
// say: it would be the word of whoever redeems the code.
func rememberRequest(req *oauth2.TokenGenerateRequest, grant oauth2.ExtendableTokenInfo) {
	if req.Code != "" {
		return
	}
	ext := grant.GetExtension()
	ext.Set(extNonce, req.Request.FormValue("nonce"))
	if signedIn, ok := browserOf(req.Request.Context()); ok {
		ext.Set(extAuthTime, signedIn.at.Format(time.RFC3339))
	}
}

// tokens makes the tokens that a code is redeemed for.
type tokens struct{ pool *Pool }

func (t tokens) Token(_ context.Context, data *oauth2.GenerateBasic, _ bool) (accessToken, refreshToken string, err error) {
	grant := data.TokenInfo.(oauth2.ExtendableTokenInfo)
	authTime, err := time.Parse(time.RFC3339, grant.GetExtension().Get(extAuthTime))
	if err != nil {
		return "", "", err
	}
	u, err := t.pool.viewUser(data.UserID)
	if err != nil {
		return "", "", err
	}
	s := &session{ClientID: data.Client.GetID(), Scope: grant.GetScope(), AuthTime: authTime, Hosted: true}
	refreshToken, key, err := t.pool.startSession(u.Sub, s)
	if err != nil {
		return "", "", err
	}
	accessToken, idToken, err := t.pool.issue(u, key, s, grant.GetExtension().Get(extNonce))
	if err != nil {
		return "", "", err
	}
	grant.GetExtension().Set(extIDToken, idToken)
	return accessToken, refreshToken, nil
}

// grants keeps the codes that wait to be redeemed. Tokens are not kept here:
// the pool has its sessions.
type grants struct {
	now    func() time.Time
	mu     sync.Mutex
	byCode map[string]grant
}

type grant struct {
	oauth2.TokenInfo
	expires time.Time
}

var _ oauth2.TokenStore = (*grants)(nil)

func (g *grants) Create(_ context.Context, info oauth2.TokenInfo) error {
	if info.GetCode() == "" {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	for code, old := range g.byCode {
		if !now.Before(old.expires) {
			delete(g.byCode, code)
		}
	}
	g.byCode[info.GetCode()] = grant{info, now.Add(codeGrantLifetime)}
	return nil
}

// GetByCode goes by the pool's clock; the library's own is the wall clock.
func (g *grants) GetByCode(_ context.Context, code string) (oauth2.TokenInfo, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, ok := g.byCode[code]
	if !ok || !g.now().Before(found.expires) {
		return nil, errors.ErrInvalidAuthorizeCode
	}
	return found.TokenInfo, nil
}

// RemoveByCode lets one of two that redeem a code at once fail: the library
// reads it first and removes it then.
func (g *grants) RemoveByCode(_ context.Context, code string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.byCode[code]; !ok {
		return errors.ErrInvalidAuthorizeCode
	}
	delete(g.byCode, code)
	return nil
}

func (g *grants) GetByAccess(context.Context, string) (oauth2.TokenInfo, error) {
	return nil, errors.ErrInvalidAccessToken
}

func (g *grants) GetByRefresh(context.Context, string) (oauth2.TokenInfo, error) {
	return nil, errors.ErrInvalidRefreshToken
}

func (g *grants) RemoveByAccess(context.Context, string) error  { return errors.ErrInvalidAccessToken }
func (g *grants) RemoveByRefresh(context.Context, string) error { return errors.ErrInvalidRefreshToken }
