package caller

import (
	"encoding/json"
	"strconv"
	"time"
)

// javaDate is how a REST API's Cognito authorizer writes a claim that is a
// time. It runs in UTC; the letters are matched, not taken for a zone.
const javaDate = "Mon Jan 02 15:04:05 UTC 2006"

// maxEpoch is the end of the year 9999, past which a time is a mistake.
const maxEpoch = 253402300799

// expiry returns exp (RFC 7519, section 4.1.4): the seconds since 1970 as a
// number or as its text, also in the scientific form that HTTP APIs write, or a
// Java date.
func (r *reader) expiry() time.Time {
	text := r.claims.Text("exp")
	if at, err := time.Parse(javaDate, text); err == nil && at.Unix() >= 0 {
		return at
	}
	seconds, err := strconv.ParseFloat(text, 64)
	// JSON's grammar too, because ParseFloat also reads signs, hexadecimal and Inf.
	if err != nil || !json.Valid([]byte(text)) || seconds < 0 || seconds > maxEpoch {
		r.fail("exp is missing or malformed")
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}
