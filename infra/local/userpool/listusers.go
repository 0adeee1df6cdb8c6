package userpool

import (
	"context"
	"regexp"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
)

type listUsersInput struct {
	poolInput
	AttributesToGet []string
	Filter          string
	Limit           int
	PaginationToken string
}

type listUsersOutput struct {
	Users           []userType
	PaginationToken string `json:",omitempty"`
}

// listUsers orders users by their sub; Cognito's order is not documented.
func (p *Pool) listUsers(_ context.Context, in *listUsersInput) (any, error) {
	matches, err := parseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	for _, name := range in.AttributesToGet {
		if _, ok := p.settings.attributeOf(name); !ok && !slices.Contains([]string{"sub", "email_verified", "phone_number_verified"}, name) {
			return nil, invalid("One or more requested attributes do not exist.")
		}
	}
	users, next, err := p.usersOf(matches, in.PaginationToken, in.Limit)
	if err != nil {
		return nil, err
	}
	for i := range users {
		if in.AttributesToGet != nil {
			users[i].Attributes = slices.DeleteFunc(users[i].Attributes, func(a attribute) bool { return !slices.Contains(in.AttributesToGet, a.Name) })
		}
	}
	return listUsersOutput{users, next}, nil
}

type listUsersInGroupInput struct {
	groupInput
	Limit     int
	NextToken string
}

type listUsersInGroupOutput struct {
	Users     []userType
	NextToken string `json:",omitempty"`
}

func (p *Pool) listUsersInGroup(_ context.Context, in *listUsersInGroupInput) (any, error) {
	if err := p.db.View(func(tx *bolt.Tx) error { _, err := findGroup(tx, in.GroupName); return err }); err != nil {
		return nil, err
	}
	member := func(u *user) bool { return slices.Contains(u.Groups, in.GroupName) }
	users, next, err := p.usersOf(member, in.NextToken, in.Limit)
	return listUsersInGroupOutput{users, next}, err
}

// usersOf returns one page of the users that match.
func (p *Pool) usersOf(matches func(*user) bool, token string, limit int) (users []userType, next string, err error) {
	users = []userType{}
	err = p.db.View(func(tx *bolt.Tx) error {
		found := map[string]*user{}
		var subs []string // in order
		err := tx.Bucket(bucketUsers).ForEach(func(k, _ []byte) error {
			u, err := get[user](tx, bucketUsers, string(k))
			if err == nil && matches(u) {
				found[u.Sub], subs = u, append(subs, u.Sub)
			}
			return err
		})
		if err != nil {
			return err
		}
		page, after, err := pageOf(subs, token, limit, maxPage)
		if err != nil {
			return err
		}
		for _, sub := range page {
			users = append(users, found[sub].described())
		}
		next = after
		return nil
	})
	return users, next, err
}

var filterForm = regexp.MustCompile(`^\s*([\w:.-]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$`)

// parseFilter reads one comparison, = or ^= (begins with), of an attribute that
// Cognito can search.
// https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html#cognito-user-pools-searching-for-users-using-listusers-api
func parseFilter(filter string) (func(*user) bool, error) {
	if strings.TrimSpace(filter) == "" {
		return func(*user) bool { return true }, nil
	}
	parts := filterForm.FindStringSubmatch(filter)
	if parts == nil {
		return nil, invalid("Error while parsing filter.")
	}
	name, want := parts[1], regexp.MustCompile(`\\(.)`).ReplaceAllString(parts[3], "$1")
	value := searchable(name)
	if value == nil {
		return nil, invalid("Invalid search attribute: %.64s", name)
	}
	fold := func(text string) string { return text }
	if name == byEmail || name == "cognito:user_status" { // which are compared in any case
		fold = strings.ToLower
	}
	want = fold(want)
	return func(u *user) bool {
		got := fold(value(u))
		if parts[2] == "^=" {
			return strings.HasPrefix(got, want)
		}
		return got == want
	}, nil
}

// searchable returns nil for an attribute that cannot be searched.
func searchable(name string) func(*user) string {
	switch name {
	case "username", "sub":
		return func(u *user) string { return u.Sub }
	case byEmail:
		return func(u *user) string { return u.Email }
	case "cognito:user_status":
		return (*user).status
	case "status":
		return func(u *user) string {
			if u.Disabled {
				return "Disabled"
			}
			return "Enabled"
		}
	case "phone_number", "name", "given_name", "family_name", "preferred_username":
		return func(u *user) string { return u.Attributes[name] }
	}
	return nil
}
