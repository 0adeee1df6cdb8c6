package cognito_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

func TestIssuer(t *testing.T) {
	t.Parallel()
	wrong := func(rule string, iss any) row { return row{rule, claim("iss", iss), cognito.ReasonIssuer, 0} }
	run(t, access, []row{
		{"of another pool, validly signed there", both(claim("iss", foreign), both(head("kid", keys().stranger.KID), signedBy(keys().stranger))), cognito.ReasonIssuer, 0},
		wrong("of another pool, signed here", foreign),
		{"missing", noClaim("iss"), cognito.ReasonIssuer, 0},
		wrong("empty", ""),
		wrong("trailing slash", issuer+"/"),
		wrong("trailing dot in the host", strings.Replace(issuer, ".com/", ".com./", 1)),
		wrong("trailing blank", issuer+" "),
		wrong("trailing line feed", issuer+"\n"),
		wrong("trailing NUL", issuer+"\x00"),
		wrong("leading blank", " "+issuer),
		wrong("in upper case", strings.ToUpper(issuer)),
		wrong("scheme in upper case", "HTTPS"+issuer[5:]),
		wrong("pool id in lower case", strings.ToLower(issuer)),
		wrong("plain http", "http"+issuer[5:]),
		wrong("without scheme", strings.TrimPrefix(issuer, "https://")),
		wrong("another Region", strings.ReplaceAll(issuer, "eu-west-1.", "eu-west-2.")),
		wrong("another host", strings.Replace(issuer, "amazonaws.com", "amazonaws.com.attacker.example", 1)),
		wrong("user in it", strings.Replace(issuer, "https://", "https://user@", 1)),
		wrong("user and password in it", strings.Replace(issuer, "https://", "https://user:password@", 1)),
		wrong("as user of another host", strings.Replace(issuer, ".com/", ".com@attacker.example/", 1)),
		wrong("port in it", strings.Replace(issuer, ".com/", ".com:443/", 1)),
		wrong("query", issuer+"?a=b"),
		wrong("fragment", issuer+"#a"),
		wrong("path further", issuer+jwksPath),
		wrong("path up and down", issuer+"/../"+poolID),
		wrong("percent-encoded", strings.Replace(issuer, "_", "%5F", 1)),
		wrong("cut short", issuer[:len(issuer)-1]),
		wrong("one byte more", issuer+"x"),
		wrong("two slashes", strings.Replace(issuer, ".com/", ".com//", 1)),
		wrong("look-alike letter", strings.Replace(issuer, "a", "а", 1)),
		wrong("pool id alone", poolID),
		{"array", claim("iss", []string{issuer}), cognito.ReasonMalformed, 0},
		{"object", claim("iss", map[string]any{"": issuer}), cognito.ReasonMalformed, 0},
		{"number", claim("iss", 1), cognito.ReasonMalformed, 0},
		{"null", claim("iss", nil), cognito.ReasonMalformed, 0},
	})
}
