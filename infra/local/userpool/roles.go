package userpool

import (
	"math"
	"slices"

	bolt "go.etcd.io/bbolt"
)

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
