package cognito_test

import (
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

func TestAuthorization(t *testing.T) {
	t.Parallel()
	before := func(rule, prefix string, want cognito.Reason) row {
		asks := 0
		if want == "" {
			asks = 1
		}
		return row{rule, value(func(token string) string { return prefix + token }), want, asks}
	}
	after := func(rule, suffix string) row {
		return row{rule, value(func(token string) string { return "Bearer " + token + suffix }), cognito.ReasonMalformed, 0}
	}
	trailing := func(rule, suffix string) row { // HTTP does not count it among the value (RFC 9110 section 5.5)
		return row{rule, value(func(token string) string { return "Bearer " + token + suffix }), "", 1}
	}
	only := func(rule, text string, want cognito.Reason) row {
		return row{rule, value(func(string) string { return text }), want, 0}
	}
	run(t, access, []row{
		before("bare", "", ""),
		before("bearer", "bearer ", ""),
		before("BEARER", "BEARER ", ""),
		before("bEaReR", "bEaReR ", ""),
		before("several blanks", "Bearer    ", ""),
		before("doubled", "Bearer Bearer ", cognito.ReasonMalformed),
		before("no blank", "Bearer", cognito.ReasonMalformed),
		before("tab", "Bearer\t", cognito.ReasonMalformed),
		before("blank and tab", "Bearer \t", cognito.ReasonMalformed),
		before("line feed", "Bearer\n", cognito.ReasonMalformed),
		before("no-break space", "Bearer\u00a0", cognito.ReasonMalformed),
		before("colon", "Bearer: ", cognito.ReasonMalformed),
		before("equals", "Bearer=", cognito.ReasonMalformed),
		before("blank before it", " Bearer ", cognito.ReasonMalformed),
		before("tab before it", "\tBearer ", cognito.ReasonMalformed),
		before("blank before a bare token", " ", cognito.ReasonMalformed),
		before("another scheme", "Basic ", cognito.ReasonMalformed),
		before("DPoP", "DPoP ", cognito.ReasonMalformed),
		before("JWT", "JWT ", cognito.ReasonMalformed),
		before("scheme that begins like it", "BearerToken ", cognito.ReasonMalformed),
		before("scheme with a look-alike letter", "Bеarer ", cognito.ReasonMalformed),
		before("quote", `Bearer "`, cognito.ReasonMalformed),
		before("the header's own name", "Authorization: Bearer ", cognito.ReasonMalformed),
		trailing("blank after it", " "),
		trailing("tab after it", "\t"),
		trailing("blanks and tabs after it", " \t \t"),
		after("no-break space after it", "\u00a0"),
		after("blank and line feed after it", " \n"),
		after("line feed after it", "\n"),
		after("NUL after it", "\x00"),
		after("comma after it", ","),
		after("another value", ", Bearer x"),
		after("a parameter", "; charset=utf-8"),
		{"itself as a second value", value(func(token string) string { return "Bearer " + token + ",Bearer " + token }), cognito.ReasonMalformed, 0},
		{"itself as a second bare value", value(func(token string) string { return token + "," + token }), cognito.ReasonMalformed, 0},
		{"itself after a blank", value(func(token string) string { return "Bearer " + token + " " + token }), cognito.ReasonMalformed, 0},
		{"after an empty value", value(func(token string) string { return ",Bearer " + token }), cognito.ReasonMalformed, 0},
		only("none", "", cognito.ReasonMissingToken),
		only("a blank", " ", cognito.ReasonMissingToken),
		only("scheme alone", "Bearer", cognito.ReasonMissingToken),
		only("scheme and blank", "Bearer ", cognito.ReasonMissingToken),
		only("scheme and blanks", "bearer    ", cognito.ReasonMissingToken),
		only("scheme and tab", "Bearer\t", cognito.ReasonMissingToken),
		only("scheme twice", "Bearer Bearer", cognito.ReasonMalformed),
		only("tab", "\t", cognito.ReasonMissingToken),
		only("null", "null", cognito.ReasonMalformed),
		only("undefined", "Bearer undefined", cognito.ReasonMalformed),
		only("password", "Basic dXNlcjpwYXNzd29yZA==", cognito.ReasonMalformed),
	})
}
