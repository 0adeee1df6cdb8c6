package cognito_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

// documents are changes of a JSON text after which it is no plain object with
// unique names any more.
func documents(change func(func(string) string) func(*request)) []row {
	rows := []row{}
	for rule, edit := range map[string]func(string) string{
		"empty":                         func(string) string { return " " },
		"null":                          func(string) string { return "null" },
		"an array":                      func(s string) string { return "[" + s + "]" },
		"an array of names and values":  namesAndValues,
		"a string":                      func(string) string { return `"text"` },
		"a number":                      func(string) string { return "7" },
		"cut short":                     func(s string) string { return s[:len(s)-1] },
		"trailing bytes":                func(s string) string { return s + "x" },
		"trailing object":               func(s string) string { return s + s },
		"trailing NUL":                  func(s string) string { return s + "\x00" },
		"trailing comma":                func(s string) string { return s[:len(s)-1] + ",}" },
		"byte order mark":               func(s string) string { return "\xef\xbb\xbf" + s },
		"comment":                       func(s string) string { return "/**/" + s },
		"not UTF-8 in a value":          func(s string) string { return `{"x":"` + "\xff" + `",` + s[1:] },
		"not UTF-8 in a name":           func(s string) string { return `{"` + "\xff" + `":1,` + s[1:] },
		"overlong UTF-8":                func(s string) string { return `{"x":"` + "\xc0\xaf" + `",` + s[1:] },
		"half a surrogate pair":         func(s string) string { return `{"x":"\ud800",` + s[1:] },
		"UTF-16":                        func(s string) string { return "\xff\xfe" + s },
		"control character":             func(s string) string { return "{\"x\":\"\x01\"," + s[1:] },
		"single quotes":                 func(s string) string { return `{'x':1,` + s[1:] },
		"name without quotes":           func(s string) string { return `{x:1,` + s[1:] },
		"name that is a number":         func(s string) string { return `{1:1,` + s[1:] },
		"NaN":                           func(s string) string { return `{"x":NaN,` + s[1:] },
		"leading zero":                  func(s string) string { return `{"x":007,` + s[1:] },
		"unknown name twice":            func(s string) string { return `{"x":1,"x":1,` + s[1:] },
		"unknown name twice, escaped":   func(s string) string { return `{"x":1,"\u0078":1,` + s[1:] },
		"name twice in a nested object": func(s string) string { return `{"x":{"a":[{"y":1,"y":2}]},` + s[1:] },
		"nested deeper than sense":      func(s string) string { return `{"x":` + strings.Repeat("[", 11_000) },
	} {
		rows = append(rows, row{rule, change(edit), cognito.ReasonMalformed, 0})
	}
	return rows
}

// names are the known members, each twice and each in other cases.
func names(change func(func(string) string) func(*request), object func(*request) map[string]any) []row {
	rows := []row{}
	for name, value := range object(customised()) {
		if name == "" {
			continue
		}
		again := text(map[string]any{name: value})
		again = again[1 : len(again)-1]
		rows = append(rows,
			row{name + " twice", change(func(s string) string { return "{" + again + "," + s[1:] }), cognito.ReasonMalformed, 0},
			row{name + " twice, at the end", change(func(s string) string { return s[:len(s)-1] + "," + again + "}" }), cognito.ReasonMalformed, 0},
			row{name + " twice, escaped", change(func(s string) string {
				return s[:len(s)-1] + `,"\u00` + hex(name[0]) + again[2:] + "}"
			}), cognito.ReasonMalformed, 0},
		)
	}
	return rows
}

func otherCases(change func(func(string) string) func(*request), known ...string) []row {
	rows := []row{}
	for _, name := range known {
		for _, variant := range []string{strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], strings.ReplaceAll(name, "s", "ſ")} {
			if variant == name {
				continue
			}
			rows = append(rows, row{variant + " beside " + name, change(func(s string) string {
				return `{"` + variant + `":null,` + s[1:]
			}), cognito.ReasonMalformed, 0})
		}
	}
	return rows
}

