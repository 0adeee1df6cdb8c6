package caller_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/caller"
)

// The same time, in every form that a door writes it in.
func TestExpiryForms(t *testing.T) {
	t.Parallel()
	for _, form := range []any{"1782996167", 1782996167, "1.782996167E9", "1.782996167e+09", "1782996167.0", "Thu Jul 02 12:42:47 UTC 2026"} {
		for name, d := range doors() {
			if d.exp == "" {
				continue
			}
			e := fixture(t, name).set(d.exp, form).json(t)
			c, err := caller.FromEvent(e, exp.Add(-time.Nanosecond))
			if err != nil || !c.Expires.Equal(exp) || c.Expires.Location() != time.UTC {
				t.Errorf("%s, exp %v, before: got %v, %v", name, form, c.Expires, err)
			}
			if _, err := caller.FromEvent(e, exp); !errors.Is(err, caller.ErrExpired) {
				t.Errorf("%s, exp %v, then: got error %v, want ErrExpired", name, form, err)
			}
		}
	}
}

func TestBadExpiry(t *testing.T) {
	t.Parallel()
	tests := map[any]error{
		"253402300799": nil, // the last second that is taken for a time at all
		"253402300800": caller.ErrMalformed,
		"":             caller.ErrMalformed, "tomorrow": caller.ErrMalformed, true: caller.ErrMalformed, "Inf": caller.ErrMalformed, "NaN": caller.ErrMalformed,
		"1e300": caller.ErrMalformed, "1e999": caller.ErrMalformed, "1782996167000": caller.ErrMalformed, "0x1p31": caller.ErrMalformed,
		"+1782996167": caller.ErrMalformed, "-1": caller.ErrMalformed, " 1782996167": caller.ErrMalformed, "1_782_996_167": caller.ErrMalformed,
		"Thu Jul 02 12:42:47 PST 2026": caller.ErrMalformed,
		"Mon Jan 01 00:00:00 UTC 0001": caller.ErrMalformed, // Go's zero time
		"Wed Dec 31 23:59:59 UTC 1969": caller.ErrMalformed,
		"Thu Jan 01 00:00:00 UTC 1970": caller.ErrExpired, "0": caller.ErrExpired, "1782992999": caller.ErrExpired, 1782993000: caller.ErrExpired,
		"Thu Jul 02 11:49:59 UTC 2026": caller.ErrExpired,
	}
	for name, d := range doors() {
		if d.exp == "" {
			continue
		}
		for form, want := range tests {
			if _, err := caller.FromEvent(fixture(t, name).set(d.exp, form).json(t), now); !errors.Is(err, want) {
				t.Errorf("%s, exp %v: got error %v, want %v", name, form, err, want)
			}
		}
		if _, err := caller.FromEvent(fixture(t, name).set(d.exp, []int{1782996167}).json(t), now); !errors.Is(err, caller.ErrMalformed) {
			t.Errorf("%s, exp a list: got error %v, want ErrMalformed", name, err)
		}
	}
}

