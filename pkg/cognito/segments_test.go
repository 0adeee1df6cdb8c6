package cognito_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

func TestSegments(t *testing.T) {
	t.Parallel()
	malformed := func(rule string, change func(string) string) row {
		return row{rule, token(change), cognito.ReasonMalformed, 0}
	}
	parts := func(change func(header, payload, signature string) string) func(string) string {
		return func(token string) string {
			s := strings.Split(token, ".")
			return change(s[0], s[1], s[2])
		}
	}
	rows := []row{
		malformed("one", func(s string) string { return strings.ReplaceAll(s, ".", "") }),
		malformed("two", parts(func(h, p, _ string) string { return h + "." + p })),
		malformed("three, the last empty", parts(func(h, p, _ string) string { return h + "." + p + "." })),
		malformed("three, the first empty", parts(func(_, p, s string) string { return "." + p + "." + s })),
		malformed("three, the second empty", parts(func(h, _, s string) string { return h + ".." + s })),
		malformed("three, all empty", func(string) string { return ".." }),
		malformed("four", func(s string) string { return s + ".AAAA" }),
		malformed("four, the last empty", func(s string) string { return s + "." }),
		malformed("four, the first empty", func(s string) string { return "." + s }),
		malformed("five, as an encrypted token has", func(s string) string { return s + ".AAAA.AAAA" }),
		malformed("10,000", func(s string) string { return s + strings.Repeat(".", 9_997) }),
		malformed("10,000 and no more", func(string) string { return strings.Repeat(".", 9_999) }),
		malformed("a million", func(s string) string { return s + strings.Repeat(".A", 999_997) }),
		malformed("JSON serialisation", parts(func(h, p, s string) string {
			return fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, h, p, s)
		})),
		malformed("no token at all", func(string) string { return "-" }),
		malformed("header is not base64url by length", parts(func(h, p, s string) string { return "A." + p + "." + s })),
		malformed("payload is not base64url by length", parts(func(h, p, s string) string { return h + ".A." + s })),
		malformed("signature is not base64url by length", parts(func(h, p, s string) string { return h + "." + p + ".A" })),
	}
	const positions = 3
	for i := range positions {
		name := []string{"header", "payload", "signature"}[i]
		in := func(change func(segment string) string) func(string) string {
			return func(token string) string {
				s := strings.Split(token, ".")
				s[i] = change(s[i])
				return strings.Join(s, ".")
			}
		}
		for rule, inserted := range map[string]string{
			"padding": "=", "two paddings": "==", "blank": " ", "tab": "\t", "line feed": "\n", "carriage return": "\r",
			"NUL": "\x00", "plus": "+", "slash": "/", "comma": ",", "letter beyond ASCII": "é", "not UTF-8": "\xff",
			"no-break space": "\u00a0", "zero-width space": "\u200b", "full-width letter": "Ａ", "percent": "%2E",
		} {
			if i < positions-1 || strings.Trim(inserted, " \t") != "" { // after the whole value they are no part of it
				rows = append(rows, malformed(name+" with a "+rule+" at its end", in(func(s string) string { return s + inserted })))
			}
			rows = append(rows,
				malformed(name+" with a "+rule+" within", in(func(s string) string { return s[:4] + inserted + s[4:] })),
				malformed(name+" with a "+rule+" at its beginning", in(func(s string) string { return inserted + s })),
			)
		}
	}
	// Base64 of a length that leaves bits over has several spellings of one
	// value, of which RFC 4648 section 3.5 calls one canonical.
	rows = append(rows,
		row{"header in another spelling", both(padTo(0, 1), respell(0)), cognito.ReasonMalformed, 0},
		row{"payload in another spelling", both(padTo(1, 1), respell(1)), cognito.ReasonMalformed, 0},
		row{"signature in another spelling", respell(2), cognito.ReasonMalformed, 0},
		row{"header that leaves bits over", padTo(0, 1), "", 1},
		row{"payload that leaves bits over", padTo(1, 1), "", 1},
	)
	// Bare, because after Bearer there may be several blanks.
	run(t, from(access, value(func(token string) string { return token })), rows)
}

// The standard alphabet differs in the two letters that stand for the values 62
// and 63; the text that needs them is in the payload, and in the signature.
func TestStandardAlphabet(t *testing.T) {
	t.Parallel()
	unchanged := from(access, claim("note", "ÿþ~~~???>>>ÿÿÿ"))
	standard := func(i int) func(string) string {
		return func(token string) string {
			s := strings.Split(token, ".")
			s[i] = strings.NewReplacer("-", "+", "_", "/").Replace(s[i])
			return strings.Join(s, ".")
		}
	}
	run(t, unchanged, []row{
		{"in the payload", token(standard(1)), cognito.ReasonMalformed, 0},
		{"in the signature", both(signatureWith("-_"), token(standard(2))), cognito.ReasonMalformed, 0},
	})
}

func TestLength(t *testing.T) {
	t.Parallel()
	const limit = 16 << 10
	run(t, access, []row{
		{"16 KiB", length(t, limit), "", 1},
		{"16 KiB and one byte", length(t, limit+1), cognito.ReasonMalformed, 0},
		{"10 MB", token(func(s string) string { return s + strings.Repeat("A", 10<<20) }), cognito.ReasonMalformed, 0},
		{"the scheme does not count", both(length(t, limit), value(func(s string) string { return "Bearer    " + s })), "", 1},
	})
}

// padTo makes the length of a segment's text 1 or 2 modulo 3, so that bits are
// left over.
func padTo(segment, remainder int) func(*request) {
	return func(r *request) {
		change := func(text string) string {
			for len(text)%3 != remainder {
				text += " "
			}
			return text
		}
		if segment == 0 {
			r.headerText = change
		} else {
			r.payloadText = change
		}
	}
}

// respell sets a bit that decoders are used to drop.
func respell(i int) func(*request) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return token(func(token string) string {
		s := strings.Split(token, ".")
		last := strings.IndexByte(alphabet, s[i][len(s[i])-1])
		s[i] = s[i][:len(s[i])-1] + alphabet[last+1:last+2]
		return strings.Join(s, ".")
	})
}

// signatureWith varies the token until its signature holds one of the letters.
func signatureWith(letters string) func(*request) {
	return func(r *request) {
		for i := 0; ; i++ {
			r.claims["jti"] = fmt.Sprint(i)
			signed := segment(text(r.header)) + "." + segment(text(r.claims))
			signature, err := r.method.Sign(signed, r.key)
			if err != nil || strings.ContainsAny(base64.RawURLEncoding.EncodeToString(signature), letters) {
				return
			}
		}
	}
}

// length pads header and payload until the token has so many bytes.
func length(t *testing.T, want int) func(*request) {
	return func(r *request) {
		encoded := base64.RawURLEncoding.EncodedLen
		const signature = 342 // of 2048 bits
		header, payload := len(text(r.header)), len(text(r.claims))
		for h := range 3 {
			for p := range want {
				if encoded(header+h)+1+encoded(payload+p)+1+signature == want {
					r.headerText = func(s string) string { return s + strings.Repeat(" ", h) }
					r.payloadText = func(s string) string { return s + strings.Repeat(" ", p) }
					return
				}
			}
		}
		t.Errorf("no padding makes a token of %d bytes", want)
	}
}
