package userpool

import (
	"fmt"
	"reflect"
	"strings"
)

// A fault is what a client did wrong, in Cognito's words: the exception's type
// and its message, answered with status 400.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
type fault struct{ kind, message string }

func (f *fault) Error() string { return "userpool: " + f.kind + ": " + f.message }

// The messages are those seen in public reports of the real service.
var (
	errBadLogin      = unauthorized("Incorrect username or password.")
	errLockedOut     = unauthorized("Password attempts exceeded")
	errDisabled      = unauthorized("User is disabled.")
	errNoReset       = unauthorized("User password cannot be reset in the current state.")
	errNoRecovery    = invalid("Cannot reset password for the user as there is no registered/verified email or phone_number")
	errNoCombination = &fault{"UserNotFoundException", "Username/client id combination not found."}
	errNotConfirmed  = &fault{"UserNotConfirmedException", "User is not confirmed."}
	errInitiateAdmin = invalid("Initiate Auth method not supported.")
	errAliasExists   = &fault{"AliasExistsException", "An account with the given email already exists."}
	errEmailForm     = invalid("Invalid email address format.")
	errNotEmail      = invalid("Username should be an email.")
	errOtherEmail    = invalid("The email attribute differs from the username.")
	errUserExists    = &fault{"UsernameExistsException", "An account with the given email already exists."}
	errConfirmed     = unauthorized("User cannot be confirmed. Current status is CONFIRMED")
	errNoResend      = invalid("User is already confirmed.")
	errCodeMismatch  = &fault{"CodeMismatchException", "Invalid verification code provided, please try again."}
	errCodeExpired   = &fault{"ExpiredCodeException", "Invalid code provided, please request a code again."}
	errCodeLimit     = &fault{"LimitExceededException", "Attempt limit exceeded, please try after some time."}
	errClientSecret  = &fault{"UnauthorizedException", "The client secret is not the app client's."}
	errReadOnly      = unauthorized("A client attempted to write unauthorized attribute")
	errAccessInvalid = unauthorized("Invalid Access Token")
	errAccessExpired = unauthorized("Access Token has expired")
	errAccessRevoked = unauthorized("Access Token has been revoked")
	errAccessScope   = unauthorized("Access Token does not have required scopes")

	errSessionInvalid = unauthorized("Invalid session for the user.")
	errSessionExpired = unauthorized("Invalid session for the user, session is expired.")
	errSessionUsed    = unauthorized("Invalid session for the user, session can only be used once.")
	errNoSession      = invalid("Missing required parameter Session")

	errTOTPWrong  = &fault{"CodeMismatchException", "Invalid code received for user"}
	errTOTPUsed   = &fault{"ExpiredCodeException", "Your software token has already been used once."}
	errTOTPEnable = &fault{"EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"}
	errTOTPNone   = &fault{"SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user."}
	errTOTPOff    = &fault{"SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"}
	errMFANone    = invalid("Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.")
	errMFABoth    = invalid("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")

	errRefreshInvalid = unauthorized("Invalid Refresh Token.") // the only one of the three with a period
	errRefreshExpired = unauthorized("Refresh Token has expired")
	errRefreshReused  = &fault{"RefreshTokenReuseException", "The refresh token was replaced by another already."} // Cognito's words are not known
	errRefreshRevoked = unauthorized("Refresh Token has been revoked")
)

// What the protocol layer refuses; these messages are our own, the real
// service's are not known.
var (
	errSerialization = &fault{"SerializationException", "The request body is not a JSON object of this operation's members."}
	errTooLarge      = &fault{"SerializationException", fmt.Sprintf("The request body is larger than %d bytes.", maxBody)}
	errContentType   = &fault{"SerializationException", "The Content-Type is not " + contentType + "."}
	errAdminOnly     = &fault{"MissingAuthenticationTokenException", "Admin operations are for programs on this machine."}
)

// errUnknownOperation says where it stands what there is.
func errUnknownOperation(name string) *fault {
	return &fault{"UnknownOperationException", fmt.Sprintf("The local user pool has no operation %.64q: infra/local/userpool/README.md lists what it has.", name)}
}

// flowRefused answers a flow that the app client does not allow.
func flowRefused(flow string) *fault {
	if flow == "USER_SRP_AUTH" {
		return invalid("USER_SRP_AUTH is not enabled for the client.")
	}
	return invalid("%.64s flow not enabled for this client", flow)
}

// must is for what cannot fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func unauthorized(message string) *fault { return &fault{"NotAuthorizedException", message} }

func invalid(format string, args ...any) *fault {
	return &fault{"InvalidParameterException", fmt.Sprintf(format, args...)}
}

// malformed faults a member of the request as the real service's validation does.
func malformed(member, must string, args ...any) *fault {
	return invalid("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must %s", member, fmt.Sprintf(must, args...))
}

func notFound(format string, args ...any) *fault {
	return &fault{"ResourceNotFoundException", fmt.Sprintf(format, args...)}
}

// requireTagged faults the empty members that are tagged as required, each under
// the name in its tag.
func requireTagged(in any) error {
	v := reflect.ValueOf(in).Elem()
	var members []string
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name := f.Tag.Get("required"); name != "" {
			members = append(members, name, v.FieldByIndex(f.Index).String())
		}
	}
	return require(members...)
}

// require takes name and value of required members by turns and faults the
// empty ones together, as the real service's validation does.
func require(members ...string) error {
	var missing []string
	for i := 0; i < len(members); i += 2 {
		if members[i+1] == "" {
			missing = append(missing, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", members[i]))
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return invalid("1 validation error detected: %s", missing[0])
	}
	return invalid("%d validation errors detected: %s", len(missing), strings.Join(missing, "; "))
}
