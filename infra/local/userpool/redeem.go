package userpool

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// A grantError is a word of RFC 6749, section 5.2.
type grantError string

func (e grantError) Error() string { return "userpool: " + string(e) }

const (
	errInvalidRequest       grantError = "invalid_request"
	errInvalidClient        grantError = "invalid_client"
	errInvalidGrant         grantError = "invalid_grant"
	errInvalidScope         grantError = "invalid_scope"
	errUnauthorizedClient   grantError = "unauthorized_client"
	errUnsupportedGrantType grantError = "unsupported_grant_type"
)

// serveToken redeems authorization codes, refresh tokens and clients' secrets. Every refusal is
// status 400 and one word, as Cognito's.
// https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
func (p *Pool) serveToken(w http.ResponseWriter, r *http.Request) {
	c, err := p.readForm(w, r)
	var result *authenticationResult
	if err == nil {
		result, err = p.redeem(r, c)
	}
	if err != nil {
		p.refuseGrant(w, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, (*tokenAnswer)(result))
}

// tokenAnswer is an [authenticationResult] in the words of RFC 6749, section 5.1.
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	ExpiresIn    int64  `json:"expires_in"`
	IDToken      string `json:"id_token,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	TokenType    string `json:"token_type"`
}

func (p *Pool) redeem(r *http.Request, c Client) (*authenticationResult, error) {
	switch r.Form.Get("grant_type") {
	case "authorization_code":
		return p.redeemCode(c, r.Form)
	case "refresh_token":
		if r.Form.Get("refresh_token") == "" {
			return nil, errInvalidRequest
		}
		return p.refresh(r.Context(), c, r.Form.Get("refresh_token"))
	case "client_credentials":
		return p.redeemSecret(r.Context(), c, r.Form)
	}
	return nil, errUnsupportedGrantType
}

// serveRevoke ends a refresh token and what came of it.
// https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
func (p *Pool) serveRevoke(w http.ResponseWriter, r *http.Request) {
	c, err := p.readForm(w, r)
	token := r.PostFormValue("token")
	if err == nil {
		err = require("token", token)
	}
	if err == nil {
		err = p.revokeRefreshToken(c, token)
	}
	if err != nil {
		p.refuseGrant(w, err)
	}
}

// readForm returns the app client that posts a form. It takes parameters only from
// the body: in a query they would appear in access logs.
func (p *Pool) readForm(w http.ResponseWriter, r *http.Request) (Client, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil || len(r.PostForm) == 0 {
		return Client{}, errInvalidRequest
	}
	r.Form = r.PostForm
	return p.oauthClient(r)
}

func (p *Pool) refuseGrant(w http.ResponseWriter, err error) {
	word, status := grantErrorOf(err), http.StatusBadRequest
	if word == "server_error" {
		status = http.StatusInternalServerError
		p.log.Error("request failed", "operation", "OAuth2", "error", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"error":"` + string(word) + `"}`))
}

// grantErrorOf is the word of RFC 6749, section 5.2, and RFC 7009, section 2.2.1.
func grantErrorOf(err error) grantError {
	if word, ok := errors.AsType[grantError](err); ok {
		return word
	}
	f, ok := errors.AsType[*fault](err)
	if !ok {
		return "server_error"
	}
	switch f.kind {
	case "InvalidParameterException", "UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException":
		return errInvalidRequest
	case "UnsupportedTokenTypeException":
		return "unsupported_token_type"
	}
	return errInvalidGrant
}

// oauthClient returns the app client that a request to an OAuth 2.0 endpoint
// comes from. A client with a secret proves it, by HTTP Basic or in the form; one
// without a secret must not send any.
// https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
func (p *Pool) oauthClient(r *http.Request) (Client, error) {
	id, secret, err := credentials(r)
	if err != nil {
		return Client{}, err
	}
	c, err := p.clientOr(errInvalidClient, id)
	if err == nil && !c.hasSecret(secret) {
		err = errInvalidClient
	}
	return c, err
}

// credentials reads id and secret from the header or the form; the secret must be
// in exactly one of them (RFC 6749, section 2.3).
func credentials(r *http.Request) (id, secret string, err error) {
	id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	header := r.Header.Get("Authorization")
	if header == "" {
		return id, secret, nil
	}
	basicID, basicSecret := basic(header)
	switch {
	case basicSecret == "" || id != "" && id != basicID:
		return "", "", errInvalidClient
	case secret != "":
		return "", "", errInvalidRequest
	}
	return basicID, basicSecret, nil
}

// basic reads an HTTP Basic header whose two halves are percent-encoded: unlike
// RFC 6749, section 2.3.1, Cognito leaves a plus as it is. What cannot be read is
// empty: no client has an empty id, and credentials refuses an empty secret.
func basic(header string) (id, secret string) {
	scheme, encoded, _ := strings.Cut(header, " ")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if !strings.EqualFold(scheme, "Basic") || err != nil {
		return "", ""
	}
	id, secret, _ = strings.Cut(string(raw), ":")
	id, _ = url.PathUnescape(id)
	secret, _ = url.PathUnescape(secret)
	return id, secret
}

// redeemSecret gives a client with a secret a token of its own, which names no
// user: the client credentials grant of RFC 6749, section 4.4. Its scopes are
// those of resource servers.
func (p *Pool) redeemSecret(ctx context.Context, c Client, form url.Values) (*authenticationResult, error) {
	if c.Secret == "" || !c.allowsOAuth(oauthMachine) {
		return nil, errUnauthorizedClient
	}
	scope, ok := c.grants(form.Get("scope"))
	if !ok {
		return nil, errInvalidScope
	}
	var metadata map[string]string
	if text := form.Get("aws_client_metadata"); text != "" && json.Unmarshal([]byte(text), &metadata) != nil {
		return nil, errInvalidRequest
	}
	custom, err := p.customize(withMetadata(withSource(ctx, sourceMachine), metadata), c, nil, scope)
	if err != nil {
		return nil, err
	}
	claims := p.claims(c, c.ID, "access", p.now(), c.accessLifetime())
	claims["client_id"] = c.ID
	claims["scope"] = scope
	claims["version"] = 2
	custom.access(claims)
	token := p.keys.Load().access.sign(claims)
	return &authenticationResult{AccessToken: token, ExpiresIn: int64(c.accessLifetime().Seconds()), TokenType: "Bearer"}, nil
}
