package userpool

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

type listUsersInput struct {
	poolInput
	AttributesToGet []string
	Filter          string
	Limit           int
	PaginationToken string
}

// listUsers orders users by their sub; Cognito's order is not documented.
func (p *Pool) listUsers(_ context.Context, in *listUsersInput) (any, error) {
	matches, err := parseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	for _, name := range in.AttributesToGet {
		if _, ok := p.settings.attributeOf(name); !ok && !poolWrites(name) {
			return nil, invalid("One or more requested attributes do not exist.")
		}
	}
	users, next, err := listOf(p, bucketUsers, matches, (*user).described, in.PaginationToken, in.Limit, maxPage)
	for i := range users {
		if in.AttributesToGet != nil {
			users[i].Attributes = slices.DeleteFunc(users[i].Attributes, func(a attribute) bool { return !slices.Contains(in.AttributesToGet, a.Name) })
		}
	}
	return struct {
		Users           []userType
		PaginationToken string `json:",omitempty"`
	}{users, next}, err
}

type listUsersInGroupInput struct {
	groupInput
	limitInput
}

func (p *Pool) listUsersInGroup(_ context.Context, in *listUsersInGroupInput) (any, error) {
	if _, err := p.viewGroup(in.GroupName); err != nil {
		return nil, err
	}
	member := func(u *user) bool { return slices.Contains(u.Groups, in.GroupName) }
	users, next, err := listOf(p, bucketUsers, member, (*user).described, in.NextToken, in.Limit, maxPage)
	return struct {
		Users     []userType
		NextToken string `json:",omitempty"`
	}{users, next}, err
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
