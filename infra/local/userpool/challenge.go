package userpool

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// maxChallengeLifetime is the longest AuthSessionValidity that Cognito takes.
const maxChallengeLifetime = 15 * time.Minute

// A challenge is what a sign-in waits for. It is kept by the client, sealed, as
// Session or SECRET_BLOCK, so that who only begins sign-ins takes no memory here.
type challenge struct {
	ID       []byte
	Name     string // ChallengeName
	ClientID string
	Username string // in lower case, as the client named the user
	Sub      string // a made-up one for a user who is not there
	SRP      *srpExchange
	Seed     []byte // of the authenticator app that is being set up
	Lifetime time.Duration
	Expires  time.Time
}

func newChallenge(name string, c Client, username, sub string) *challenge {
	return &challenge{Name: name, ClientID: c.ID, Lifetime: c.challengeLifetime(), Username: strings.ToLower(username), Sub: sub}
}

// of reports whether the challenge is that user's.
func (ch *challenge) of(username string) bool {
	return username == ch.Sub || strings.ToLower(username) == ch.Username
}

// challenges seals what is sent and remembers what was answered, each for as
// long as the process lives.
type challenges struct {
	aead cipher.AEAD

	mu           sync.Mutex
	spent, older map[string]bool // by ID; older ones are of the longest lifetime before
	since        time.Time
}

func newChallenges() *challenges {
	aead := must(cipher.NewGCMWithRandomNonce(must(aes.NewCipher(randomBytes(32))))) // both lengths are right
	return &challenges{aead: aead, spent: map[string]bool{}}
}

func (c *challenges) seal(ch *challenge, now time.Time) []byte {
	ch.ID, ch.Expires = randomBytes(16), now.Add(ch.Lifetime)
	return c.aead.Seal(nil, nil, []byte(asJSON(ch)), nil)
}

// open returns nil for a text that is not a challenge of this process.
func (c *challenges) open(sealed []byte) *challenge {
	raw, err := c.aead.Open(nil, nil, sealed, nil)
	if err != nil {
		return nil
	}
	ch := new(challenge)
	return must(ch, json.Unmarshal(raw, ch)) // sealed here
}

// spend reports whether the challenge may be answered, which it may once.
func (c *challenges) spend(ch *challenge, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.since) >= maxChallengeLifetime {
		c.spent, c.older, c.since = map[string]bool{}, c.spent, now
	}
	if !now.Before(ch.Expires) || c.answered(ch) {
		return false
	}
	c.spent[string(ch.ID)] = true
	return true
}

// used reports whether the challenge was answered already.
func (c *challenges) used(ch *challenge) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answered(ch)
}

func (c *challenges) answered(ch *challenge) bool {
	return c.spent[string(ch.ID)] || c.older[string(ch.ID)]
}

type respondInput struct {
	clientIDInput
	ChallengeName      string `required:"challengeName"`
	Session            string
	ChallengeResponses map[string]string
	ClientMetadata     map[string]string
}

// authOutput is what InitiateAuth and RespondToAuthChallenge answer: tokens or a
// challenge.
type authOutput struct {
	AuthenticationResult *authenticationResult `json:",omitzero"`
	ChallengeName        string                `json:",omitzero"`
	ChallengeParameters  map[string]string     // {} for none
	Session              string                `json:",omitzero"`
	AvailableChallenges  []string              `json:",omitzero"`
}

// responders are the challenges that can be answered.
var responders = map[string]func(*Pool, context.Context, Client, *respondInput) (*authOutput, error){
	challengeNewPassword: (*Pool).answerNewPassword,
	challengePassword:    (*Pool).answerPasswordVerifier,
	challengeCode:        (*Pool).answerCode,
	challengeSetup:       (*Pool).answerSetup,
	challengeSelect:      (*Pool).answerSelection,
}

func (p *Pool) respondToAuthChallenge(ctx context.Context, c Client, in *respondInput) (any, error) {
	answer := responders[in.ChallengeName]
	if answer == nil {
		return nil, invalid("%.64s is no challenge of this pool.", in.ChallengeName)
	}
	if name := in.ChallengeResponses["USERNAME"]; name != "" || c.Secret != "" {
		if err := c.checkSecretHash(name, in.ChallengeResponses["SECRET_HASH"]); err != nil {
			return nil, err
		}
	}
	return answer(p, withMetadata(ctx, in.ClientMetadata), c, in)
}

