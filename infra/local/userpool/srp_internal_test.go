package userpool

import (
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	cognitosrp "github.com/alexrudd/cognito-srp/v4"
	bolt "go.etcd.io/bbolt"
)

// The numbers of RFC 5054, appendix B: the 1024-bit group, SHA-1, and numbers
// padded to the length of N.
func TestSRPOfTheRFC(t *testing.T) {
	t.Parallel()
	group := srpGroup{
		n: hexInt(`EEAF0AB9 ADB38DD6 9C33F80A FA8FC5E8 60726187 75FF3C0B 9EA2314C 9C256576 D674DF74 96EA81D3 383B4813 D692C6E0
			E0D5D8E2 50B98BE4 8E495C1D 6089DAD1 5DC7D7B4 6154D6B6 CE8EF4AD 69B15D49 82559B29 7BCF1885 C529F566 660E57EC
			68EDBC3C 05726CC0 2FD4CBF4 976EAA9A FD5138FE 8376435B 9FC61D2F C0EB06E3`),
		g: big.NewInt(2), hash: sha1.New,
		encode: func(i *big.Int) []byte { return i.FillBytes(make([]byte, 128)) },
	}
	a := hexInt(`61D5E490 F6F1B795 47B0704C 436F523D D0E560F0 C64115BB 72557EC4 4352E890 3211C046 92272D8B 2D1A5358
		A2CF1B6E 0BFCF99F 921530EC 8E393561 79EAE45E 42BA92AE ACED8251 71E1E8B9 AF6D9C03 E1327F44 BE087EF0 6530E69F
		66615261 EEF54073 CA11CF58 58F0EDFD FE15EFEA B349EF5D 76988A36 72FAC47B 0769447B`)
	b := hexInt("E487CB59 D31AC550 471E81F0 0F6928E0 1DDA08E9 74A004F4 9E61F5D1 05284D20")

	v := group.verifier(hexInt("BEB25379 D1A8581E B5A72767 3A2441EE").Bytes(), "alice", "password123")
	public := group.public(v, b)
	u := group.scrambler(a, public)
	for name, row := range map[string]struct{ got, want *big.Int }{
		"v": {v, hexInt(`7E273DE8 696FFC4F 4E337D05 B4B375BE B0DDE156 9E8FA00A 9886D812 9BADA1F1 822223CA 1A605B53 0E379BA4
			729FDC59 F105B478 7E5186F5 C671085A 1447B52A 48CF1970 B4FB6F84 00BBF4CE BFBB1681 52E08AB5 EA53D15C 1AFF87B2
			B9DA6E04 E058AD51 CC72BFC9 033B564E 26480D78 E955A5E2 9E7AB245 DB2BE315 E2099AFB`)},
		"B": {public, hexInt(`BD0C6151 2C692C0C B6D041FA 01BB152D 4916A1E7 7AF46AE1 05393011 BAF38964 DC46A067 0DD125B9 5A981652
			236F99D9 B681CBF8 7837EC99 6C6DA044 53728610 D0C6DDB5 8B318885 D7D82C7F 8DEB75CE 7BD4FBAA 37089E6F 9C6059F3
			88838E7A 00030B33 1EB76840 910440B1 B27AAEAE EB4012B7 D7665238 A8E3FB00 4B117B58`)},
		"u": {u, hexInt("CE38B959 3487DA98 554ED47D 70A7AE5F 462EF019")},
		"S": {group.premaster(a, v, u, b), hexInt(`B0DC82BA BCF30674 AE450C02 87745E79 90A3381F 63B387AA F271A10D 233861E3 59B48220
			F7C4693C 9AE12B0A 6F67809F 0876E2D0 13800D6C 41BB59B6 D5979B5C 00A172B4 A2A5903A 0BDCAF8A 709585EB 2AFAFA8F
			3499B200 210DCC1F 10EB3394 3CD67FC8 8A2F39A4 BE5BEC4E C0A3212D C346D7E4 74B29EDE 8A469FFE CA686E5A`)},
	} {
		if row.got.Cmp(row.want) != 0 {
			t.Errorf("%s: got %X, want %X", name, row.got, row.want)
		}
	}
}

func TestSRPGroupOfCognito(t *testing.T) {
	t.Parallel()
	n := cognitoSRP.n
	half := new(big.Int).Rsh(n, 1)
	if n.BitLen() != 3072 || !n.ProbablyPrime(1) || !half.ProbablyPrime(1) {
		t.Error("N is not a safe prime of 3072 bits")
	}
	for rule, row := range map[string]struct {
		a    *big.Int
		want bool
	}{
		"1": {big.NewInt(1), true}, "N-1": {new(big.Int).Sub(n, big.NewInt(1)), true},
		"0": {new(big.Int), false}, "N": {n, false}, "2N": {new(big.Int).Lsh(n, 1), false}, "below zero": {big.NewInt(-1), false},
	} {
		if got := cognitoSRP.takes(row.a); got != row.want {
			t.Errorf("A = %s: got %t, want %t", rule, got, row.want)
		}
	}
}

