package userpool

import (
	"context"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// adminOperations are those that AWS credentials are needed for in the cloud.
// Set-up scripts call them.
var adminOperations = map[string]operation{
	"AdminAddUserToGroup":         inPool((*Pool).adminAddUserToGroup),
	"AdminConfirmSignUp":          inPool((*Pool).adminConfirmSignUp),
	"AdminCreateUser":             inPool((*Pool).adminCreateUser),
	"AdminDeleteUser":             inPool((*Pool).adminDeleteUser),
	"AdminDeleteUserAttributes":   inPool((*Pool).adminDeleteUserAttributes),
	"AdminDisableUser":            inPool((*Pool).adminDisableUser),
	"AdminEnableUser":             inPool((*Pool).adminEnableUser),
	"AdminGetUser":                inPool((*Pool).adminGetUser),
	"AdminInitiateAuth":           inPool((*Pool).adminInitiateAuth),
	"AdminListGroupsForUser":      inPool((*Pool).adminListGroupsForUser),
	"AdminRemoveUserFromGroup":    inPool((*Pool).adminRemoveUserFromGroup),
	"AdminRespondToAuthChallenge": inPool((*Pool).adminRespondToAuthChallenge),
	"AdminSetUserMFAPreference":   inPool((*Pool).adminSetUserMFAPreference),
	"AdminSetUserPassword":        inPool((*Pool).adminSetUserPassword),
	"AdminUpdateUserAttributes":   inPool((*Pool).adminUpdateUserAttributes),
	"AdminUserGlobalSignOut":      inPool((*Pool).adminUserGlobalSignOut),
	"ListUsers":                   inPool((*Pool).listUsers),

	"CreateGroup":      inPool((*Pool).createGroup),
	"DeleteGroup":      inPool((*Pool).deleteGroup),
	"GetGroup":         inPool((*Pool).getGroup),
	"ListGroups":       inPool((*Pool).listGroups),
	"ListUsersInGroup": inPool((*Pool).listUsersInGroup),
	"UpdateGroup":      inPool((*Pool).updateGroup),

	"CreateUserPoolClient":   inPool((*Pool).createUserPoolClient),
	"DeleteUserPoolClient":   inPool((*Pool).deleteUserPoolClient),
	"DescribeUserPoolClient": inPool((*Pool).describeUserPoolClient),
	"ListUserPoolClients":    inPool((*Pool).listUserPoolClients),
	"UpdateUserPoolClient":   inPool((*Pool).updateUserPoolClient),

	"CreateResourceServer":   inPool((*Pool).createResourceServer),
	"DeleteResourceServer":   inPool((*Pool).deleteResourceServer),
	"DescribeResourceServer": inPool((*Pool).describeResourceServer),
	"ListResourceServers":    inPool((*Pool).listResourceServers),
	"UpdateResourceServer":   inPool((*Pool).updateResourceServer),

	"DescribeUserPool":     inPool((*Pool).describeUserPool),
	"GetUserPoolMfaConfig": inPool((*Pool).getUserPoolMFAConfig),
	"ListUserPools":        {run: decoded((*Pool).listUserPools), admin: true},
	"SetUserPoolMfaConfig": inPool((*Pool).setUserPoolMFAConfig),
}

// poolInput begins what names the pool.
type poolInput struct {
	UserPoolID string `json:"UserPoolId"`
}

func (in poolInput) pool() string { return in.UserPoolID }

// userInput begins what names one of its users.
type userInput struct {
	poolInput
	Username string
}

// inPool lets requests through that name this pool.
func inPool[In interface{ pool() string }](run func(*Pool, context.Context, *In) (any, error)) operation {
	return operation{admin: true, run: decoded(func(p *Pool, ctx context.Context, in *In) (any, error) {
		id := (*in).pool()
		if err := require("userPoolId", id); err != nil {
			return nil, err
		}
		if id != p.id {
			return nil, notFound("User pool %.64s does not exist.", id)
		}
		return run(p, ctx, in)
	})}
}

// errNoUser is for administrators, and for app clients that tell who is a user.
var errNoUser = &fault{"UserNotFoundException", "User does not exist."}

// viewUserOf returns the user that an administrator names.
func (p *Pool) viewUserOf(username string) (*user, error) {
	if err := require("username", username); err != nil {
		return nil, err
	}
	u, err := p.viewUser(username)
	if err == nil && u == nil {
		err = errNoUser
	}
	return u, err
}

// changeUser lets change alter the user that an administrator names, and keeps
// what it made unless it returns an error.
func (p *Pool) changeUser(username string, change func(*bolt.Tx, *user) error) error {
	if err := require("username", username); err != nil {
		return err
	}
	return p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, username)
		if err != nil {
			return err
		}
		if u == nil {
			return errNoUser
		}
		if err := change(tx, u); err != nil {
			return err
		}
		u.Modified = p.now()
		return put(tx, bucketUsers, u.Sub, u)
	})
}

// An epoch is a time as the protocol has it, in seconds since 1970.
type epoch time.Time

func (e epoch) MarshalJSON() ([]byte, error) {
	ms := max(0, time.Time(e).UnixMilli()) // what an older state file doesn't say is 1970
	return fmt.Appendf(nil, "%d.%03d", ms/1000, ms%1000), nil
}
