package userpool

import (
	"context"
	"maps"
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
	if err := checkGroupName(in.GroupName); err != nil {
		return nil, err
	}
	g := &group{Name: in.GroupName, Created: p.now()}
	return p.keepGroup(g, in, func(before *group) error {
		if before != nil {
			return errGroupExists
		}
		return nil
	})
}

func (p *Pool) updateGroup(_ context.Context, in *changeGroupInput) (any, error) {
	if err := checkGroupName(in.GroupName); err != nil {
		return nil, err
	}
	g := &group{Name: in.GroupName}
	return p.keepGroup(g, in, func(before *group) error {
		if before == nil {
			return errNoGroup
		}
		*g = *before
		return nil
	})
}

func (p *Pool) keepGroup(g *group, in *changeGroupInput, check func(before *group) error) (any, error) {
	switch {
	case in.RoleARN != "" && !roleForm.MatchString(in.RoleARN):
		return nil, invalid("1 validation error detected: Value at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", rolePattern)
	case in.Precedence != nil && *in.Precedence < 0:
		return nil, invalid("1 validation error detected: Value at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0")
	}
	err := p.db.Update(func(tx *bolt.Tx) error {
		before, err := get[group](tx, bucketGroups, in.GroupName)
		if err != nil {
			return err
		}
		if err := check(before); err != nil {
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
		return invalid("1 validation error detected: Value at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+")
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

func (p *Pool) getGroup(_ context.Context, in *groupInput) (any, error) {
	var out groupOutput
	return &out, p.db.View(func(tx *bolt.Tx) error {
		g, err := findGroup(tx, in.GroupName)
		if err == nil {
			out.Group = p.describedGroup(g)
		}
		return err
	})
}

func (p *Pool) deleteGroup(_ context.Context, in *groupInput) (any, error) {
	return nothing{}, p.db.Update(func(tx *bolt.Tx) error {
		if _, err := findGroup(tx, in.GroupName); err != nil {
			return err
		}
		members, err := membersOf(tx, in.GroupName)
		if err != nil {
			return err
		}
		for _, u := range members {
			u.leave(in.GroupName)
			if err := put(tx, bucketUsers, u.Sub, u); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketGroups).Delete([]byte(in.GroupName))
	})
}

// membersOf returns the group's users by their sub.
func membersOf(tx *bolt.Tx, name string) ([]*user, error) {
	var members []*user
	return members, tx.Bucket(bucketUsers).ForEach(func(k, _ []byte) error {
		u, err := get[user](tx, bucketUsers, string(k))
		if err == nil && slices.Contains(u.Groups, name) {
			members = append(members, u)
		}
		return err
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
	Limit     int
	NextToken string
}

type listGroupsOutput struct {
	Groups    []groupType
	NextToken string `json:",omitempty"`
}

func (p *Pool) listGroups(_ context.Context, in *listGroupsInput) (any, error) {
	return p.groupsOf(func(string) bool { return true }, in.NextToken, in.Limit)
}

type listGroupsForUserInput struct {
	userInput
	Limit     int
	NextToken string
}

func (p *Pool) adminListGroupsForUser(_ context.Context, u *user, in *listGroupsForUserInput) (any, error) {
	return p.groupsOf(func(name string) bool { return slices.Contains(u.Groups, name) }, in.NextToken, in.Limit)
}

// groupsOf returns one page of the groups whose names match, in order.
func (p *Pool) groupsOf(matches func(name string) bool, token string, limit int) (any, error) {
	out := listGroupsOutput{Groups: []groupType{}}
	return &out, p.db.View(func(tx *bolt.Tx) error {
		groups, err := all[group](tx, bucketGroups)
		if err != nil {
			return err
		}
		maps.DeleteFunc(groups, func(name string, _ *group) bool { return !matches(name) })
		page, next, err := pageOf(slices.Sorted(maps.Keys(groups)), token, limit, maxPage)
		if err != nil {
			return err
		}
		for _, name := range page {
			out.Groups = append(out.Groups, p.describedGroup(groups[name]))
		}
		out.NextToken = next
		return nil
	})
}

// rolesOf returns the user's groups and the IAM roles that these give. Preferred
// is the role of the group with the lowest precedence, if it is one role.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html#assigning-precedence-values-to-groups
func (p *Pool) rolesOf(u *user) (groupOverride, error) {
	of := groupOverride{Groups: u.Groups}
	lowest := math.MaxInt
	err := p.db.View(func(tx *bolt.Tx) error {
		for _, name := range u.Groups {
			g, err := get[group](tx, bucketGroups, name)
			if err != nil {
				return err
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
		return nil
	})
	return of, err
}
