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
		return row{rule, value(func(token string) string { return "Bearer " + token + suffix }), cognito.ErrMalformed, 0}
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
		before("doubled", "Bearer Bearer ", cognito.ErrMalformed),
		before("no blank", "Bearer", cognito.ErrMalformed),
		before("tab", "Bearer\t", cognito.ErrMalformed),
		before("blank and tab", "Bearer \t", cognito.ErrMalformed),
		before("line feed", "Bearer\n", cognito.ErrMalformed),
		before("no-break space", "Bearer\u00a0", cognito.ErrMalformed),
		before("colon", "Bearer: ", cognito.ErrMalformed),
		before("equals", "Bearer=", cognito.ErrMalformed),
		before("blank before it", " Bearer ", cognito.ErrMalformed),
		before("tab before it", "\tBearer ", cognito.ErrMalformed),
		before("blank before a bare token", " ", cognito.ErrMalformed),
		before("another scheme", "Basic ", cognito.ErrMalformed),
		before("DPoP", "DPoP ", cognito.ErrMalformed),
		before("JWT", "JWT ", cognito.ErrMalformed),
		before("scheme that begins like it", "BearerToken ", cognito.ErrMalformed),
		before("scheme with a look-alike letter", "Bеarer ", cognito.ErrMalformed),
		before("quote", `Bearer "`, cognito.ErrMalformed),
		before("the header's own name", "Authorization: Bearer ", cognito.ErrMalformed),
		after("blank after it", " "),
		after("tab after it", "\t"),
		after("line feed after it", "\n"),
		after("NUL after it", "\x00"),
		after("comma after it", ","),
		after("another value", ", Bearer x"),
		after("a parameter", "; charset=utf-8"),
		{"itself as a second value", value(func(token string) string { return "Bearer " + token + ",Bearer " + token }), cognito.ErrMalformed, 0},
		{"itself as a second bare value", value(func(token string) string { return token + "," + token }), cognito.ErrMalformed, 0},
		{"itself after a blank", value(func(token string) string { return "Bearer " + token + " " + token }), cognito.ErrMalformed, 0},
		{"after an empty value", value(func(token string) string { return ",Bearer " + token }), cognito.ErrMalformed, 0},
		only("none", "", cognito.ErrMissingToken),
		only("a blank", " ", cognito.ErrMissingToken),
		only("scheme alone", "Bearer", cognito.ErrMissingToken),
		only("scheme and blank", "Bearer ", cognito.ErrMissingToken),
		only("scheme and blanks", "bearer    ", cognito.ErrMissingToken),
		only("scheme and tab", "Bearer\t", cognito.ErrMalformed),
		only("scheme twice", "Bearer Bearer", cognito.ErrMalformed),
		only("tab", "\t", cognito.ErrMalformed),
		only("null", "null", cognito.ErrMalformed),
		only("undefined", "Bearer undefined", cognito.ErrMalformed),
		only("password", "Basic dXNlcjpwYXNzd29yZA==", cognito.ErrMalformed),
	})
}
