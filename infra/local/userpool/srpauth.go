package userpool

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

const challengePassword = "PASSWORD_VERIFIER"

// An srpVerifier lets a client prove that it knows the password without sending
// it. It holds for one pool name, which the client hashes with the password.
type srpVerifier struct {
	Pool    string
	Salt, V []byte
}

// usable reports whether it is nil or a number of the group.
func (v srpVerifier) usable() bool { return len(v.V) <= len(cognitoSRP.n.Bytes()) }

func (p *Pool) newVerifier(sub, password string) srpVerifier {
	v := srpVerifier{Pool: p.name(), Salt: randomBytes(16)}
	v.V = cognitoSRP.verifier(saltOf(v), v.Pool+sub, password).Bytes()
	return v
}

// saltOf is the salt as clients hash it, which read it as a number.
func saltOf(v srpVerifier) []byte { return twosComplement(new(big.Int).SetBytes(v.Salt)) }

// region and name are the parts of the pool's id. Clients hash the name.
func (p *Pool) region() string { return p.id[:strings.Index(p.id, "_")] }
func (p *Pool) name() string   { return p.id[strings.Index(p.id, "_")+1:] }

// An srpExchange is what the server must know to read the client's proof.
type srpExchange struct{ A, U, B []byte } // B is the private number

// srpAuth answers a user who is not there just as one who is, each time with the
// same salt and id.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
func (p *Pool) srpAuth(ctx context.Context, c Client, params map[string]string) (*authOutput, error) {
	if err := missing(params, "USERNAME", "SRP_A"); err != nil {
		return nil, err
	}
	a, err := readPublic(params["SRP_A"])
	if err != nil {
		return nil, err
	}
	u, err := p.userToSignIn(c, params["USERNAME"])
	if err != nil {
		return nil, err
	}
	if u != nil && !p.hasVerifier(u) {
		p.log.Warn("SRP is not possible before this user signs in once with the password, at the login page or by USER_PASSWORD_AUTH", "sub", u.Sub)
	}
	sub, verifier := p.provable(u, params["USERNAME"])
	release, err := p.hashes.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	private := randomBytes(32)
	public := cognitoSRP.public(new(big.Int).SetBytes(verifier.V), new(big.Int).SetBytes(private))
	scrambler := cognitoSRP.scrambler(a, public).FillBytes(make([]byte, sha256.Size))
	ch := newChallenge(challengePassword, c, params["USERNAME"], sub)
	ch.SRP = &srpExchange{a.Bytes(), scrambler, private}
	block := p.challenges.seal(ch, p.now())
	return &authOutput{ChallengeName: challengePassword, ChallengeParameters: map[string]string{
		"SALT":            hex.EncodeToString(verifier.Salt),
		"SECRET_BLOCK":    base64.StdEncoding.EncodeToString(block),
		"SRP_B":           public.Text(16),
		"USERNAME":        sub,
		"USER_ID_FOR_SRP": sub,
	}}, nil
}

// readPublic reads A. Cognito's words for one that it cannot use are not known.
func readPublic(text string) (*big.Int, error) {
	text = strings.TrimLeft(text, "0")
	if len(text) <= 2*len(cognitoSRP.n.Bytes()) {
		if a, ok := new(big.Int).SetString(text, 16); ok && cognitoSRP.takes(a) {
			return a, nil
		}
	}
	return nil, invalid("SRP_A is not a number in hexadecimal between 0 and N.")
}

// provable returns what a proof of the password is checked with. Where there is
// no user, or none with a verifier yet, no proof is good.
func (p *Pool) provable(u *user, username string) (sub string, v srpVerifier) {
	mac := macOf(p.secret, emailKey(username))
	id, _ := uuid.FromBytes(mac[:16]) // 16 bytes always are one
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	sub, v = id.String(), srpVerifier{Salt: mac[16:], V: p.nobody.SRP.V}
	switch {
	case u == nil:
		return sub, v
	case !p.hasVerifier(u):
		return u.Sub, v
	}
	return u.Sub, u.Password.SRP
}

func (p *Pool) hasVerifier(u *user) bool { return u.Password.SRP.Pool == p.name() }

// answerPasswordVerifier checks the client's proof. A challenge that is spent,
// too old, of another client or another user is answered like a wrong password,
// and counted as none.
func (p *Pool) answerPasswordVerifier(ctx context.Context, c Client, in *respondInput) (*authOutput, error) {
	r := in.ChallengeResponses
	if err := missing(r, "USERNAME", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"); err != nil {
		return nil, err
	}
	stamp, err := readTimestamp(r["TIMESTAMP"])
	if err != nil {
		return nil, err
	}
	block, err := base64.StdEncoding.DecodeString(r["PASSWORD_CLAIM_SECRET_BLOCK"])
	if err != nil {
		return nil, errBadLogin
	}
	ch := p.challenges.open(block)
	if ch == nil || ch.Name != challengePassword || ch.ClientID != c.ID || !ch.of(r["USERNAME"]) || !p.challenges.spend(ch, p.now()) {
		return nil, errBadLogin
	}
	u, err := p.viewUser(ch.Sub)
	if err != nil {
		return nil, err
	}
	if err := admit(u); err != nil {
		return nil, err
	}
	err = p.try(ctx, lockName(u, ch.Username), errBadLogin, func() bool {
		_, verifier := p.provable(u, ch.Username)
		proof := p.name() + ch.Sub + string(block) + stamp
		good := ch.SRP.proves(verifier, proof, r["PASSWORD_CLAIM_SIGNATURE"])
		return good && u != nil && p.hasVerifier(u)
	})
	if err != nil {
		return nil, err
	}
	p.proven(u)
	return p.passed(ctx, c, u)
}

// proves checks the signature over the message with the key that only who knows
// the password shares.
func (e *srpExchange) proves(v srpVerifier, message, signature string) bool {
	number := func(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
	secret := cognitoSRP.premaster(number(e.A), number(v.V), number(e.U), number(e.B))
	key := must(hkdf.Key(sha256.New, twosComplement(secret), twosComplement(number(e.U)), "Caldera Derived Key", 16)) // 16 bytes are not too many
	got, err := base64.StdEncoding.DecodeString(signature)
	return err == nil && hmac.Equal(got, macOf(key, []byte(message)))
}

// readTimestamp returns the time as Cognito writes it again before it hashes it:
// a wrong weekday or a padded day makes a wrong signature.
func readTimestamp(text string) (string, error) {
	stamp, err := time.Parse("Mon Jan 2 15:04:05 MST 2006", text)
	if err != nil {
		return "", invalid("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	return stamp.Format("Mon Jan 2 15:04:05 UTC 2006"), nil
}

// addVerifier gives a user of an older state file, or of a pool that has had
// another name, the verifier of the password that was just checked. The sign-in
// goes on without one, too.
func (p *Pool) addVerifier(u *user, password string) {
	if p.hasVerifier(u) {
		return
	}
	v := p.newVerifier(u.Sub, password)
	err := p.updateUser(u.Sub, func(_ *bolt.Tx, now *user) error {
		if now != nil && bytes.Equal(now.Password.Key, u.Password.Key) { // else it has changed since
			now.Password.SRP = v
		}
		return nil
	})
	if err != nil {
		p.log.Error("no SRP verifier is stored", "sub", u.Sub, "error", err)
	}
}
