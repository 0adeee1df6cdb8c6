package userpool

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image/png"
	"net/http"
)

// codePage asks for a code of the authenticator app, after the password.
func (p *Pool) codePage() page {
	return page{
		template: "mfa.html",
		fill: func(r *http.Request, v *view) (bool, error) {
			u, err := p.awaiting(r, "/mfa")
			if u == nil {
				return false, err
			}
			v.Email = u.Email
			return true, nil
		},
		take: func(_ http.ResponseWriter, r *http.Request, _ Client) (string, error) {
			u, err := p.awaiting(r, "/mfa")
			if u == nil {
				return "/oauth2/authorize", err
			}
			if err := require("code", r.PostFormValue("code")); err != nil {
				return "", err
			}
			if err := p.takeCode(r.Context(), u, r.PostFormValue("code")); err != nil {
				return "", err
			}
			p.browsers.prove(r)
			return "/oauth2/authorize", nil
		},
	}
}

// setupPage shows the seed to a user who has no authenticator app yet, where the
// pool asks everybody for one.
func (p *Pool) setupPage() page {
	return page{
		template: "mfasetup.html",
		fill: func(r *http.Request, v *view) (bool, error) {
			u, err := p.awaiting(r, "/mfaSetup")
			if u == nil {
				return false, err
			}
			return true, p.showSeed(v, u.Email, p.browsers.newSeed(r))
		},
		take: func(_ http.ResponseWriter, r *http.Request, _ Client) (string, error) {
			u, err := p.awaiting(r, "/mfaSetup")
			if u == nil {
				return "/oauth2/authorize", err
			}
			if err := require("code", r.PostFormValue("code")); err != nil {
				return "", err
			}
			if err := p.setUp(u.Sub, p.browsers.newSeed(r), r.PostFormValue("code"), ""); err != nil {
				return "", err
			}
			p.browsers.prove(r)
			return "/oauth2/authorize", nil
		},
	}
}

// awaiting returns the browser's user, or nil for one who is not to be shown that
// page now.
func (p *Pool) awaiting(r *http.Request, path string) (*user, error) {
	b, ok := p.browsers.of(r, p.now())
	if !ok {
		return nil, nil
	}
	u, err := p.viewUser(b.sub)
	if u == nil || u.Disabled || p.awaits(u, b) != path {
		return nil, err
	}
	return u, nil
}

// showSeed needs nothing from elsewhere: the image is in the page.
func (p *Pool) showSeed(v *view, email string, seed []byte) error {
	key, err := p.keyOfApp(email, seed)
	if err != nil {
		return err
	}
	qr, err := key.Image(220, 220)
	if err != nil {
		return err
	}
	var image bytes.Buffer
	if err := png.Encode(&image, qr); err != nil {
		return err
	}
	v.Email, v.Seed, v.App = email, seedText(seed), template.URL(key.URL())
	v.QRCode = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(image.Bytes()))
	return nil
}
