package userpool

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	bolt "go.etcd.io/bbolt"
)

// Settings are what the pool is made with, in the members of CloudFormation's
// AWS::Cognito::UserPool. The zero value has Cognito's defaults: its password
// policy, no second factor, the standard attributes, and sign-up for anybody.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
type Settings struct {
	Name             string `json:"UserPoolName"`
	Policies         policies
	MFA              string   `json:"MfaConfiguration"` // OFF, OPTIONAL or ON; empty is OFF
	EnabledMFAs      []string `json:"EnabledMfas"`      // SOFTWARE_TOKEN_MFA is all there is here
	Schema           []SchemaAttribute
	AdminCreateUser  adminCreateUserConfig `json:"AdminCreateUserConfig"`
	AttributeUpdates attributeUpdates      `json:"UserAttributeUpdateSettings"`

	// The one way in which users are named here: by their e-mail address, in any
	// case, which is verified by a code.
	UsernameAttributes     []string
	UsernameConfiguration  usernameConfiguration
	AutoVerifiedAttributes []string
	AccountRecovery        accountRecovery `json:"AccountRecoverySetting"`

	// Without an effect here; DescribeUserPool answers them.
	Tier               string            `json:"UserPoolTier"`
	DeletionProtection string            // ACTIVE or INACTIVE
	Issuer             map[string]string `json:"IssuerConfiguration"`
	Email              map[string]string `json:"EmailConfiguration"`
}

type policies struct {
	PasswordPolicy PasswordPolicy
}

// A PasswordPolicy is what a new password must have. The zero value is Cognito's
// default policy: 8 characters, and all four kinds.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
type PasswordPolicy struct {
	MinimumLength                 int
	RequireLowercase              bool
	RequireUppercase              bool
	RequireNumbers                bool
	RequireSymbols                bool
	TemporaryPasswordValidityDays int // 0 is 7
}

type adminCreateUserConfig struct {
	AllowAdminCreateUserOnly bool // nobody signs up
}

type attributeUpdates struct {
	// A new value of these counts only when its code has come back.
	RequireVerification []string `json:"AttributesRequireVerificationBeforeUpdate"`
}

type usernameConfiguration struct{ CaseSensitive bool }

type accountRecovery struct{ RecoveryMechanisms []recoveryMechanism }

type recoveryMechanism struct {
	Name     string
	Priority int
}

const (
	mfaOff      = "OFF"
	mfaOptional = "OPTIONAL"
	mfaOn       = "ON"
	mfaTOTP     = "SOFTWARE_TOKEN_MFA"
	byEmail     = "email"
	verified    = "verified_email"
)

// ReadSettings reads the properties of an AWS::Cognito::UserPool as JSON. A
// property that this pool does not have is an error that names it.
func ReadSettings(properties []byte) (Settings, error) {
	return readStrictly[Settings]("settings", properties)
}

// readStrictly refuses members that it does not know.
func readStrictly[T any](what string, text []byte) (v T, err error) {
	if err := json.Unmarshal(text, &v, json.RejectUnknownMembers(true)); err != nil {
		return *new(T), fmt.Errorf("userpool: read %s: %w", what, err)
	}
	return v, nil
}

// withDefaults fills in what Cognito does.
func (s Settings) withDefaults() Settings {
	if s.Policies.PasswordPolicy == (PasswordPolicy{}) {
		s.Policies.PasswordPolicy = PasswordPolicy{MinimumLength: 8, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true}
	}
	if s.Policies.PasswordPolicy.TemporaryPasswordValidityDays == 0 {
		s.Policies.PasswordPolicy.TemporaryPasswordValidityDays = 7
	}
	if s.MFA == "" {
		s.MFA = mfaOff
	}
	return s
}

// wrong says what of the settings this pool cannot do: its users have an e-mail
// address for a name, and an authenticator app for a second factor.
func (s Settings) wrong() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, "Settings: "+fmt.Sprintf(format, args...)) }
	for name, list := range map[string][]string{"UsernameAttributes": s.UsernameAttributes, "AutoVerifiedAttributes": s.AutoVerifiedAttributes} {
		if len(list) > 0 && !slices.Equal(list, []string{byEmail}) {
			say("%s: %q must be email only", name, list)
		}
	}
	if s.UsernameConfiguration.CaseSensitive {
		say("UsernameConfiguration: want CaseSensitive false")
	}
	if p := s.Policies.PasswordPolicy; p != (PasswordPolicy{}) && (p.MinimumLength < 6 || p.MinimumLength > 99) {
		say("PasswordPolicy: want a MinimumLength from 6 to 99, got %d", p.MinimumLength)
	}
	if !slices.Contains([]string{"", mfaOff, mfaOptional, mfaOn}, s.MFA) {
		say("MfaConfiguration: want OFF, OPTIONAL or ON, got %q", s.MFA)
	}
	if (s.MFA == mfaOptional || s.MFA == mfaOn) && len(s.EnabledMFAs) == 0 {
		say("EnabledMfas: want %s with MfaConfiguration %s", mfaTOTP, s.MFA)
	}
	for _, factor := range s.EnabledMFAs {
		if factor != mfaTOTP {
			say("EnabledMfas: want %s, got %q", mfaTOTP, factor)
		}
	}
	for _, way := range s.AccountRecovery.RecoveryMechanisms {
		if way.Name != verified {
			say("AccountRecoverySetting: want %s, got %q", verified, way.Name)
		}
	}
	return append(wrong, wrongSchema(s.Schema)...)
}

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
	s := p.settings
	return struct{ UserPool userPoolType }{userPoolType{
		ID: p.id, Name: s.Name, ARN: p.arn(), Policies: s.Policies, SchemaAttributes: s.wholeSchema(), MFA: p.mfa.Load().MFA,
		AdminCreateUser: s.AdminCreateUser, AttributeUpdates: s.AttributeUpdates,
		UsernameAttributes: []string{byEmail}, AutoVerifiedAttributes: []string{byEmail}, AccountRecovery: s.AccountRecovery,
		Tier: s.Tier, DeletionProtection: s.DeletionProtection, Issuer: s.Issuer, Email: s.Email,
		EstimatedNumberOfUsers: users, CreationDate: epoch(p.opened), LastModifiedDate: epoch(p.opened),
	}}, err
}

// arn is of no account: twelve zeros.
func (p *Pool) arn() string {
	return "arn:aws:cognito-idp:" + p.region() + ":000000000000:userpool/" + p.id
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
	var pools []userPoolDescription
	for range page {
		pools = append(pools, userPoolDescription{p.id, p.settings.Name, epoch(p.opened), epoch(p.opened)})
	}
	return struct {
		UserPools []userPoolDescription
		NextToken string `json:",omitempty"`
	}{pools, next}, nil
}