// Groups as each door writes them, and what becomes of what it cannot write.
func TestGroups(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		door, member string
		value        any
		want         []string
	}{
		{"rest-cognito", "", "admins,ops", []string{"admins", "ops"}},
		{"rest-cognito", "", "admins", []string{"admins"}},
		{"rest-cognito", "", "", nil},
		{"rest-cognito", "", nil, nil},
		{"rest-cognito", "", "a b,[c d]", []string{"a b", "[c d]"}},
		{"rest-jwt", "", []string{"a b", "c,d"}, []string{"a b", "c,d"}},
		{"rest-jwt", "", []string{}, nil},
		{"http-jwt", "", "[admins ops]", []string{"admins", "ops"}},
		{"http-jwt", "", "[admins]", []string{"admins"}},
		{"http-jwt", "", "[a,b]", []string{"a,b"}},
		{"http-jwt", "", "[]", nil},
		{"http-jwt", "", "admins", []string{"admins"}},
		{"http-jwt", "", "[admins", []string{"[admins"}},
		{"http-jwt", "", "admins ops]", []string{"admins ops]"}},
		{"http-jwt-payload1", "", "[admins ops]", []string{"admins", "ops"}},
		{"appsync-cognito", "", []string{"a b", "c,d"}, []string{"a b", "c,d"}},
		{"appsync-cognito", "", "a b", []string{"a b"}},
		{"rest-lambda", "", "admins ops", []string{"admins", "ops"}},
		{"rest-lambda", "_json", `["Domain Users","ops"]`, []string{"Domain Users", "ops"}},
		{"rest-lambda", "_json", `[]`, nil},
		{"http-lambda", "", []string{"Domain Users", "ops"}, []string{"Domain Users", "ops"}},
		{"appsync-lambda", "_json", `["Domain Users"]`, []string{"Domain Users"}},
	} {
		path := doors()[tt.door].groups + tt.member
		c, err := caller.FromEvent(fixture(t, tt.door).set(path, tt.value).json(t), now)
		if diff := cmp.Diff(tt.want, c.Groups); err != nil || diff != "" {
			t.Errorf("%s, %v: error %v, groups (-want +got):\n%s", tt.door, tt.value, err, diff)
		}
	}
	e := fixture(t, "rest-lambda").set("requestContext.authorizer.groups", "ops").set("requestContext.authorizer.groups_json", `["Domain Users","ops"]`)
	c, err := caller.FromEvent(e.json(t), now)
	if diff := cmp.Diff([]string{"Domain Users", "ops"}, c.Groups); err != nil || diff != "" {
		t.Errorf("both: error %v, groups (-want +got):\n%s", err, diff)
	}
}

// An access token's app client is client_id, an ID token's the one aud.
func TestClient(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		door, clientID string
		aud            any
		want           string
	}{
		{"rest-jwt", "app", []string{"api"}, "app"},
		{"rest-jwt", "", []string{"app"}, "app"},
		{"rest-jwt", "", "app", "app"},
		{"rest-jwt", "", []string{"app", "api"}, ""},
		{"rest-cognito", "", "app", "app"},
		{"http-jwt", "", "app", "app"},
		{"http-jwt", "", "[app]", "app"},
		{"http-jwt", "", "[app api]", ""},
		{"http-jwt", "", nil, ""},
	} {
		parent := map[string]string{"http-jwt": "requestContext.authorizer.jwt.claims."}[tt.door]
		if parent == "" {
			parent = "requestContext.authorizer.claims."
		}
		e := fixture(t, tt.door).set(parent+"aud", tt.aud).set(parent+"client_id", tt.clientID)
		if c, err := caller.FromEvent(e.json(t), now); err != nil || c.ClientID != tt.want {
			t.Errorf("%s, client_id %q, aud %v: got %q, %v, want %q", tt.door, tt.clientID, tt.aud, c.ClientID, err, tt.want)
		}
	}
}

// A sub may be any visible ASCII, up to 255 characters, at every door but IAM.
func TestSubjects(t *testing.T) {
	t.Parallel()
	long := make([]byte, 255)
	for i := range long {
		long[i] = '!' + byte(i)%94
	}
	for name, d := range doors() {
		if d.exp == "" {
			continue
		}
		e := fixture(t, name).set(d.sub, string(long))
		if context, beside := strings.CutSuffix(d.sub, ".principalId"); beside {
			e.set(context+".sub", string(long))
		}
		c, err := caller.FromEvent(e.json(t), now)
		if err != nil || c.Subject != string(long) {
			t.Errorf("%s: got %q, %v", name, c.Subject, err)
		}
	}
}

// An authorizer that hands on who issued the token is believed.
func TestIssuerOfContext(t *testing.T) {
	t.Parallel()
	c, err := caller.FromEvent(fixture(t, "rest-lambda").set("requestContext.authorizer.iss", iss).json(t), now)
	if err != nil || c.Issuer != iss {
		t.Errorf("got issuer %q, %v", c.Issuer, err)
	}
}
