package userpool

import (
	"maps"
	"net/http"
	"sync"
	"time"
)

const (
	browserCookie   = "cognito"
	browserLifetime = time.Hour // Cognito's
)

// browsers are those that are signed in at the hosted login, apart from what
// any app got of it. They live in memory: after a restart everybody signs in
// again.
type browsers struct {
	secure bool // cookies are sent only by https

	mu   sync.Mutex
	byID map[string]browser
}

type browser struct {
	sub string // of a user who may have the address yet to confirm
	at  time.Time

	notice string // to be shown on the next page

	second bool   // the second factor is proven, too
	seed   []byte // of the authenticator app that is being set up
}

// signIn begins a new session under a new id, or one that was planted before
// would become the user's.
func (b *browsers) signIn(w http.ResponseWriter, sub string, now time.Time) {
	id := randomText(32)
	b.mu.Lock()
	maps.DeleteFunc(b.byID, func(_ string, old browser) bool { return now.Sub(old.at) >= browserLifetime })
	b.byID[id] = browser{sub: sub, at: now}
	b.mu.Unlock()
	b.setCookie(w, id, int(browserLifetime.Seconds()))
}

// idOf is empty, which no session's is, for a request without the cookie.
func idOf(r *http.Request) string {
	cookie, err := r.Cookie(browserCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (b *browsers) of(r *http.Request, now time.Time) (browser, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.byID[idOf(r)]
	return found, now.Sub(found.at) < browserLifetime // which began long ago if it is none
}

// setNotice keeps what was done until notice takes it, for the page that follows a form.
func (b *browsers) setNotice(r *http.Request, text string) {
	b.change(r, func(s *browser) { s.notice = text })
}

func (b *browsers) notice(r *http.Request) (text string) {
	b.change(r, func(s *browser) { text, s.notice = s.notice, "" })
	return text
}

// prove says that the second factor is proven.
func (b *browsers) prove(r *http.Request) {
	b.change(r, func(s *browser) { s.second, s.seed = true, nil })
}

// newSeed returns the seed that only this session is shown.
func (b *browsers) newSeed(r *http.Request) (seed []byte) {
	b.change(r, func(s *browser) {
		if s.seed == nil {
			s.seed = randomBytes(seedLen)
		}
		seed = s.seed
	})
	return seed
}

func (b *browsers) change(r *http.Request, change func(*browser)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found, ok := b.byID[idOf(r)]; ok {
		change(&found)
		b.byID[idOf(r)] = found
	}
}

func (b *browsers) signOut(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	delete(b.byID, idOf(r))
	b.mu.Unlock()
	b.setCookie(w, "", -1)
}

// forget ends the user's sessions.
func (b *browsers) forget(sub string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.byID, func(_ string, s browser) bool { return s.sub == sub })
}

func (b *browsers) setCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: browserCookie, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: b.secure,
	})
}
