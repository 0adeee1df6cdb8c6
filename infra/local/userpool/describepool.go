package userpool

import (
	"context"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// userPoolType is the pool as it is answered.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html
type userPoolType struct {
	ID                     string `json:"Id"`
	Name                   string
	ARN                    string `json:"Arn"`
	Policies               policies
	SchemaAttributes       []SchemaAttribute
	MFA                    string                `json:"MfaConfiguration"`
	AdminCreateUser        adminCreateUserConfig `json:"AdminCreateUserConfig"`
	AttributeUpdates       attributeUpdates      `json:"UserAttributeUpdateSettings"`
	UsernameAttributes     []string
	UsernameConfiguration  usernameConfiguration
	AutoVerifiedAttributes []string
	AccountRecovery        accountRecovery   `json:"AccountRecoverySetting"`
	Tier                   string            `json:"UserPoolTier,omitempty"`
	DeletionProtection     string            `json:",omitempty"`
	Issuer                 map[string]string `json:"IssuerConfiguration,omitempty"`
	Email                  map[string]string `json:"EmailConfiguration,omitempty"`
	EstimatedNumberOfUsers int
	CreationDate           epoch
	LastModifiedDate       epoch
}

func (p *Pool) describeUserPool(_ context.Context, _ *poolInput) (any, error) {
	users, err := read(p, func(tx *bolt.Tx) (int, error) { return tx.Bucket(bucketUsers).Stats().KeyN, nil })
	if err != nil {
		return nil, err
	}
	s := p.settings
	return struct{ UserPool userPoolType }{userPoolType{
		ID: p.id, Name: s.Name, ARN: p.arn(), Policies: s.Policies, SchemaAttributes: s.wholeSchema(), MFA: p.mfa.Load().MFA,
		AdminCreateUser: s.AdminCreateUser, AttributeUpdates: s.AttributeUpdates,
		UsernameAttributes: []string{byEmail}, AutoVerifiedAttributes: []string{byEmail}, AccountRecovery: s.AccountRecovery,
		Tier: s.Tier, DeletionProtection: s.DeletionProtection, Issuer: s.Issuer, Email: s.Email,
		EstimatedNumberOfUsers: users, CreationDate: epoch(p.opened), LastModifiedDate: epoch(p.opened),
	}}, nil
}

// arn is of no account: twelve zeros.
func (p *Pool) arn() string {
	region, _, _ := strings.Cut(p.id, "_")
	return "arn:aws:cognito-idp:" + region + ":000000000000:userpool/" + p.id
}

type userPoolDescription struct {
	ID               string `json:"Id"`
	Name             string
	CreationDate     epoch
	LastModifiedDate epoch
}

func (p *Pool) listUserPools(_ context.Context, in *maxResultsInput) (any, error) {
	page, next, err := pageOf([]string{p.id}, in.NextToken, in.MaxResults, maxPage)
	if err != nil {
		return nil, err
	}
	pools := []userPoolDescription{}
	for range page {
		pools = append(pools, userPoolDescription{p.id, p.settings.Name, epoch(p.opened), epoch(p.opened)})
	}
	return struct {
		UserPools []userPoolDescription
		NextToken string `json:",omitempty"`
	}{pools, next}, nil
}
