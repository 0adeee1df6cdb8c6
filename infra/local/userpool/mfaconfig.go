package userpool

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
	bolt "go.etcd.io/bbolt"
)

// mfaConfig is what the pool asks for beside the password. A member of a factor
// that was never configured is left out, as in Cognito.
type mfaConfig struct {
	MFA  string         `json:"MfaConfiguration"`
	TOTP *totpMFAConfig `json:"SoftwareTokenMfaConfiguration,omitempty"`
}

type totpMFAConfig struct{ Enabled bool }

func (c *mfaConfig) enabled() bool { return c.TOTP != nil && c.TOTP.Enabled }

func (s Settings) mfaConfig() *mfaConfig {
	if s.MFA == mfaOff {
		return &mfaConfig{MFA: mfaOff}
	}
	return &mfaConfig{s.MFA, &totpMFAConfig{true}}
}

func (p *Pool) getUserPoolMFAConfig(_ context.Context, _ *poolInput) (any, error) {
	return p.mfa.Load(), nil
}

type setMFAConfigInput struct {
	poolInput
	MFAConfiguration string         `json:"MfaConfiguration"`
	TOTP             *totpMFAConfig `json:"SoftwareTokenMfaConfiguration"`
	SMS              jsontext.Value `json:"SmsMfaConfiguration"`
	Email            jsontext.Value `json:"EmailMfaConfiguration"`
	WebAuthn         jsontext.Value `json:"WebAuthnConfiguration"`
}

// setUserPoolMFAConfig holds until the pool is opened again, with its settings. As
// in Cognito, what is left out is turned off, and it counts which factors are named,
// not whether they are enabled.
func (p *Pool) setUserPoolMFAConfig(_ context.Context, in *setMFAConfigInput) (any, error) {
	c := &mfaConfig{cmp.Or(in.MFAConfiguration, mfaOff), in.TOTP}
	switch {
	case !slices.Contains([]string{mfaOff, mfaOptional, mfaOn}, c.MFA):
		return nil, invalid("1 validation error detected: Value '%.64s' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OPTIONAL, OFF, ON]", c.MFA)
	case c.MFA == mfaOff && (c.TOTP != nil || in.SMS != nil || in.Email != nil):
		return nil, errMFABoth
	case in.SMS != nil || in.Email != nil || in.WebAuthn != nil:
		return nil, invalid("This pool has no second factor but %s.", mfaTOTP)
	case c.MFA != mfaOff && c.TOTP == nil:
		return nil, errMFANone
	}
	p.mfa.Store(c)
	return c, nil
}

// userFactors are the second factors of a user, as GetUser answers them.
type userFactors struct {
	Enabled   []string `json:"UserMFASettingList,omitempty"`
	Preferred string   `json:"PreferredMfaSetting,omitempty"`
}

func (u *user) factors() (f userFactors) {
	if a := u.Authenticator; a != nil && a.Enabled {
		f.Enabled = []string{mfaTOTP}
		if a.Preferred {
			f.Preferred = mfaTOTP
		}
	}
	return f
}

type factorSettings struct {
	Enabled   bool
	Preferred bool `json:"PreferredMfa"`
}

// mfaPreference is what a user has turned on and off; nil leaves a factor as it is.
type mfaPreference struct {
	TOTP     *factorSettings `json:"SoftwareTokenMfaSettings"`
	SMS      *factorSettings `json:"SMSMfaSettings"`
	Email    *factorSettings `json:"EmailMfaSettings"`
	WebAuthn *factorSettings `json:"WebAuthnMfaSettings"`
}

// prefer turns an authenticator app on that has shown a code. There is no other
// second factor here.
func (u *user) prefer(m mfaPreference) error {
	for _, factor := range []struct {
		name     string
		settings *factorSettings
		there    bool
	}{{mfaTOTP, m.TOTP, u.Authenticator != nil}, {"SMS_MFA", m.SMS, false}, {"EMAIL_OTP", m.Email, false}, {"WEB_AUTHN", m.WebAuthn, false}} {
		if factor.settings != nil && factor.settings.Enabled && !factor.there {
			return invalid("User does not have delivery config set to turn on %s", factor.name)
		}
	}
	if a := u.Authenticator; a != nil && m.TOTP != nil {
		a.Enabled, a.Preferred = m.TOTP.Enabled, m.TOTP.Enabled && m.TOTP.Preferred
	}
	return nil
}

type setPreferenceInput struct {
	accessTokenInput
	mfaPreference
}

func (p *Pool) setUserMFAPreference(_ context.Context, u *user, in *setPreferenceInput) (any, error) {
	return nothing{}, p.changeUser(u.Sub, func(_ *bolt.Tx, u *user) error { return u.prefer(in.mfaPreference) })
}

type adminSetPreferenceInput struct {
	userInput
	mfaPreference
}

func (p *Pool) adminSetUserMFAPreference(_ context.Context, in *adminSetPreferenceInput) (any, error) {
	return nothing{}, p.changeUser(in.Username, func(_ *bolt.Tx, u *user) error { return u.prefer(in.mfaPreference) })
}
