package noteapi

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// javaDate is how a REST API's Cognito authorizer writes a claim that is a
// time. It runs in UTC; the letters are matched, not taken for a zone.
const javaDate = "Mon Jan 02 15:04:05 UTC 2006"

// maxEpoch is the end of the year 9999, past which a time is a mistake.
const maxEpoch = 253402300799

// checkExpiry returns an error unless v is a time that is still to come
// (RFC 7519, section 4.1.4): the seconds since 1970 as a number or as its text,
// also in the scientific form that HTTP APIs write, or a Java date.
func checkExpiry(v jsontext.Value, now time.Time) error {
	s := text(v)
	if at, err := time.Parse(javaDate, s); err == nil {
		return checkTime(at, now)
	}
	if s == "" {
		s = string(v)
	}
	seconds, err := strconv.ParseFloat(s, 64)
	// JSON's grammar too, because ParseFloat also reads signs, hexadecimal and Inf.
	if err != nil || !jsontext.Value(s).IsValid() || seconds < 0 || seconds > maxEpoch {
		return errBadExpiry
	}
	return checkTime(time.Unix(int64(seconds), 0), now)
}

func checkTime(exp, now time.Time) error {
	if !now.Before(exp) {
		return errExpired
	}
	return nil
}
