package cognito_test

import (
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
)

func skew(d time.Duration) func(*request) {
	return config(func(c *cognito.Config) { c.ClockSkew = d })
}

// notTimes are values that are no time.
func notTimes(name string) []row {
	rows := []row{}
	for rule, document := range map[string]string{
		"a string": `"1999999999"`, "negative": `-1`, "a negative fraction": `-0.5`, "a fraction beyond the year 36812": `1099511627776.5`, "1e400": `1e400`, "-1e400": `-1e400`, "beyond 64 bits": `99999999999999999999`,
		"the greatest of 64 bits": `9223372036854775807`, "the year 36812": `1099511627777`,
		"null": `null`, "true": `true`, "an array": `[1999999999]`, "an object": `{}`,
	} {
		rows = append(rows, row{name + " " + rule, rawClaim(name, document), cognito.ReasonMalformed, 0})
	}
	return rows
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	exp := func(offset int64) func(*request) { return claim("exp", at.Unix()+offset) }
	run(t, access, append(notTimes("exp"), []row{
		{"missing", noClaim("exp"), cognito.ReasonMalformed, 0},
		{"zero", claim("exp", 0), cognito.ReasonExpired, 0},
		{"negative zero", rawClaim("exp", "-0"), cognito.ReasonExpired, 0},
		{"an hour ago", exp(-3600), cognito.ReasonExpired, 0},
		{"a second ago", exp(-1), cognito.ReasonExpired, 0},
		{"now", exp(0), cognito.ReasonExpired, 0},
		{"in a second", exp(1), "", 1},
		{"a fraction of a second ago", rawClaim("exp", "1749999999.9"), cognito.ReasonExpired, 0},
		{"now, as a fraction", rawClaim("exp", "1750000000.0"), cognito.ReasonExpired, 0},
		{"in a fraction of a second", rawClaim("exp", "1750000000.5"), "", 1},
		{"with an exponent", rawClaim("exp", "1.750000001e9"), "", 1},
		{"with an exponent, now", rawClaim("exp", "175e7"), cognito.ReasonExpired, 0},
		{"in 30,000 years", claim("exp", int64(1)<<40), "", 1},
		{"within the skew", both(skew(time.Minute), exp(-59)), "", 1},
		{"at the skew", both(skew(time.Minute), exp(-60)), cognito.ReasonExpired, 0},
		{"beyond the skew", both(skew(time.Minute), exp(-61)), cognito.ReasonExpired, 0},
		{"within the greatest skew", both(skew(cognito.MaxClockSkew), exp(-119)), "", 1},
	}...))
}

// iat has a grace of a minute: Cognito's clock is regularly a second ahead of
// others. nbf says when a token begins to be good, and has none.
func TestNotBefore(t *testing.T) {
	t.Parallel()
	for name, grace := range map[string]int64{"nbf": 0, "iat": 60} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := func(offset int64) func(*request) { return claim(name, at.Unix()+grace+offset) }
			fraction := func(offset float64) func(*request) { return claim(name, float64(at.Unix()+grace)+offset) }
			run(t, access, append(notTimes(name), []row{
				{"missing", noClaim(name), "", 1},
				{"zero", claim(name, 0), "", 1},
				{"a minute", claim(name, 60), "", 1},
				{"now", claim(name, at.Unix()), "", 1},
				{"a second before", from(-1), "", 1},
				{"at the bound", from(0), "", 1},
				{"a fraction of a second before", fraction(-0.5), "", 1},
				{"a fraction of a second beyond", fraction(0.5), cognito.ReasonNotYetValid, 1},
				{"a second beyond", from(1), cognito.ReasonNotYetValid, 1},
				{"an hour beyond", from(3600), cognito.ReasonNotYetValid, 1},
				{"within the skew", both(skew(time.Minute), from(59)), "", 1},
				{"at the skew", both(skew(time.Minute), from(60)), "", 1},
				{"beyond the skew", both(skew(time.Minute), from(61)), cognito.ReasonNotYetValid, 1},
			}...))
		})
	}
}

// The grace of iat lengthens no life.
func TestGraceOfIssuedAtLengthensNoLife(t *testing.T) {
	t.Parallel()
	ahead := from(access, claim("iat", at.Unix()+59))
	run(t, ahead, []row{
		{"exp now", claim("exp", at.Unix()), cognito.ReasonExpired, 0},
		{"exp in a second", claim("exp", at.Unix()+1), "", 1},
		{"nbf in a second", claim("nbf", at.Unix()+1), cognito.ReasonNotYetValid, 1},
	})
}

// Verify asks the clock each time: a token that passed once grows old.
func TestTokenGrowsOld(t *testing.T) {
	t.Parallel()
	now := at
	r := access()
	r.config.Now = func() time.Time { return now }
	v, value := r.verifier(t), r.authorization(t)
	if _, err := v.Verify(t.Context(), value); err != nil {
		t.Fatal(err)
	}
	now = at.Add(time.Hour - 1)
	if _, err := v.Verify(t.Context(), value); err != nil {
		t.Fatal(err)
	}
	now = at.Add(time.Hour)
	_, err := v.Verify(t.Context(), value)
	wantRefusal(t, err, cognito.ReasonExpired)
}
