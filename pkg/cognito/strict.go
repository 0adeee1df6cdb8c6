package cognito

import (
	"errors"
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
		return r.Strings(into)
	}
	*into = []string{""}
	return r.String(&(*into)[0])
}

// readDate reads a NumericDate in whole seconds. The bound keeps every sum with
// a duration far from overflow.
func readDate(r *strictjson.Reader, into *numericDate) error {
	wanted := strictjson.WrongType{Want: "a time in whole seconds since 1970"}
	if r.PeekKind() != '0' {
		return wanted
	}
	digits, err := r.ReadValue()
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return wanted
	}
	*into = numericDate{seconds: seconds, present: true}
	return nil
}

// numericDate is RFC 7519's, in whole seconds as Cognito writes it.
type numericDate struct {
	seconds int64
	present bool
}

func (d numericDate) time() time.Time { return time.Unix(d.seconds, 0) }
