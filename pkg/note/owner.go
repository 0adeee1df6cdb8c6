package note

// maxOwnerBytes is the bound that OpenID Connect sets for sub:
// https://openid.net/specs/openid-connect-core-1_0.html#IDToken
const maxOwnerBytes = 255

// An Owner is the user whom notes belong to: the sub of a verified token. It is
// not a string, so that no other id can be passed in its place, and its zero
// value owns nothing: every method refuses it with [ErrNoOwner].
type Owner struct{ sub string }

// ParseOwner returns the owner with that sub, or [ErrNoOwner] if it can't be
// one: a sub is 1 to 255 visible ASCII characters.
func ParseOwner(sub string) (Owner, error) {
	if sub == "" || len(sub) > maxOwnerBytes {
		return Owner{}, ErrNoOwner
	}
	for i := range len(sub) {
		if sub[i] <= ' ' || sub[i] > '~' {
			return Owner{}, ErrNoOwner
		}
	}
	return Owner{sub}, nil
}

// String returns the sub: a store's partition key, and nothing to log.
func (o Owner) String() string { return o.sub }
