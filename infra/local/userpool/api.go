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

// An operation is one action of the service: it goes from the request's body to
// what is to be answered as JSON.
type operation struct {
	reads  reflect.Type // of the body; README.md lists what it leaves out
	answer func(*Pool, context.Context, []byte) (any, error)
}

// operations are those that apps call. Each of them, and of adminOperations, is at
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
// as API_ and its name.
var operations = map[string]operation{
	"AssociateSoftwareToken":           decoded((*Pool).associateSoftwareToken),
	"ChangePassword":                   resolved((*Pool).changePassword),
	"ConfirmForgotPassword":            resolved((*Pool).confirmForgotPassword),
	"ConfirmSignUp":                    resolved((*Pool).confirmSignUp),
	"DeleteUser":                       resolved(deleteUser[accessTokenInput]),
	"DeleteUserAttributes":             resolved((*Pool).deleteUserAttributes),
	"ForgotPassword":                   resolved((*Pool).forgotPassword),
	"GetTokensFromRefreshToken":        resolved((*Pool).getTokensFromRefreshToken),
	"GetUser":                          resolved((*Pool).getUser),
	"GetUserAttributeVerificationCode": resolved((*Pool).getUserAttributeVerificationCode),
	"GlobalSignOut":                    resolved(globalSignOut[accessTokenInput]),
	"InitiateAuth":                     resolved((*Pool).initiateAuth),
	"ResendConfirmationCode":           resolved((*Pool).resendConfirmationCode),
	"RespondToAuthChallenge":           resolved((*Pool).respondToAuthChallenge),
	"RevokeToken":                      resolved((*Pool).revokeToken),
	"SetUserMFAPreference":             resolved((*Pool).setUserMFAPreference),
	"SignUp":                           resolved((*Pool).signUp),
	"UpdateUserAttributes":             resolved((*Pool).updateUserAttributes),
	"VerifySoftwareToken":              decoded((*Pool).verifySoftwareToken),
	"VerifyUserAttribute":              resolved((*Pool).verifyUserAttribute),
}

// adminOperations are those that AWS credentials are needed for in the cloud; here
// only this machine and its hosts may call them. Set-up scripts do.
var adminOperations = map[string]operation{
	"AdminAddUserToGroup":         decoded((*Pool).adminAddUserToGroup),
	"AdminConfirmSignUp":          decoded((*Pool).adminConfirmSignUp),
	"AdminCreateUser":             decoded((*Pool).adminCreateUser),
	"AdminDeleteUser":             resolved(deleteUser[userInput]),
	"AdminDeleteUserAttributes":   decoded((*Pool).adminDeleteUserAttributes),
	"AdminDisableUser":            decoded((*Pool).adminDisableUser),
	"AdminEnableUser":             decoded((*Pool).adminEnableUser),
	"AdminGetUser":                resolved((*Pool).adminGetUser),
	"AdminInitiateAuth":           resolved((*Pool).adminInitiateAuth),
	"AdminListGroupsForUser":      resolved((*Pool).adminListGroupsForUser),
	"AdminRemoveUserFromGroup":    decoded((*Pool).adminRemoveUserFromGroup),
	"AdminRespondToAuthChallenge": resolved((*Pool).adminRespondToAuthChallenge),
	"AdminSetUserMFAPreference":   decoded((*Pool).adminSetUserMFAPreference),
	"AdminSetUserPassword":        decoded((*Pool).adminSetUserPassword),
	"AdminUpdateUserAttributes":   decoded((*Pool).adminUpdateUserAttributes),
	"AdminUserGlobalSignOut":      resolved(globalSignOut[userInput]),
	"ListUsers":                   decoded((*Pool).listUsers),

	"CreateGroup":      decoded((*Pool).createGroup),
	"DeleteGroup":      decoded((*Pool).deleteGroup),
	"GetGroup":         resolved((*Pool).getGroup),
	"ListGroups":       decoded((*Pool).listGroups),
	"ListUsersInGroup": resolved((*Pool).listUsersInGroup),
	"UpdateGroup":      decoded((*Pool).updateGroup),

	"CreateUserPoolClient":   decoded((*Pool).createUserPoolClient),
	"DeleteUserPoolClient":   resolved((*Pool).deleteUserPoolClient),
	"DescribeUserPoolClient": resolved((*Pool).describeUserPoolClient),
	"ListUserPoolClients":    decoded((*Pool).listUserPoolClients),
	"UpdateUserPoolClient":   decoded((*Pool).updateUserPoolClient),

	"CreateResourceServer":   decoded((*Pool).createResourceServer),
	"DeleteResourceServer":   decoded((*Pool).deleteResourceServer),
	"DescribeResourceServer": resolved((*Pool).describeResourceServer),
	"ListResourceServers":    decoded((*Pool).listResourceServers),
	"UpdateResourceServer":   decoded((*Pool).updateResourceServer),

	"DescribeUserPool":     decoded((*Pool).describeUserPool),
	"GetUserPoolMfaConfig": decoded((*Pool).getUserPoolMFAConfig),
	"ListUserPools":        decoded((*Pool).listUserPools),
	"SetUserPoolMfaConfig": decoded((*Pool).setUserPoolMFAConfig),
}

