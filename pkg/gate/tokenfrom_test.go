package gate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/gate"
)

func TestParseTokenFrom(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 128)
	for rule, text := range map[string]string{
		"nothing":               "",
		"the default":           "header:Authorization",
		"another header":        "header:X-Token",
		"one of each":           "header:Authorization,cookie:session,query:token",
		"blanks around":         " header:Authorization , cookie:__Host-token ",
		"all of a token":        "cookie:!#$%&'*+-.^_`|~09azAZ",
		"a name of 128 bytes":   "query:" + long,
		"eight":                 "cookie:a,cookie:b,cookie:c,cookie:d,cookie:e,cookie:f,cookie:g,cookie:h",
		"cookies by their case": "cookie:token,cookie:Token",
		"one name in two kinds": "cookie:token,query:token",
	} {
		if _, err := gate.ParseTokenFrom(text); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
	for rule, tt := range map[string]struct{ text, want string }{
		"another kind":                  {"body:token", `"body:token" must be header:NAME, cookie:NAME or query:NAME`},
		"no kind":                       {"Authorization", `"Authorization" must be header:NAME, cookie:NAME or query:NAME`},
		"a kind in another case":        {"Header:Authorization", `"Header:Authorization" must be header:NAME`},
		"an empty element":              {"header:Authorization,", `"" must be header:NAME`},
		"blanks":                        {" ", `"" must be header:NAME`},
		"no name":                       {"cookie:", `"cookie:" must be a name of 1 to 128 bytes: a token as RFC 9110 has it`},
		"a blank in the name":           {"header:X Token", `"header:X Token" must be a name`},
		"a blank before the name":       {"header: Authorization", `"header: Authorization" must be a name`},
		"a colon in the name":           {"header:a:b", `"header:a:b" must be a name`},
		"an equals sign in a cookie's":  {"cookie:a=b", `"cookie:a=b" must be a name`},
		"a semicolon in a cookie's":     {"cookie:a;b", `"cookie:a;b" must be a name`},
		"an escape in a parameter's":    {"query:a%20b", `"query:a%20b" must be a name of 1 to 128 bytes: A-Z a-z 0-9 - . _ ~`},
		"an ampersand in a parameter's": {"query:a&b", `"query:a&b" must be a name`},
		"a letter beyond ASCII":         {"cookie:é", `"cookie:é" must be a name`},
		"a name of 129 bytes":           {"query:" + long + "n", `"query:` + long + `n" must be a name`},
		"the Cookie header":             {"header:cookie", `"header:cookie" must be cookie:NAME`},
		"a header twice, in other case": {"header:X-Token,header:x-token", `"header:x-token" is listed twice`},
		"a cookie twice":                {"cookie:a,cookie:a", `"cookie:a" is listed twice`},
		"nine":                          {"cookie:a,cookie:b,cookie:c,cookie:d,cookie:e,cookie:f,cookie:g,cookie:h,cookie:i", "more than 8"},
		"every mistake":                 {"body:a,cookie:", `"body:a" must be header:NAME, cookie:NAME or query:NAME; "cookie:" must be a name`},
	} {
		if _, err := gate.ParseTokenFrom(tt.text); !errors.Is(err, gate.ErrTokenFrom) || !strings.Contains(err.Error(), "gate: token source: "+tt.want) {
			t.Errorf("%s: got %v, want %s", rule, err, tt.want)
		}
	}
}
