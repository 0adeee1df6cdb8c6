package userpool

import (
	"context"
	"errors"
	"math"
	"regexp"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A group is what tokens and roles are given by. Users have the names of theirs.
type group struct {
	Name              string
	Description       string
	Precedence        *int // the lowest of a user's groups decides about the preferred role, see rolesOf
	RoleARN           string
	Created, Modified time.Time
}

var (
	errNoGroup     = notFound("Group not found.")
	errGroupExists = &fault{"GroupExistsException", "A group with the name already exists."}
)

// Cognito's own rule for group names.
var groupForm = regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$`)

// Cognito's own rule for names of roles.
var roleForm = regexp.MustCompile(`^` + rolePattern + `$`)

const rolePattern = `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`

// groupType is a group as it is answered.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GroupType.html
type groupType struct {
	GroupName        string
	UserPoolID       string `json:"UserPoolId"`
	Description      string `json:",omitempty"`
	Precedence       *int   `json:",omitempty"`
	RoleARN          string `json:"RoleArn,omitempty"`
	CreationDate     epoch
	LastModifiedDate epoch
}

func (p *Pool) describedGroup(g *group) groupType {
	return groupType{g.Name, p.id, g.Description, g.Precedence, g.RoleARN, epoch(g.Created), epoch(g.Modified)}
}

type groupInput struct {
	poolInput
	GroupName string `required:"groupName"`
}

type changeGroupInput struct {
	groupInput
	Description string
	Precedence  *int
	RoleARN     string `json:"RoleArn"`
}

type groupOutput struct{ Group groupType }

func (p *Pool) createGroup(_ context.Context, in *changeGroupInput) (any, error) {
	return p.keepGroup(in, func(before *group) (*group, error) {
		if before != nil {
			return nil, errGroupExists
		}
		return &group{Name: in.GroupName, Created: p.now()}, nil
	})
}

func (p *Pool) updateGroup(_ context.Context, in *changeGroupInput) (any, error) {
	return p.keepGroup(in, func(before *group) (*group, error) {
		if before == nil {
			return nil, errNoGroup
		}
		return before, nil
	})
}

// keepGroup changes the group that choose makes of the one before, or of nil.
func (p *Pool) keepGroup(in *changeGroupInput, choose func(before *group) (*group, error)) (any, error) {
	if err := checkGroupName(in.GroupName); err != nil {
		return nil, err
	}
	switch {
	case in.RoleARN != "" && !roleForm.MatchString(in.RoleARN):
		return nil, malformed("roleArn", "satisfy regular expression pattern: %s", rolePattern)
	case in.Precedence != nil && *in.Precedence < 0:
		return nil, malformed("precedence", "have value greater than or equal to 0")
	}
	var g *group
	err := p.db.Update(func(tx *bolt.Tx) error {
		before, err := get[group](tx, bucketGroups, in.GroupName)
		if err != nil {
			return err
		}
		if g, err = choose(before); err != nil {
			return err
		}
		g.Description, g.Precedence, g.RoleARN, g.Modified = in.Description, in.Precedence, in.RoleARN, p.now()
		return put(tx, bucketGroups, g.Name, g)
	})
	if err != nil {
		return nil, err
	}
	return groupOutput{p.describedGroup(g)}, nil
}

func checkGroupName(name string) error {
	if !groupForm.MatchString(name) {
		return malformed("groupName", `satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	}
	return nil
}

// findGroup returns errNoGroup for one that is not there.
func findGroup(tx *bolt.Tx, name string) (*group, error) {
	if err := checkGroupName(name); err != nil {
		return nil, err
	}
	g, err := get[group](tx, bucketGroups, name)
	if err == nil && g == nil {
		err = errNoGroup
	}
	return g, err
}

func (in groupInput) who(p *Pool) (*group, error) {
	return read(p, func(tx *bolt.Tx) (*group, error) { return findGroup(tx, in.GroupName) })
}

func (p *Pool) getGroup(_ context.Context, g *group, _ *groupInput) (any, error) {
	return groupOutput{p.describedGroup(g)}, nil
}

func (p *Pool) deleteGroup(_ context.Context, in *groupInput) (any, error) {
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error {
		if _, err := findGroup(tx, in.GroupName); err != nil {
			return err
		}
		users, err := all[user](tx, bucketUsers)
		if err != nil {
			return err
		}
		for sub, u := range users {
			u.leave(in.GroupName)
			err = errors.Join(err, put(tx, bucketUsers, sub, u))
		}
		return errors.Join(err, tx.Bucket(bucketGroups).Delete([]byte(in.GroupName)))
	})
}

func (u *user) join(group string) {
	u.Groups = append(u.Groups, group)
	slices.Sort(u.Groups)
	u.Groups = slices.Compact(u.Groups)
}

func (u *user) leave(group string) {
	u.Groups = slices.DeleteFunc(u.Groups, func(name string) bool { return name == group })
}

type memberInput struct {
	userInput
	GroupName string `required:"groupName"`
}

func (p *Pool) adminAddUserToGroup(_ context.Context, in *memberInput) (any, error) {
	return nothing{}, p.changeMember(in, (*user).join)
}

func (p *Pool) adminRemoveUserFromGroup(_ context.Context, in *memberInput) (any, error) {
	return nothing{}, p.changeMember(in, (*user).leave)
}

func (p *Pool) changeMember(in *memberInput, change func(*user, string)) error {
	return p.changeUser(in.Username, func(tx *bolt.Tx, u *user) error {
		if _, err := findGroup(tx, in.GroupName); err != nil {
			return err
		}
		change(u, in.GroupName)
		return nil
	})
}

type listGroupsInput struct {
	poolInput
	limitInput
}

func (p *Pool) listGroups(_ context.Context, in *listGroupsInput) (any, error) {
	return p.groupsOf(every, in.limitInput)
}

type listGroupsForUserInput struct {
	userInput
	limitInput
}

func (p *Pool) adminListGroupsForUser(_ context.Context, u *user, in *listGroupsForUserInput) (any, error) {
	return p.groupsOf(func(g *group) bool { return slices.Contains(u.Groups, g.Name) }, in.limitInput)
}

// groupsOf answers one page of the groups that match.
func (p *Pool) groupsOf(matches func(*group) bool, in limitInput) (any, error) {
	groups, next, err := listOf(p, bucketGroups, matches, p.describedGroup, in.NextToken, in.Limit, maxPage)
	return struct {
		Groups    []groupType
		NextToken string `json:",omitempty"`
	}{groups, next}, err
}

// rolesOf returns the user's groups and the IAM roles that these give. Preferred
// is the role of the group with the lowest precedence, if it is one role.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html#assigning-precedence-values-to-groups
func (p *Pool) rolesOf(u *user) (groupOverride, error) {
	return read(p, func(tx *bolt.Tx) (of groupOverride, err error) {
		of.Groups = u.Groups
		lowest := math.MaxInt
		for _, name := range u.Groups {
			g, err := get[group](tx, bucketGroups, name)
			if err != nil {
				return of, err
			}
			if g == nil || g.RoleARN == "" {
				continue
			}
			if !slices.Contains(of.Roles, g.RoleARN) {
				of.Roles = append(of.Roles, g.RoleARN)
			}
			precedence := math.MaxInt - 1 // of a group that has none
			if g.Precedence != nil {
				precedence = *g.Precedence
			}
			switch {
			case precedence < lowest:
				of.PreferredRole, lowest = &g.RoleARN, precedence
			case precedence == lowest && of.PreferredRole != nil && *of.PreferredRole != g.RoleARN:
				of.PreferredRole = nil
			}
		}
		return of, nil
	})
}