// serveAPI answers the AWS JSON 1.1 protocol.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
func (p *Pool) serveAPI(w http.ResponseWriter, r *http.Request) {
	requestID := uuid.NewString()
	name, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	out, err := p.call(w, r, name)
	status := http.StatusOK
	f, refused := errors.AsType[*fault](err)
	switch {
	case refused:
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
	body := must(json.Marshal(out)) // our own types
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func (p *Pool) call(w http.ResponseWriter, r *http.Request, name string) (any, error) {
	op, admin := adminOperations[name]
	if !admin {
		op = operations[name]
	}
	if op.answer == nil {
		return nil, errUnknownOperation(name)
	}
	if mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); !strings.EqualFold(strings.TrimSpace(mediaType), contentType) {
		return nil, errContentType
	}
	if admin && !p.hosts.Trust(r) {
		return nil, errAdminOnly
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, errSerialization // the client gave up; nobody reads the answer
	}
	return op.answer(p, r.Context(), body)
}

// decoded reads the body strictly: no duplicate or case-variant members and no
// invalid UTF-8. Unknown members are ignored as AWS does, since newer SDKs may
// send more than this pool knows. An input that names a pool must name this one.
func decoded[In any](run func(*Pool, context.Context, *In) (any, error)) operation {
	return operation{reads: reflect.TypeFor[In](), answer: func(p *Pool, ctx context.Context, body []byte) (any, error) {
		in := new(In)
		if err := json.Unmarshal(body, in); err != nil {
			return nil, errSerialization
		}
		if err := requireTagged(in); err != nil {
			return nil, err
		}
		if of, ok := any(in).(interface{ pool() string }); ok && of.pool() != p.id {
			return nil, notFound("User pool %.64s does not exist.", of.pool())
		}
		return run(p, ctx, in)
	}}
}

// resolved is for inputs that begin with who or what the operation is for: it finds
// that user, app client or group, and refuses a request that lacks the proof of it.
func resolved[In interface{ who(*Pool) (Who, error) }, Who any](run func(*Pool, context.Context, Who, *In) (any, error)) operation {
	return decoded(func(p *Pool, ctx context.Context, in *In) (any, error) {
		who, err := (*in).who(p)
		if err != nil {
			return nil, err
		}
		return run(p, ctx, who, in)
	})
}

// poolInput begins what names the pool.
type poolInput struct {
	UserPoolID string `json:"UserPoolId" required:"userPoolId"`
}

func (in poolInput) pool() string { return in.UserPoolID }

// userInput begins what names one of its users.
type userInput struct {
	poolInput
	Username string `required:"username"`
}

func (in userInput) who(p *Pool) (*user, error) { return p.viewUserOf(in.Username) }

// clientIDInput begins what comes from an app client.
type clientIDInput struct {
	ClientID string `json:"ClientId" required:"clientId"`
}

func (in clientIDInput) who(p *Pool) (Client, error) { return p.client(in.ClientID) }

// clientUserInput begins what comes from an app client, which proves its secret if
// it has one, and names a user.
type clientUserInput struct {
	ClientID   string `json:"ClientId" required:"clientId"`
	Username   string `required:"username"`
	SecretHash string
}

func (in clientUserInput) who(p *Pool) (Client, error) {
	c, err := p.client(in.ClientID)
	if err != nil {
		return Client{}, err
	}
	return c, c.checkSecretHash(in.Username, in.SecretHash)
}

// accessTokenInput begins what comes from a user who is signed in.
type accessTokenInput struct {
	AccessToken string `required:"accessToken"`
}

func (in accessTokenInput) who(p *Pool) (*user, error) {
	u, _, err := p.authorize(in.AccessToken)
	return u, err
}

// appTokenInput is an accessTokenInput for which the app client matters, too.
type appTokenInput struct {
	AccessToken string `required:"accessToken"`
}

// An appUser is a user and the app client that the user signed in to.
type appUser struct {
	*user
	app Client
}

func (in appTokenInput) who(p *Pool) (appUser, error) {
	u, s, err := p.authorize(in.AccessToken)
	if err != nil {
		return appUser{}, err
	}
	c, err := p.client(s.ClientID)
	return appUser{u, c}, err
}
