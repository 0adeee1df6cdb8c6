package userpool

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

// maxUsername is Cognito's bound, in characters.
const maxUsername = 128

// A user of a pool whose sign-in name is the e-mail address: the username
// proper is the sub, a random UUID.
type user struct {
	Sub        string
	Email      string            // as the user wrote it
	Attributes map[string]string // standard attributes but sub, email and email_verified
	Password   passwordHash
	Confirmed  bool     // also says that the address is verified
	Groups     []string // sorted
	Code       *code    // nil unless one is awaited
}

// EnsureUser makes a confirmed user of that e-mail address and password and
// reports whether it did: a user who is there already is left alone, password
// and all. A password against the pool's policy is an error.
//
// Unlike others, the user has the same sub in every state file of the pool, so
// that what is kept for the user elsewhere outlasts the loss of one.
func (p *Pool) EnsureUser(email, password string) (created bool, err error) {
	if p.hasEmail(email) {
		return false, nil
	}
	u, err := p.newUser(context.Background(), email, password, nil)
	if err != nil {
		return false, fmt.Errorf("userpool: ensure user: %w", err)
	}
	u.Sub = uuid.NewSHA1(uuid.NameSpaceURL, []byte(p.id+"/"+strings.ToLower(email))).String()
	u.Confirmed = true
	u.Code = nil
	err = p.addUser(u)
	if errors.Is(err, errUserExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("userpool: ensure user: %w", err)
	}
	return true, nil
}

// SetPassword gives the user with that e-mail address this password, unless it
// is the user's already. A password against the pool's policy is an error.
func (p *Pool) SetPassword(email, password string) error {
	if err := checkPolicy(password); err != nil {
		return fmt.Errorf("userpool: set password: %w", err)
	}
	return p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, email)
		if err != nil {
			return err
		}
		if u == nil {
			return errors.New("userpool: set password: no such user")
		}
		if u.Password.matches(password) {
			return nil
		}
		u.Password = hashPassword(password)
		return put(tx, bucketUsers, u.Sub, u)
	})
}

// SetGroups makes these, and no others, the groups of the user with that
// e-mail address. Tokens issued from then on name them in cognito:groups.
func (p *Pool) SetGroups(email string, groups ...string) error {
	return p.changeGroups(email, func([]string) []string { return groups })
}

// Cognito's own rule for group names.
var groupForm = regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$`)

func (p *Pool) changeGroups(username string, change func([]string) []string) error {
	return p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, username)
		if err != nil {
			return err
		}
		if u == nil {
			return &fault{"UserNotFoundException", "User does not exist."}
		}
		u.Groups = slices.Compact(slices.Sorted(slices.Values(change(u.Groups))))
		for _, g := range u.Groups {
			if !groupForm.MatchString(g) {
				return invalid("1 validation error detected: Value at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+")
			}
		}
		return put(tx, bucketUsers, u.Sub, u)
	})
}

// newUser checks and hashes what a sign-up brings; the user is not in the pool
// yet.
func (p *Pool) newUser(ctx context.Context, email, password string, given []attribute) (*user, error) {
	if !isEmail(email) {
		return nil, invalid("Username should be an email.")
	}
	attributes, err := checkAttributes(email, given)
	if err != nil {
		return nil, err
	}
	if err := checkPolicy(password); err != nil {
		return nil, err
	}
	release, err := p.hashes.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return &user{
		Sub:        uuid.NewString(),
		Email:      email,
		Attributes: attributes,
		Password:   hashPassword(password),
		Code:       newCode(nil, p.now()),
	}, nil
}

// addUser returns errUserExists if the address is taken.
func (p *Pool) addUser(u *user) error {
	return p.db.Update(func(tx *bolt.Tx) error {
		emails := tx.Bucket(bucketEmails)
		if emails.Get(emailKey(u.Email)) != nil {
			return errUserExists
		}
		if err := emails.Put(emailKey(u.Email), []byte(u.Sub)); err != nil {
			return err
		}
		return put(tx, bucketUsers, u.Sub, u)
	})
}

func (p *Pool) hasEmail(email string) (found bool) {
	_ = p.db.View(func(tx *bolt.Tx) error {
		found = tx.Bucket(bucketEmails).Get(emailKey(email)) != nil
		return nil
	})
	return found
}

// findUser takes what Cognito takes for a username: the e-mail address, in any
// case, or the sub. It returns nil for an unknown one.
func findUser(tx *bolt.Tx, username string) (*user, error) {
	sub := username
	if known := tx.Bucket(bucketEmails).Get(emailKey(username)); known != nil {
		sub = string(known)
	}
	return get[user](tx, bucketUsers, sub)
}

func (p *Pool) viewUser(username string) (u *user, err error) {
	err = p.db.View(func(tx *bolt.Tx) (err error) {
		u, err = findUser(tx, username)
		return err
	})
	return u, err
}

func emailKey(email string) []byte { return []byte(strings.ToLower(email)) }

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= maxUsername
}

type attribute struct{ Name, Value string }

// The standard attributes of OpenID Connect that a client may write, as plain
// text: unlike Cognito, this pool checks no phone number and no date.
var writable = map[string]bool{
	"address": true, "birthdate": true, "family_name": true, "gender": true, "given_name": true, "locale": true,
	"middle_name": true, "name": true, "nickname": true, "phone_number": true, "picture": true,
	"preferred_username": true, "profile": true, "updated_at": true, "website": true, "zoneinfo": true,
}

func checkAttributes(email string, given []attribute) (map[string]string, error) {
	attributes := map[string]string{}
	for _, a := range given {
		switch {
		case a.Name == "email":
			// What Cognito says to a sign-up that names two addresses is not
			// known; it cannot mean to confirm either.
			if !strings.EqualFold(a.Value, email) {
				return nil, invalid("The email attribute differs from the username.")
			}
		case a.Name == "sub" || a.Name == "email_verified" || a.Name == "phone_number_verified":
			return nil, unauthorized("A client attempted to write unauthorized attribute")
		case !writable[a.Name]:
			return nil, invalid("Attributes did not conform to the schema: %.64s: Attribute does not exist in the schema.\n", a.Name)
		case utf8.RuneCountInString(a.Value) > 2048:
			return nil, invalid("Attributes did not conform to the schema: %s: String must be no longer than 2048 characters", a.Name)
		default:
			attributes[a.Name] = a.Value
		}
	}
	return attributes, nil
}

// listed returns the user's attributes as GetUser lists them.
func (u *user) listed() []attribute {
	list := []attribute{{"sub", u.Sub}, {"email", u.Email}, {"email_verified", fmt.Sprint(u.Confirmed)}}
	for _, name := range slices.Sorted(maps.Keys(u.Attributes)) {
		list = append(list, attribute{name, u.Attributes[name]})
	}
	return list
}
