package gate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

func TestContext(t *testing.T) {
	t.Parallel()
	const sub = `"sub":"11111111-2222-4333-8444-555555555555"`
	tests := []struct {
		name   string
		change func(*cognito.Claims)
		want   string // empty if the claims do not fit
	}{
		{"all there", func(*cognito.Claims) {},
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups":"staff readers","exp":"1782999767"}`},
		{"empty ones left out", func(c *cognito.Claims) { c.Username, c.ClientID, c.Scopes, c.Groups = "", "", nil, []string{} },
			`{` + sub + `,"exp":"1782999767"}`},
		{"empty names left out", func(c *cognito.Claims) { c.Scopes, c.Groups = []string{"", "a", "", "b"}, []string{""} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"a b","exp":"1782999767"}`},
		{"exp in whole seconds", func(c *cognito.Claims) { c.ExpiresAt = c.ExpiresAt.Add(999 * time.Millisecond) },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups":"staff readers","exp":"1782999767"}`},
		{"text that JSON escapes", func(c *cognito.Claims) { c.Username = "\"\\\n<é" },
			`{` + sub + `,"username":"\"\\\n<é","client_id":"client1","scope":"openid notes/read","groups":"staff readers","exp":"1782999767"}`},
		{"blank in a group", func(c *cognito.Claims) { c.Groups = []string{"staff", "Domain Users"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups":"staff","groups_json":"[\"staff\",\"Domain Users\"]","exp":"1782999767"}`},
		{"blank in the only group", func(c *cognito.Claims) { c.Groups = []string{"staff admin"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups_json":"[\"staff admin\"]","exp":"1782999767"}`},
		{"no-break space in a group", func(c *cognito.Claims) { c.Groups = []string{"staff\u00a0admin"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups_json":"[\"staff` + "\u00a0" + `admin\"]","exp":"1782999767"}`},
		{"line feed in a scope", func(c *cognito.Claims) { c.Scopes = []string{"openid", "openid\nnotes/write"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid","groups":"staff readers","exp":"1782999767"}`},
		{"groups beyond 8 KB", func(c *cognito.Claims) { c.Groups = []string{strings.Repeat("x", 8192)} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","exp":"1782999767"}`},
		{"groups beyond 8 KB in two lists, but not in one", func(c *cognito.Claims) { c.Groups = []string{strings.Repeat("x", 4096), "a b"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups_json":"[\"` + strings.Repeat("x", 4096) + `\",\"a b\"]","exp":"1782999767"}`},
		{"scopes beyond 8 KB", func(c *cognito.Claims) { c.Scopes = []string{strings.Repeat("x", 8192)} },
			`{` + sub + `,"username":"demo","client_id":"client1","exp":"1782999767"}`},
		{"not UTF-8", func(c *cognito.Claims) { c.Username = "\xff" }, ""},
		{"not UTF-8 at the seam of two claims", func(c *cognito.Claims) { c.Username, c.ClientID = "\xc3", "\xa9" }, ""},
		{"8 KB", func(c *cognito.Claims) { fill(c, 8192) },
			`{` + sub + `,"groups":"` + strings.Repeat("x", 8192-77) + `","exp":"1782999767"}`},
		{"8 KB and one byte", func(c *cognito.Claims) { fill(c, 8193) }, `{` + sub + `,"exp":"1782999767"}`},
		{"a name beyond 8 KB", func(c *cognito.Claims) { c.Username = strings.Repeat("\x01", 1500) }, `{` + sub + `,"client_id":"client1","exp":"1782999767"}`},
		{"a subject beyond 8 KB", func(c *cognito.Claims) { c.Subject = strings.Repeat("x", 8192) }, ""},
		{"what others take for white space", func(c *cognito.Claims) { c.Groups = []string{"x\x1fadmin", "y\ufeffadmin", "z"} },
			`{` + sub + `,"username":"demo","client_id":"client1","scope":"openid notes/read","groups":"z","groups_json":"[\"x\\u001fadmin\",\"y` + "\ufeff" + `admin\",\"z\"]","exp":"1782999767"}`},
		{"not UTF-8 in a group with a blank", func(c *cognito.Claims) { c.Groups = []string{"a \xff"} }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			claims := goodClaims()
			tt.change(claims)
			answer, err := newHandler(t, gate.Config{Verifier: returns(claims, nil)}).Invoke(t.Context(), []byte(testdata(t, "http-2.0.json")))
			if tt.want == "" {
				if err != gate.ErrUndecided || answer != nil {
					t.Fatalf("Invoke = %d bytes, %v, want no answer and ErrUndecided", len(answer), err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, contextOf(t, string(answer))); diff != "" {
				t.Errorf("context (-want +got):\n%s", diff)
			}
		})
	}
}

// fill makes the context's JSON so many bytes long, of which 77 are not the group's.
func fill(c *cognito.Claims, size int) {
	c.Username, c.ClientID, c.Scopes = "", "", nil
	c.Groups = []string{strings.Repeat("x", size-77)}
}
