package userpool

import (
	"crypto/sha256"
	"hash"
	"math/big"
	"strings"
)

// An srpGroup is the arithmetic of SRP-6a on the server's side, with what RFC
// 5054 leaves to each protocol: the hash, and how a number enters it. The
// numbers are those of the RFC: salt s, verifier v, the client's public A, the
// server's private b and public B, the scrambler u, the premaster secret S.
//
// math/big takes longer for some exponents than for others. Who can measure
// that on the same machine can read the state file as well.
// https://www.rfc-editor.org/rfc/rfc5054#section-2.5
type srpGroup struct {
	n, g   *big.Int
	hash   func() hash.Hash
	encode func(*big.Int) []byte
}

// Cognito takes the prime of RFC 5054's 3072-bit group, but 2 for a generator.
var cognitoSRP = srpGroup{n: hexInt(`
	FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1 29024E08 8A67CC74 020BBEA6 3B139B22 514A0879 8E3404DD
	EF9519B3 CD3A431B 302B0A6D F25F1437 4FE1356D 6D51C245 E485B576 625E7EC6 F44C42E9 A637ED6B 0BFF5CB6 F406B7ED
	EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE45B3D C2007CB8 A163BF05 98DA4836 1C55D39A 69163FA8 FD24CF5F
	83655D23 DCA3AD96 1C62F356 208552BB 9ED52907 7096966D 670C354E 4ABC9804 F1746C08 CA18217C 32905E46 2E36CE3B
	E39E772C 180E8603 9B2783A2 EC07A28F B5C55DF0 6F4C52C9 DE2BCBF6 95581718 3995497C EA956AE5 15D22618 98FA0510
	15728E5A 8AAAC42D AD33170D 04507A33 A85521AB DF1CBA64 ECFB8504 58DBEF0A 8AEA7157 5D060C7D B3970F85 A6E1E4C7
	ABF5AE8C DB0933D7 1E8C94E0 4A25619D CEE3D226 1AD2EE6B F12FFA06 D98A0864 D8760273 3EC86A64 521F2B18 177B200C
	BBE11757 7A615D6C 770988C0 BAD946E2 08E24FA0 74E5AB31 43DB5BFC E0FD108E 4B82D120 A93AD2CA FFFFFFFF FFFFFFFF`),
	g: big.NewInt(2), hash: sha256.New, encode: twosComplement}

// verifier returns v. The identity is what the client puts before the colon.
func (g srpGroup) verifier(salt []byte, identity, password string) *big.Int {
	x := g.number(salt, g.sum([]byte(identity+":"+password)))
	return new(big.Int).Exp(g.g, x, g.n)
}

// public returns B, which hides b and v.
func (g srpGroup) public(v, b *big.Int) *big.Int {
	k := g.number(g.encode(g.n), g.encode(g.g))
	public := new(big.Int).Exp(g.g, b, g.n)
	public.Add(public, k.Mul(k, v))
	return public.Mod(public, g.n)
}

func (g srpGroup) scrambler(a, b *big.Int) *big.Int {
	return g.number(g.encode(a), g.encode(b))
}

// premaster returns S, which the client can tell if it knows the password.
func (g srpGroup) premaster(a, v, u, b *big.Int) *big.Int {
	s := new(big.Int).Exp(v, u, g.n)
	s.Mul(s, a)
	return s.Exp(s, b, g.n)
}

// takes reports whether A can be the client's: one that is divisible by N makes
// S zero, whatever the password (section 2.5.4).
func (g srpGroup) takes(a *big.Int) bool { return a.Sign() > 0 && a.Cmp(g.n) < 0 }

func (g srpGroup) number(parts ...[]byte) *big.Int { return new(big.Int).SetBytes(g.sum(parts...)) }

func (g srpGroup) sum(parts ...[]byte) []byte {
	h := g.hash()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// twosComplement is a positive number as Java's BigInteger writes it: a zero
// byte stands before a high bit.
func twosComplement(i *big.Int) []byte {
	return i.FillBytes(make([]byte, i.BitLen()/8+1))
}

// hexInt reads a constant, which may have blanks.
func hexInt(text string) *big.Int {
	i, _ := new(big.Int).SetString(strings.Join(strings.Fields(text), ""), 16)
	return i
}
