package userpool

import (
	"errors"
	"net/http"

	"github.com/go-oauth2/oauth2/v4"
	oautherrors "github.com/go-oauth2/oauth2/v4/errors"
)

// serveToken redeems authorization codes and refresh tokens. Every refusal is
// status 400 and one word, as Cognito's.
// https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
func (p *Pool) serveToken(w http.ResponseWriter, r *http.Request) {
	answer, err := p.redeem(w, r)
	if err != nil {
		p.refuseGrant(w, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, answer)
}

type tokenAnswer struct {
	IDToken      string `json:"id_token,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
	TokenType    string `json:"token_type"`
}

func (p *Pool) redeem(w http.ResponseWriter, r *http.Request) (*tokenAnswer, error) {
	if err := readForm(w, r); err != nil {
		return nil, err
	}
	kind, req, err := p.oauth.ValidationTokenRequest(r)
	if err != nil {
		return nil, err
	}
	c, err := p.client(req.ClientID)
	if err != nil {
		return nil, oautherrors.ErrInvalidClient
	}
	answer := &tokenAnswer{ExpiresIn: int64(p.lifetime.Seconds()), TokenType: "Bearer"}
	if kind == oauth2.Refreshing {
		// The very operation of the API: the library would not ask whose
		// refresh token it is.
		renewed, err := p.refreshTokenAuth(r.Context(), c, map[string]string{"REFRESH_TOKEN": req.Refresh})
		if err != nil {
			return nil, err
		}
		answer.AccessToken, answer.IDToken = renewed.AccessToken, renewed.IDToken
		return answer, nil
	}
	granted, err := p.oauth.GetAccessToken(r.Context(), kind, req)
	if err != nil {
		return nil, err
	}
	answer.AccessToken, answer.RefreshToken = granted.GetAccess(), granted.GetRefresh()
	answer.IDToken = granted.(oauth2.ExtendableTokenInfo).GetExtension().Get(extIDToken)
	return answer, nil
}

// serveRevoke ends a refresh token and what came of it.
// https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
func (p *Pool) serveRevoke(w http.ResponseWriter, r *http.Request) {
	err := readForm(w, r)
	if err == nil {
		_, err = p.revokeToken(r.Context(), &revokeTokenInput{ClientID: r.PostFormValue("client_id"), Token: r.PostFormValue("token")})
	}
	if err != nil {
		p.refuseGrant(w, err)
	}
}

// readForm takes parameters from the body alone: in a query they would end in
// somebody's log.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil || len(r.PostForm) == 0 {
		return oautherrors.ErrInvalidRequest
	}
	r.Form = r.PostForm
	return nil
}

func (p *Pool) refuseGrant(w http.ResponseWriter, err error) {
	word, status := grantError(err), http.StatusBadRequest
	if word == "server_error" {
		status = http.StatusInternalServerError
		p.log.Error("request failed", "operation", "OAuth2", "error", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"error":"` + word + `"}`))
}

// grantError is the word of RFC 6749, section 5.2, and RFC 7009, section 2.2.1.
func grantError(err error) string {
	if _, known := oautherrors.Descriptions[err]; known {
		return err.Error()
	}
	if errors.Is(err, oautherrors.ErrInvalidRedirectURI) {
		return "invalid_grant"
	}
	var f *fault
	if !errors.As(err, &f) {
		return "server_error"
	}
	switch f.kind {
	case "ResourceNotFoundException":
		return "invalid_client"
	case "InvalidParameterException":
		return "invalid_request"
	case "UnsupportedTokenTypeException":
		return "unsupported_token_type"
	}
	return "invalid_grant"
}
