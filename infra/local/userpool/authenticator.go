package userpool

import (
	"cmp"
	"encoding/base32"
	"slices"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// The defaults of authenticator apps and Cognito: codes of six digits that change
// each half minute.
const (
	seedLen    = 32 // 52 characters in base32, as Cognito's
	codePeriod = 30 // seconds
)

// An authenticator is the app that shows a user's codes of RFC 6238.
type authenticator struct {
	Seed      []byte
	Device    string `json:",omitzero"` // the user's name for it
	Enabled   bool   // a code is asked for even where the pool leaves it to the user
	Preferred bool
	Used      []int64 // numbers of the periods whose codes were taken, unless long past
}

// usable reports whether it is nil or complete.
func (a *authenticator) usable() bool { return a == nil || len(a.Seed) == seedLen }

// take accepts each code once, from one period before its own to one after: clocks
// differ (RFC 6238, section 5.2). The caller must save what it remembers.
func (a *authenticator) take(digits string, now time.Time) error {
	first := now.Unix()/codePeriod - 1
	for period := first; period <= first+2; period++ {
		right, _ := hotp.ValidateCustom(digits, uint64(period), seedText(a.Seed), hotp.ValidateOpts{Digits: otp.DigitsSix})
		if !right { // where the error says that there are not six digits, too
			continue
		}
		if slices.Contains(a.Used, period) {
			return errTOTPUsed
		}
		a.Used = append(slices.DeleteFunc(a.Used, func(old int64) bool { return old < first }), period)
		return nil
	}
	return errTOTPWrong
}

// seedText is how people type a seed.
func seedText(seed []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(seed)
}

// enrol makes the app of that seed the user's, in place of the one before, if it
// shows the right code. That code is used then.
func (u *user) enrol(seed []byte, digits, device string, now time.Time) error {
	if len(seed) == 0 {
		return errTOTPNone
	}
	a := &authenticator{Seed: seed, Device: device}
	if before := u.Authenticator; before != nil {
		a.Enabled, a.Preferred = before.Enabled, before.Preferred
	}
	if a.take(digits, now) != nil {
		return errTOTPEnable
	}
	u.Authenticator, u.NewSeed = a, nil
	return nil
}

// keyOfApp is what an authenticator app reads from a QR code.
// https://github.com/google/google-authenticator/wiki/Key-Uri-Format
func (p *Pool) keyOfApp(email string, seed []byte) *otp.Key {
	return must(totp.Generate(totp.GenerateOpts{Issuer: cmp.Or(p.settings.Name, p.id), AccountName: email, Secret: seed})) // refuses empty ones only
}
