package userpool

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

// oauthClient returns the app client that a request to an OAuth 2.0 endpoint
// comes from. A client with a secret proves it, by HTTP Basic or in the form; one
// without a secret must not send any.
// https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
func (p *Pool) oauthClient(r *http.Request) (Client, error) {
	id, secret, err := credentials(r)
	if err != nil {
		return Client{}, err
	}
	c, err := p.viewClient(id)
	switch {
	case err != nil:
		return Client{}, err
	case c == nil || !c.hasSecret(secret):
		return Client{}, errInvalidClient
	}
	return c.Client, nil
}

// credentials reads id and secret from the header or the form; the secret must be
// in exactly one of them (RFC 6749, section 2.3).
func credentials(r *http.Request) (id, secret string, err error) {
	id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	header := r.Header.Get("Authorization")
	if header == "" {
		return id, secret, nil
	}
	basicID, basicSecret, ok := basic(header)
	switch {
	case !ok || basicSecret == "" || id != "" && id != basicID:
		return "", "", errInvalidClient
	case secret != "":
		return "", "", errInvalidRequest
	}
	return basicID, basicSecret, nil
}

// basic reads an HTTP Basic header whose two halves are percent-encoded: unlike
// RFC 6749, section 2.3.1, Cognito leaves a plus as it is.
func basic(header string) (id, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if !strings.EqualFold(scheme, "Basic") || err != nil {
		return "", "", false
	}
	id, secret, ok = strings.Cut(string(raw), ":")
	id, errID := url.PathUnescape(id)
	secret, errSecret := url.PathUnescape(secret)
	return id, secret, ok && errID == nil && errSecret == nil
}
