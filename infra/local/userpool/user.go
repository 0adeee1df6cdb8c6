package userpool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

// maxUsername is Cognito's bound, in characters.
const maxUsername = 128

// A user of a pool whose sign-in name is the e-mail address: the username
// proper is the sub, a UUID.
type user struct {
	Sub        string
	Email      string            // as the user wrote it
	Attributes map[string]string // standard attributes but sub, email and email_verified
	Password   passwordHash
	Confirmed  bool     // the address is verified too, except with Unverified
	Groups     []string // sorted
	Code       *code    // nil unless one is awaited

	Reset    *code  `json:",omitzero"` // of a forgotten password
	NewEmail string `json:",omitzero"` // takes the address's place when Verify has come back
	Verify   *code  `json:",omitzero"`

	Unverified bool       `json:",omitzero"` // confirmed by an administrator, not by a code
	Disabled   bool       `json:",omitzero"`
	Temporary  *temporary `json:",omitzero"` // nil unless the password must be changed at the next sign-in

	Authenticator *authenticator `json:",omitzero"` // nil unless an app has shown a code
	NewSeed       []byte         `json:",omitzero"` // of an app that has yet to

	Created, Modified time.Time
}

// verified reports whether the user has shown a code that was sent to the address,
// or an administrator has said so.
func (u *user) verified() bool { return u.Confirmed && !u.Unverified }

// EnsureUser makes a confirmed user of that e-mail address and password, or gives
// the user of the address the password, which need not be the policy's. The sub of
// a user made so is the same in every pool of this id, so that what others keep
// under it outlives a lost state file. A text that is no e-mail address is an error.
func (p *Pool) EnsureUser(email, password string) error {
	if !isEmail(email) {
		return fmt.Errorf("userpool: ensure user: %q is not an e-mail address", email)
	}
	sub := p.subOf(email)
	u, err := p.viewUser(sub)
	if err != nil {
		return fmt.Errorf("userpool: ensure user: %w", err)
	}
	if u != nil && !sameEmail(u.Email, email) { // has another address by now
		sub = uuid.NewString()
	}
	made := must(p.newUser(context.Background(), sub, email, password, map[string]string{})) // waits as long as it takes
	made.Confirmed, made.Code = true, nil
	return p.updateUser(email, func(tx *bolt.Tx, u *user) error {
		if u == nil {
			return addUser(tx, made)
		}
		if u.Sub != made.Sub { // one who signed up; a verifier holds for one sub
			made.Password.SRP = p.newVerifier(u.Sub, password)
		}
		u.Password, u.Confirmed, u.Code, u.Temporary, u.Disabled = made.Password, true, nil, nil, false
		return nil
	})
}

// subOf is a UUID of version 5 (RFC 9562, section 5.5) over pool and address.
func (p *Pool) subOf(email string) string {
	name := append([]byte("mailto:"), emailKey(email)...)
	return uuid.NewSHA1(uuid.NewSHA1(uuid.NameSpaceURL, []byte(p.id)), name).String()
}

// newUser hashes the password; the user is not in the pool yet.
func (p *Pool) newUser(ctx context.Context, sub, email, password string, attributes map[string]string) (*user, error) {
	hash, err := p.newPassword(ctx, sub, password)
	if err != nil {
		return nil, err
	}
	return &user{
		Sub:        sub,
		Email:      email,
		Attributes: attributes,
		Password:   hash,
		Code:       newCode(nil, p.now(), codeLifetime),
		Created:    p.now(),
		Modified:   p.now(),
	}, nil
}

// addUser returns errUserExists if the address is taken.
func addUser(tx *bolt.Tx, u *user) error {
	if emailTaken(tx, u.Email) {
		return errUserExists
	}
	return errors.Join(tx.Bucket(bucketEmails).Put(emailKey(u.Email), []byte(u.Sub)), put(tx, bucketUsers, u.Sub, u))
}

// moveUser keeps the user under the address that it has now, in place of the one
// before.
func moveUser(tx *bolt.Tx, u *user, before string) error {
	if emailTaken(tx, u.Email) {
		return errAliasExists
	}
	emails := tx.Bucket(bucketEmails)
	return errors.Join(emails.Delete(emailKey(before)), emails.Put(emailKey(u.Email), []byte(u.Sub)))
}

// updateUser lets change alter the user of that name, which is nil if there is none,
// and keeps what it made unless it returns an error.
func (p *Pool) updateUser(username string, change func(*bolt.Tx, *user) error) error {
	return p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, username)
		if err != nil {
			return err
		}
		if err := change(tx, u); err != nil || u == nil {
			return err
		}
		return put(tx, bucketUsers, u.Sub, u)
	})
}

// findUser takes what Cognito takes for a username: the e-mail address, in any
// case, or the sub. It returns nil for an unknown one.
func findUser(tx *bolt.Tx, username string) (*user, error) {
	sub := username
	if known := tx.Bucket(bucketEmails).Get(emailKey(username)); known != nil {
		sub = string(known)
	}
	u, err := get[user](tx, bucketUsers, sub)
	if u != nil && u.Attributes == nil { // in older state files
		u.Attributes = map[string]string{}
	}
	return u, err
}

func (p *Pool) viewUser(username string) (*user, error) {
	return read(p, func(tx *bolt.Tx) (*user, error) { return findUser(tx, username) })
}

func emailKey(email string) []byte { return []byte(strings.ToLower(email)) }

func sameEmail(a, b string) bool { return bytes.Equal(emailKey(a), emailKey(b)) }

func emailTaken(tx *bolt.Tx, email string) bool {
	return tx.Bucket(bucketEmails).Get(emailKey(email)) != nil
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= maxUsername
}

type attribute struct{ Name, Value string }

// readAttributes returns what is kept of the attributes that a client writes for
// the user of that address. An empty value removes one that the user has.
func (p *Pool) readAttributes(c Client, email string, attributes []attribute) (map[string]string, error) {
	kept := map[string]string{}
	for _, a := range attributes {
		known, ok := p.settings.attributeOf(a.Name)
		switch {
		case poolWrites(a.Name):
			return nil, errReadOnly
		case !ok:
			return nil, errNoAttribute(a.Name)
		case a.Name == byEmail:
			// What Cognito says to a sign-up that names two addresses is not
			// known; it cannot mean to confirm either.
			if !strings.EqualFold(a.Value, email) {
				return nil, errOtherEmail
			}
		case !c.mayWrite(a.Name) || known.DeveloperOnlyAttribute:
			return nil, errReadOnly
		default:
			if err := known.check(a.Name, a.Value); err != nil {
				return nil, err
			}
			kept[a.Name] = a.Value
		}
	}
	return kept, nil
}

// listed returns the user's attributes as GetUser lists them.
func (u *user) listed() []attribute {
	list := []attribute{{"sub", u.Sub}, {"email", u.Email}, {"email_verified", fmt.Sprint(u.verified())}}
	for _, name := range slices.Sorted(maps.Keys(u.Attributes)) {
		list = append(list, attribute{name, u.Attributes[name]})
	}
	return list
}
