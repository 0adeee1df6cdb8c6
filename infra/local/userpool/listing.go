package userpool

import (
	"context"
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// A list is paged by the key after which the next page begins, which clients hold
// as an opaque token.

// The same input has other names in different operations.
type (
	limitInput struct {
		Limit     int
		NextToken string
	}
	maxResultsInput struct {
		MaxResults int
		NextToken  string
	}
)

// maxPage is Cognito's limit of nearly every list here.
const maxPage = 60

var errPaging = invalid("Invalid pagination token given.")

// pageOf returns which of the keys, in order, are on a page: at most limit of them,
// after the one that the token names, and the token of the next page, if any.
func pageOf(keys []string, token string, limit, most int) (page []string, next string, err error) {
	switch {
	case limit < 0:
		return nil, "", malformed("limit", "have value greater than or equal to 0")
	case limit > most:
		return nil, "", malformed("limit", "have value less than or equal to %d", most)
	case limit == 0:
		limit = most
	}
	after, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return nil, "", errPaging
	}
	for i, key := range keys {
		switch {
		case key <= string(after):
		case len(page) == limit:
			return page, base64.RawURLEncoding.EncodeToString([]byte(keys[i-1])), nil
		default:
			page = append(page, key)
		}
	}
	return page, "", nil
}

// listOf returns one page of those of a bucket's records that match, in order of
// their keys and as they are answered.
func listOf[T, Answer any](p *Pool, bucket []byte, matches func(*T) bool, describe func(*T) Answer, token string, limit, most int) (list []Answer, next string, err error) {
	records, err := read(p, func(tx *bolt.Tx) (map[string]*T, error) { return all[T](tx, bucket) })
	if err != nil {
		return nil, "", err
	}
	maps.DeleteFunc(records, func(_ string, record *T) bool { return !matches(record) })
	keys, next, err := pageOf(slices.Sorted(maps.Keys(records)), token, limit, most)
	for _, key := range keys {
		list = append(list, describe(records[key]))
	}
	return list, next, err
}

// every matches every record.
func every[T any](*T) bool { return true }

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

func (p *Pool) listUsersInGroup(_ context.Context, g *group, in *listUsersInGroupInput) (any, error) {
	member := func(u *user) bool { return slices.Contains(u.Groups, g.Name) }
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