type adminRespondInput struct {
	poolInput
	respondInput
}

func (p *Pool) adminRespondToAuthChallenge(ctx context.Context, c Client, in *adminRespondInput) (any, error) {
	return p.respondToAuthChallenge(ctx, c, &in.respondInput)
}

// missing returns the fault of the first parameter that is not there.
func missing(params map[string]string, names ...string) error {
	for _, name := range names {
		if params[name] == "" {
			return invalid("Missing required parameter %s", name)
		}
	}
	return nil
}

const challengeSelect = "SELECT_CHALLENGE"

// firstFactors are the ways to prove who one is, by ALLOW_USER_AUTH. There is no
// one-time code and no passkey here.
var firstFactors = map[string]func(*Pool, context.Context, Client, map[string]string) (*authOutput, error){
	"PASSWORD":     (*Pool).passwordAuth,
	"PASSWORD_SRP": (*Pool).srpAuth,
}

// userAuth goes the way that the client prefers, or lets it choose.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html
func (p *Pool) userAuth(ctx context.Context, c Client, params map[string]string) (*authOutput, error) {
	if err := missing(params, "USERNAME"); err != nil {
		return nil, err
	}
	if factor := firstFactors[params["PREFERRED_CHALLENGE"]]; factor != nil {
		return factor(p, ctx, c, params)
	}
	u, err := p.userToSignIn(c, params["USERNAME"])
	if err != nil {
		return nil, err
	}
	sub, _ := p.provable(u, params["USERNAME"])
	out := p.begin(newChallenge(challengeSelect, c, params["USERNAME"], sub))
	out.AvailableChallenges = []string{"PASSWORD", "PASSWORD_SRP"}
	return out, nil
}

func (p *Pool) answerSelection(ctx context.Context, c Client, in *respondInput) (*authOutput, error) {
	ch, err := p.resume(c, in, challengeSelect)
	if err != nil {
		return nil, err
	}
	factor := firstFactors[in.ChallengeResponses["ANSWER"]]
	if factor == nil {
		return nil, invalid("ANSWER is neither PASSWORD nor PASSWORD_SRP.")
	}
	return factor(p, ctx, c, map[string]string{
		"USERNAME": ch.Username, "PASSWORD": in.ChallengeResponses["PASSWORD"], "SRP_A": in.ChallengeResponses["SRP_A"],
	})
}

// begin answers a challenge that the client hands back as Session.
func (p *Pool) begin(ch *challenge) *authOutput {
	return &authOutput{
		ChallengeName:       ch.Name,
		ChallengeParameters: map[string]string{},
		Session:             base64.RawURLEncoding.EncodeToString(p.challenges.seal(ch, p.now())),
	}
}

// beginFor is begin for a user whose password is proven.
func (p *Pool) beginFor(u *user, name string, c Client) *authOutput {
	out := p.begin(newChallenge(name, c, u.Email, u.Sub))
	out.ChallengeParameters["USER_ID_FOR_SRP"] = u.Sub
	return out
}

// resume returns the challenge of that name that an answer belongs to. It is not
// spent yet: who mistypes may try again.
func (p *Pool) resume(c Client, in *respondInput, name string) (*challenge, error) {
	if in.Session == "" {
		return nil, errNoSession
	}
	if err := missing(in.ChallengeResponses, "USERNAME"); err != nil {
		return nil, err
	}
	ch, err := p.reopen(in.Session, name)
	if err != nil {
		return nil, err
	}
	if ch.ClientID != c.ID || !ch.of(in.ChallengeResponses["USERNAME"]) {
		return nil, errSessionInvalid
	}
	return ch, nil
}

func (p *Pool) reopen(session, name string) (*challenge, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(session)
	if err != nil {
		return nil, errSessionInvalid
	}
	ch := p.challenges.open(sealed)
	switch {
	case ch == nil || ch.Name != name:
		return nil, errSessionInvalid
	case !p.now().Before(ch.Expires):
		return nil, errSessionExpired
	}
	return ch, nil
}
