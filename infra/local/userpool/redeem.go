package userpool

import (
	"errors"
	"net/http"
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
	result, err := p.redeem(w, r)
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

func (p *Pool) redeem(w http.ResponseWriter, r *http.Request) (*authenticationResult, error) {
	if err := readForm(w, r); err != nil {
		return nil, err
	}
	c, err := p.oauthClient(r)
	if err != nil {
		return nil, err
	}
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
	if err := p.revokeByForm(w, r); err != nil {
		p.refuseGrant(w, err)
	}
}

func (p *Pool) revokeByForm(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c, err := p.oauthClient(r)
	if err != nil {
		return err
	}
	token := r.PostFormValue("token")
	if err := require("token", token); err != nil {
		return err
	}
	return p.revokeRefreshToken(c, token)
}

// readForm takes parameters only from the body: in a query they would appear in
// access logs.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil || len(r.PostForm) == 0 {
		return errInvalidRequest
	}
	r.Form = r.PostForm
	return nil
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
	var word grantError
	if errors.As(err, &word) {
		return word
	}
	var f *fault
	if !errors.As(err, &f) {
		return "server_error"
	}
	switch f.kind {
	case "ResourceNotFoundException":
		return errInvalidClient
	case "InvalidParameterException", "UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException":
		return errInvalidRequest
	case "UnsupportedTokenTypeException":
		return "unsupported_token_type"
	}
	return errInvalidGrant
}