func TestHeaderDocument(t *testing.T) {
	t.Parallel()
	rows := documents(headerText)
	rows = append(rows, names(headerText, func(r *request) map[string]any { return r.header })...)
	rows = append(rows, otherCases(headerText, "alg", "kid", "crit", "b64", "jwk", "jku", "x5c", "x5u")...)
	rows = append(rows,
		row{"no member", headerText(func(string) string { return "{}" }), cognito.ReasonAlgorithm, 0},
		row{"blanks between", headerText(func(s string) string { return " { \n" + s[1:] + "\t\r\n" }), "", 1},
		row{"escaped names", headerText(func(s string) string { return strings.Replace(s, `"kid"`, `"\u006bid"`, 1) }), "", 1},
	)
	run(t, access, rows)
}

func TestPayloadDocument(t *testing.T) {
	t.Parallel()
	rows := documents(payloadText)
	rows = append(rows, names(payloadText, func(r *request) map[string]any { return r.claims })...)
	rows = append(rows, otherCases(payloadText, "iss", "sub", "token_use", "client_id", "username", "cognito:username",
		"scope", "aud", "cognito:groups", "exp", "nbf", "iat")...)
	rows = append(rows,
		row{"no member", payloadText(func(string) string { return "{}" }), cognito.ReasonIssuer, 0},
		row{"blanks between", payloadText(func(s string) string { return " { \n" + s[1:] + "\t\r\n" }), "", 1},
		row{"escaped names", payloadText(func(s string) string { return strings.Replace(s, `"sub"`, `"\u0073ub"`, 1) }), "", 1},
		row{"other cases of names that do not decide", payloadText(func(s string) string { return `{"Jti":1,"JTI":2,"Tenant":3,` + s[1:] }), "", 1},
	)
	run(t, customised, rows)
}

// namesAndValues is an array that holds an object's members one after another.
func namesAndValues(object string) string {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		panic(err)
	}
	var all []any
	for name, value := range members {
		all = append(all, name, value)
	}
	array, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(array)
}

// What is wrong is said in the project's words, which name known members only.
func TestWhatIsWrong(t *testing.T) {
	t.Parallel()
	const extension = "header holds an extension or a key of its own"
	for rule, c := range map[string]struct {
		change func(*request)
		want   string
	}{
		"no object":       {payloadText(func(string) string { return "null" }), "payload: not a JSON object with unique names"},
		"two segments":    {token(func(string) string { return "a.b" }), "must have three segments"},
		"four segments":   {token(func(s string) string { return s + ".x" }), "must have three segments"},
		"16 KiB":          {token(func(s string) string { return s + strings.Repeat("x", 16<<10) }), "longer than 16 KiB"},
		"no base64url":    {token(func(s string) string { return "!" + s }), "header is empty or not base64url without padding"},
		"spelt twice 0":   {both(padTo(0, 1), respell(0)), "header is empty or not base64url without padding"},
		"spelt twice 1":   {both(padTo(1, 1), respell(1)), "payload is empty or not base64url without padding"},
		"spelt twice 2":   {respell(2), "signature is empty or not base64url without padding"},
		"no number":       {payloadText(func(s string) string { return `{"exp":-,` + s[1:] }), "payload: not a JSON object with unique names"},
		"crit":            {head("crit", []string{"exp"}), extension},
		"b64":             {head("b64", false), extension},
		"jwk":             {head("jwk", map[string]any{}), extension},
		"jku":             {head("jku", "https://x.example"), extension},
		"x5c":             {head("x5c", []string{"MIIB"}), extension},
		"x5u":             {head("x5u", "https://x.example"), extension},
		"wrong type":      {claim("exp", "never"), "payload: exp: want a time in seconds since 1970"},
		"in another case": {claim("SUB", subject), "payload: a known name in another case"},
		"of the header":   {head("kid", 7), "header: kid: want a string"},
		"of its elements": {claim("cognito:groups", []int{1}), "payload: cognito:groups: want a string"},
	} {
		r := access()
		c.change(r)
		_, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
		wantRefusal(t, err, cognito.ReasonMalformed)
		if got, want := err.Error(), "cognito: malformed: "+c.want; got != want {
			t.Errorf("%s: got %q, want %q", rule, got, want)
		}
	}
}

func hex(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}
