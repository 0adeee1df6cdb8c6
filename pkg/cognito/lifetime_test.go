package cognito_test

import (
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
)

func skew(d time.Duration) func(*request) {
	return config(func(c *cognito.Config) { c.ClockSkew = d })
}

// notTimes are values that are no time in whole seconds.
func notTimes(name string) []row {
	rows := []row{}
	for rule, document := range map[string]string{
		"a string": `"1999999999"`, "a float": `1999999999.5`, "a float without need": `1999999999.0`, "with an exponent": `2e9`,
		"negative": `-1`, "1e400": `1e400`, "-1e400": `-1e400`, "beyond 64 bits": `99999999999999999999`,
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
		{"in 30,000 years", claim("exp", int64(1)<<40), "", 1},
		{"within the skew", both(skew(time.Minute), exp(-59)), "", 1},
		{"at the skew", both(skew(time.Minute), exp(-60)), cognito.ReasonExpired, 0},
		{"beyond the skew", both(skew(time.Minute), exp(-61)), cognito.ReasonExpired, 0},
		{"within the greatest skew", both(skew(cognito.MaxClockSkew), exp(-119)), "", 1},
	}...))
}

func TestNotBefore(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"nbf", "iat"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := func(offset int64) func(*request) { return claim(name, at.Unix()+offset) }
			run(t, access, append(notTimes(name), []row{
				{"missing", noClaim(name), "", 1},
				{"zero", claim(name, 0), "", 1},
				{"a second ago", from(-1), "", 1},
				{"now", from(0), "", 1},
				{"in a second", from(1), cognito.ReasonNotYetValid, 1},
				{"in an hour", from(3600), cognito.ReasonNotYetValid, 1},
				{"within the skew", both(skew(time.Minute), from(59)), "", 1},
				{"at the skew", both(skew(time.Minute), from(60)), "", 1},
				{"beyond the skew", both(skew(time.Minute), from(61)), cognito.ReasonNotYetValid, 1},
			}...))
		})
	}
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
