package cognito

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

// What package strictjson does not know: dates, an audience of either form, and
// that no name may stand there in another case than the one it has, which other
// decoders would take for the same member.

var errOtherCase = errors.New("a known name in another case")

// malformed says what is wrong with the object. The decoder's own error is
// dropped: it may quote the token.
func malformed(object string, err error) *Refusal {
	wrong := strictjson.WrongType{}
	if errors.As(err, &wrong) && wrong.Member != "" || errors.Is(err, errOtherCase) {
		return refuse(ReasonMalformed, object+": "+err.Error())
	}
	return refuse(ReasonMalformed, object+": not a JSON object with unique names")
}

// skip passes over a member that does not decide.
func skip(r *strictjson.Reader, name string, known []string) error {
	for _, k := range known {
		if strings.EqualFold(name, k) {
			return errOtherCase
		}
	}
	return r.SkipValue()
}

// readStringOrStrings reads aud: RFC 7519 section 4.1.3 lets it be either.
func readStringOrStrings(r *strictjson.Reader, into *[]string) error {
	if r.PeekKind() == '[' {
		*into = []string{} // even an empty array is present
		return r.Strings(into)
	}
	*into = []string{""}
	return r.String(&(*into)[0])
}

// maxDate keeps every sum with a duration far from overflow: the year 36812.
const maxDate = 1 << 40

// readDate reads a NumericDate: RFC 7519 section 2 allows fractions of a second.
// A float64 is exact to a fraction of a millisecond up to maxDate.
func readDate(r *strictjson.Reader, into *numericDate) error {
	value, err := r.ReadValue()
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseFloat(string(value), 64) // of JSON's values it takes numbers only
	if err != nil || seconds < 0 || seconds > maxDate {
		return strictjson.WrongType{Want: "a time in seconds since 1970"}
	}
	*into = numericDate{seconds: seconds, present: true}
	return nil
}

// numericDate is RFC 7519's.
type numericDate struct {
	seconds float64
	present bool
}

func (d numericDate) time() time.Time { return secondsSince1970(d.seconds) }

func secondsSince1970(seconds float64) time.Time {
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9))
}