// Cognito hashes the time as it writes it itself.
func TestSRPTimestamp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Sat Sep 5 08:01:02 UTC 2026":  "Sat Sep 5 08:01:02 UTC 2026",
		"Sat Sep 05 08:01:02 UTC 2026": "Sat Sep 5 08:01:02 UTC 2026",
		"Sun Sep 5 08:01:02 UTC 2026":  "Sat Sep 5 08:01:02 UTC 2026",
	} {
		if got, err := readTimestamp(text); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}

// Both halves of SRP wait for a slot, known user or not.
func TestSRPWaitsForASlot(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	if err := p.EnsureUser("ann@example.com", "Correct-Horse-9"); err != nil {
		t.Fatal(err)
	}
	c := Client{ID: "app"}
	for _, name := range []string{"ann@example.com", "nobody@example.com"} {
		params := map[string]string{"USERNAME": name, "SRP_A": "2"}
		out, err := p.srpAuth(t.Context(), c, params)
		if err != nil {
			t.Fatal(err)
		}
		for range maxHashes {
			p.hashes <- struct{}{}
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if _, err := p.srpAuth(ended, c, params); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: begun without a slot: %v", name, err)
		}
		_, err = p.answerPasswordVerifier(ended, c, &respondInput{ChallengeResponses: map[string]string{
			"USERNAME": name, "PASSWORD_CLAIM_SECRET_BLOCK": out.ChallengeParameters["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": "Sat Sep 5 08:01:02 UTC 2026",
		}})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: answered without a slot: %v", name, err)
		}
		for range maxHashes {
			<-p.hashes
		}
	}
}

// Where no proof can be good, one that happens to be right is none: of a name of
// nobody, and of a user without a verifier.
func TestNobodysVerifierSignsNobodyIn(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	if err := p.EnsureUser("ann@example.com", "Correct-Horse-9"); err != nil {
		t.Fatal(err)
	}
	old := func(pool string) *user {
		u, err := p.viewUser("ann@example.com")
		if err != nil {
			t.Fatal(err)
		}
		u.Password.SRP.Pool = pool
		if err := p.db.Update(func(tx *bolt.Tx) error { return put(tx, bucketUsers, u.Sub, u) }); err != nil {
			t.Fatal(err)
		}
		return u
	}
	for rule, row := range map[string]struct {
		name string
		u    *user
		want error
	}{
		"nobody":      {"nobody@example.com", nil, errBadLogin},
		"no verifier": {"ann@example.com", old(""), errBadLogin},
		"a verifier":  {"ann@example.com", old("test"), nil},
	} {
		if row.want != nil && row.u != nil {
			old("")
		}
		sub, v := p.provable(row.u, row.name)
		p.nobody.SRP.V = cognitoSRP.verifier(saltOf(v), p.name()+sub, "Correct-Horse-9").Bytes()
		client, err := cognitosrp.NewCognitoSRP(row.name, "Correct-Horse-9", p.id, "app", nil)
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.srpAuth(t.Context(), Client{ID: "app"}, client.GetAuthParams())
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.PasswordVerifierChallenge(out.ChallengeParameters, p.now())
		if err != nil {
			t.Fatal(err)
		}
		if _, err = p.answerPasswordVerifier(t.Context(), Client{ID: "app"}, &respondInput{ChallengeResponses: answer}); !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", rule, err, row.want)
		}
		old("test")
	}
}

func TestMadeUpUsersDiffer(t *testing.T) {
	t.Parallel()
	one, _ := openInternal(t).provable(nil, "nobody@example.com")
	two, _ := openInternal(t).provable(nil, "nobody@example.com")
	if one == two {
		t.Errorf("two pools make up the same user %s", one)
	}
}

// A verifier is stored for the password that was checked, as long as it is the
// user's, and the log says if that fails.
func TestAddVerifier(t *testing.T) {
	t.Parallel()
	const email, password, trouble = "ann@example.com", "Correct-Horse-9", "no SRP verifier is stored"
	for rule, row := range map[string]struct {
		change         func(*testing.T, *Pool, *user)
		stored, logged bool
	}{
		"still the user's": {func(*testing.T, *Pool, *user) {}, true, false},
		"changed since": {func(t *testing.T, p *Pool, u *user) {
			u.Password.Key = randomBytes(32)
		}, false, false},
		"gone since": {func(t *testing.T, p *Pool, u *user) {
			if _, err := deleteUser[userInput](p, t.Context(), u, nil); err != nil {
				t.Fatal(err)
			}
		}, false, false},
		"state is read-only": {func(t *testing.T, p *Pool, _ *user) { p.readOnly(t) }, false, true},
	} {
		t.Run(rule, func(t *testing.T) {
			p := openInternal(t)
			if err := p.EnsureUser(email, password); err != nil {
				t.Fatal(err)
			}
			var u *user
			if err := p.updateUser(email, func(_ *bolt.Tx, now *user) error {
				now.Password.SRP = srpVerifier{}
				u = now
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			p.log = slog.New(slog.NewTextHandler(&log, nil))
			row.change(t, p, u)
			p.addVerifier(u, password)
			now, err := p.viewUser(email)
			if err != nil {
				t.Fatal(err)
			}
			if got := now != nil && p.hasVerifier(now); got != row.stored {
				t.Errorf("stored: got %t, want %t", got, row.stored)
			}
			if got := strings.Contains(log.String(), trouble); got != row.logged {
				t.Errorf("in the log: got %t, want %t", got, row.logged)
			}
		})
	}
}
