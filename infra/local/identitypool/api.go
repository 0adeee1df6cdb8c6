package identitypool

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/notegate/notegate/infra/local/gateway/tokens"
)

// Target is what X-Amz-Target of a request to an identity pool begins with.
const Target = "AWSCognitoIdentityService."

const maxBody = 64 << 10

// A refusal is an error as the service has it.
type refusal struct{ kind, message string }

func refused(message string) *refusal { return &refusal{"NotAuthorizedException", message} }

var (
	errNoGuests = refused("Unauthenticated access is not supported for this identity pool.")
	errLogins   = refused("Logins don't match. Please include at least one valid login for this identity or identity pool.")
)

type request struct {
	PoolID     string            `json:"IdentityPoolId"`
	IdentityID string            `json:"IdentityId"`
	Logins     map[string]string `json:"Logins"`
}

type credentials struct {
	AccessKeyID  string `json:"AccessKeyId"`
	SecretKey    string
	SessionToken string
	Expiration   int64 // seconds since 1970
}

// ServeHTTP answers one call of the service.
func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/x-amz-json-1.1")
	h.Set("X-Amzn-Requestid", uuid.NewString())
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
	answer, why := p.call(r)
	if why != nil {
		h.Set("X-Amzn-Errortype", why.kind+":")
		w.WriteHeader(http.StatusBadRequest)
		answer = map[string]string{"__type": why.kind, "message": why.message}
	}
	_ = json.NewEncoder(w).Encode(answer) // the client may be gone
}

func (p *Pool) call(r *http.Request) (any, *refusal) {
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), Target)
	var in request
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if !ok || err != nil || json.Unmarshal(body, &in) != nil {
		return nil, &refusal{"SerializationException", "The request is not one of the service's"}
	}
	switch operation {
	case "GetId":
		return p.getID(r, in)
	case "GetCredentialsForIdentity":
		return p.getCredentials(r, in)
	case "GetOpenIdToken":
		// As with the template's AllowClassicFlow.
		return nil, &refusal{"InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow."}
	}
	return nil, &refusal{"UnknownOperationException", "The operation is not built here"}
}

func (p *Pool) getID(r *http.Request, in request) (any, *refusal) {
	if in.PoolID != p.ID {
		return nil, &refusal{"ResourceNotFoundException", "IdentityPool '" + in.PoolID + "' not found."}
	}
	sub, why := p.login(r, in.Logins)
	switch {
	case why != nil:
		return nil, why
	case sub != "":
		return map[string]string{"IdentityId": p.identityID(sub)}, nil
	case p.Unauthenticated == nil:
		return nil, errNoGuests
	}
	return map[string]string{"IdentityId": p.stranger()}, nil
}

func (p *Pool) getCredentials(r *http.Request, in request) (any, *refusal) {
	sub, why := p.login(r, in.Logins)
	if why != nil {
		return nil, why
	}
	role := p.Authenticated
	switch {
	case sub != "" && in.IdentityID != p.identityID(sub):
		return nil, errLogins
	case sub == "" && p.Unauthenticated == nil:
		return nil, errNoGuests
	case sub == "" && !p.isStranger(in.IdentityID):
		return nil, &refusal{"ResourceNotFoundException", "Identity '" + in.IdentityID + "' not found."}
	case sub == "":
		role = *p.Unauthenticated
	}
	key, principal := p.issue(role, in.IdentityID, sub)
	return map[string]any{
		"IdentityId":  in.IdentityID,
		"Credentials": credentials{key, principal.SecretKey, principal.SessionToken, principal.Expires.Unix()},
	}, nil
}

// login returns the user whom the ID token names; nothing if there is no login.
// The texts are those that clients of the service report [I].
func (p *Pool) login(r *http.Request, logins map[string]string) (sub string, _ *refusal) {
	for name, raw := range logins {
		if name != p.Provider.Name && !slices.Contains(p.Provider.Aliases, name) {
			return "", refused("Token is not from a supported provider of this identity pool.")
		}
		token, err := p.Provider.Verifier.Verify(r.Context(), raw)
		switch {
		case errors.Is(err, tokens.ErrExpired):
			return "", refused("Invalid login token. Token expired.")
		case errors.Is(err, tokens.ErrAudience):
			return "", refused("Invalid login token. Incorrect token audience.")
		case errors.Is(err, tokens.ErrIssuer):
			return "", refused("Invalid login token. Issuer doesn't match providerName")
		case err != nil:
			return "", refused("Invalid login token. Not a Cognito token")
		case token.Text("token_use") != "id" || token.Text("sub") == "":
			return "", refused("Invalid login token. Not an ID token")
		}
		if sub != "" {
			return "", errLogins
		}
		sub = token.Text("sub")
	}
	return sub, nil
}
