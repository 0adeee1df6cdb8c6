package userpool

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// The vectors of RFC 6238, appendix B, whose codes end in those of six digits.
func TestAuthenticatorTakesTheCodesOfRFC6238(t *testing.T) {
	t.Parallel()
	for unix, digits := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		a := &authenticator{Seed: []byte("12345678901234567890")}
		if err := a.take(digits, time.Unix(unix, 0)); err != nil {
			t.Errorf("at %d: %v", unix, err)
		}
	}
}

// A code is good for the period before its own and the one after, once, also for
// a clock that went back.
func TestAuthenticatorPeriods(t *testing.T) {
	t.Parallel()
	const digits = "081804" // of the period that ends at 1111111110
	at := func(seconds int64) time.Time { return time.Unix(1111111080+seconds, 0) }
	for rule, row := range map[string]struct {
		seconds int64
		want    error
	}{
		"its own, first second":    {0, nil},
		"its own, last second":     {29, nil},
		"the period after":         {59, nil},
		"the period before":        {-30, nil},
		"two periods after":        {60, errTOTPWrong},
		"two periods before":       {-31, errTOTPWrong},
		"long before":              {-3600, errTOTPWrong},
		"a clock of half a day on": {43200, errTOTPWrong},
	} {
		a := &authenticator{Seed: []byte("12345678901234567890")}
		if err := a.take(digits, at(row.seconds)); !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", rule, err, row.want)
		}
		if row.want != nil {
			continue
		}
		for _, again := range []int64{-30, 0, 30, 59} {
			if err := a.take(digits, at(again)); !errors.Is(err, errTOTPUsed) {
				t.Errorf("%s, and again at %d: got %v, want %v", rule, again, err, errTOTPUsed)
			}
		}
	}
	both := &authenticator{Seed: []byte("12345678901234567890")}
	const next = "050471" // of the period after
	if err := errors.Join(both.take(digits, at(30)), both.take(next, at(30))); err != nil {
		t.Errorf("two periods' codes: %v", err)
	}
	for _, again := range []string{digits, next} {
		if err := both.take(again, at(30)); !errors.Is(err, errTOTPUsed) {
			t.Errorf("%s after both: got %v, want %v", again, err, errTOTPUsed)
		}
	}
	a := &authenticator{Seed: []byte("12345678901234567890")}
	for _, bad := range []string{"", "08180", "0818041", "081805", "08180a", "081804081804"} {
		if err := a.take(bad, at(0)); !errors.Is(err, errTOTPWrong) {
			t.Errorf("%q: got %v, want %v", bad, err, errTOTPWrong)
		}
	}
	for i := range int64(10) {
		a.Used = append(a.Used, 1111111080/codePeriod-i)
	}
	a.Used = a.Used[2:]
	if err := a.take(digits, at(0)); err != nil || len(a.Used) != 1 {
		t.Errorf("got %v and %v, want the past ones forgotten", err, a.Used)
	}
}

// A pool's name that no QR code holds is an error, and no half of a page.
func TestSeedOfALongName(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	for n, fits := range map[int]bool{10: true, 3000: false} {
		p.settings.Name = strings.Repeat("a", n)
		v := view{Email: "ann@example.com"}
		if err := p.showSeed(&v, randomBytes(seedLen)); (err == nil) != fits || (v.QRCode != "") != fits {
			t.Errorf("%d characters: got %v, and an image: %t, want one: %t", n, err, v.QRCode != "", fits)
		}
	}
}
