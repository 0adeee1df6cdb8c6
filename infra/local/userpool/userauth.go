package userpool

import (
	"context"
	"encoding/base64"
	"strings"
)

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
	out := p.begin(&challenge{Name: challengeSelect, ClientID: c.ID, Lifetime: c.challengeLifetime(), Username: strings.ToLower(params["USERNAME"]), Sub: sub})
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
