package userpool

import (
	"context"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"
)

type listGroupsInput struct {
	poolInput
	Limit     int
	NextToken string
}

type listGroupsOutput struct {
	Groups    []groupType
	NextToken string `json:",omitempty"`
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html
func (p *Pool) listGroups(_ context.Context, in *listGroupsInput) (any, error) {
	return p.groupsOf(func(string) bool { return true }, in.NextToken, in.Limit)
}

type listGroupsForUserInput struct {
	userInput
	Limit     int
	NextToken string
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html
func (p *Pool) adminListGroupsForUser(_ context.Context, in *listGroupsForUserInput) (any, error) {
	u, err := p.viewUserOf(in.Username)
	if err != nil {
		return nil, err
	}
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
