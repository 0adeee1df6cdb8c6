package userpool

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

const (
	contentType  = "application/x-amz-json-1.1"
	targetPrefix = "AWSCognitoIdentityProviderService."
	maxBody      = 64 << 10
)

// An operation is one action of the service.
type operation struct {
	run   handler
	admin bool // signed with AWS credentials in the cloud; here only for this machine and its hosts
}

// A handler goes from the request's body to what is to be answered as JSON.
type handler struct {
	answer func(*Pool, context.Context, []byte) (any, error)
	reads  reflect.Type // of the body; README.md lists what it leaves out
}

var operations = map[string]operation{
	"AssociateSoftwareToken":           {run: decoded((*Pool).associateSoftwareToken)},
	"ChangePassword":                   {run: decoded((*Pool).changePassword)},
	"ConfirmForgotPassword":            {run: decoded((*Pool).confirmForgotPassword)},
	"ConfirmSignUp":                    {run: decoded((*Pool).confirmSignUp)},
	"DeleteUser":                       {run: decoded((*Pool).deleteUser)},
	"DeleteUserAttributes":             {run: decoded((*Pool).deleteUserAttributes)},
	"ForgotPassword":                   {run: decoded((*Pool).forgotPassword)},
	"GetTokensFromRefreshToken":        {run: decoded((*Pool).getTokensFromRefreshToken)},
	"GetUser":                          {run: decoded((*Pool).getUser)},
	"GetUserAttributeVerificationCode": {run: decoded((*Pool).getUserAttributeVerificationCode)},
	"GlobalSignOut":                    {run: decoded((*Pool).globalSignOut)},
	"InitiateAuth":                     {run: decoded((*Pool).initiateAuth)},
	"ResendConfirmationCode":           {run: decoded((*Pool).resendConfirmationCode)},
	"RespondToAuthChallenge":           {run: decoded((*Pool).respondToAuthChallenge)},
	"RevokeToken":                      {run: decoded((*Pool).revokeToken)},
	"SetUserMFAPreference":             {run: decoded((*Pool).setUserMFAPreference)},
	"SignUp":                           {run: decoded((*Pool).signUp)},
	"UpdateUserAttributes":             {run: decoded((*Pool).updateUserAttributes)},
	"VerifySoftwareToken":              {run: decoded((*Pool).verifySoftwareToken)},
	"VerifyUserAttribute":              {run: decoded((*Pool).verifyUserAttribute)},
}

// serveAPI answers the AWS JSON 1.1 protocol.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
func (p *Pool) serveAPI(w http.ResponseWriter, r *http.Request) {
	requestID := uuid.NewString()
	name, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	out, err := p.call(w, r, name)
	status := http.StatusOK
	var f *fault
	switch {
	case errors.As(err, &f):
		status = http.StatusBadRequest
	case err != nil:
		status = http.StatusInternalServerError
		f = &fault{"InternalErrorException", "Internal error"}
		p.log.Error("request failed", "operation", name, "error", err, "request_id", requestID)
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("X-Amzn-RequestId", requestID)
	if f != nil {
		out = struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}{f.kind, f.message}
		h.Set("X-Amzn-ErrorType", f.kind+":") // the real service's has the colon
		h.Set("X-Amzn-ErrorMessage", f.message)
	}
	body, err := json.Marshal(out)
	if err != nil {
		panic(err) // our own types
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func (p *Pool) call(w http.ResponseWriter, r *http.Request, name string) (any, error) {
	op, ok := operations[name]
	if !ok {
		op, ok = adminOperations[name]
	}
	if !ok {
		return nil, errUnknownOperation(name)
	}
	if mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); !strings.EqualFold(strings.TrimSpace(mediaType), contentType) {
		return nil, errContentType
	}
	if op.admin && !p.hosts.Trust(r) {
		return nil, errAdminOnly
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, errSerialization // the client gave up; nobody reads the answer
	}
	return op.run.answer(p, r.Context(), body)
}

// decoded reads the body strictly: no duplicate or case-variant members and no
// invalid UTF-8. Unknown members are ignored as AWS does, since newer SDKs may
// send more than this pool knows.
func decoded[In any](run func(*Pool, context.Context, *In) (any, error)) handler {
	return handler{reads: reflect.TypeFor[In](), answer: func(p *Pool, ctx context.Context, body []byte) (any, error) {
		in := new(In)
		if err := json.Unmarshal(body, in); err != nil {
			return nil, errSerialization
		}
		return run(p, ctx, in)
	}}
}
