package userpool

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image/png"
	"net/http"
)

// https://docs.aws.amazon.com/cognito/latest/developerguide/login-endpoint.html
func (p *Pool) loginPage() page {
	return page{
		template: "login.html",
		fill: func(r *http.Request, v *view) (bool, error) {
			if v.Email == "" {
				v.Email = hinted(r)
			}
			if v.Email == "" && v.Error == "" && p.demo.Email != "" && p.local(r) {
				v.Email, v.Password, v.Demo = p.demo.Email, p.demo.Password, true
			}
			return true, nil
		},
		take: func(w http.ResponseWriter, r *http.Request, c Client) (string, error) {
			u, err := p.authenticate(r.Context(), c, r.PostFormValue("email"), r.PostFormValue("password"))
			if err != nil {
				return "", err
			}
			if u.Temporary != nil && !p.now().Before(u.Temporary.Expires) {
				return "", errTemporaryExpired
			}
			p.browsers.signIn(w, u.Sub, p.now())
			return "/oauth2/authorize", nil
		},
	}
}

func (p *Pool) signUpPage() page {
	return page{
		template: "signup.html",
		fill:     func(*http.Request, *view) (bool, error) { return true, nil },
		take: func(w http.ResponseWriter, r *http.Request, c Client) (string, error) {
			in := &signUpInput{Password: r.PostFormValue("password")}
			in.Username = r.PostFormValue("email")
			if err := require("username", in.Username, "password", in.Password); err != nil {
				return "", err
			}
			out, err := p.signUp(r.Context(), c, in)
			if err != nil {
				return "", err
			}
			// The browser is signed in, which opens nothing until the address is confirmed.
			p.browsers.signIn(w, out.(signUpOutput).UserSub, p.now())
			return "/confirm", nil
		},
	}
}

// confirmPage takes the code that was mailed, of the user who has just signed
// up or in.
func (p *Pool) confirmPage() page {
	return page{
		template: "confirm.html",
		fill: func(r *http.Request, v *view) (bool, error) {
			u, err := p.signedInUser(r)
			if err != nil || u == nil {
				return false, err
			}
			v.Email, v.Notice = u.Email, p.browsers.notice(r)
			if u.Code != nil && p.local(r) {
				v.Code = u.Code.Digits
			}
			return true, nil
		},
		take: func(_ http.ResponseWriter, r *http.Request, c Client) (string, error) {
			u, err := p.signedInUser(r)
			if err != nil || u == nil {
				return "/login", err
			}
			if r.PostFormValue("resend") != "" {
				_, err = p.resend(c, u.Sub)
				if err == nil {
					p.browsers.setNotice(r, "A new code was sent.")
				}
				return "/confirm", err
			}
			if err := require("confirmationCode", r.PostFormValue("code")); err != nil {
				return "", err
			}
			return "/oauth2/authorize", p.confirm(c, u.Sub, r.PostFormValue("code"))
		},
	}
}

// newPasswordPage takes the user's own password in place of a temporary one.
func (p *Pool) newPasswordPage() page {
	return page{
		template: "newpassword.html",
		fill: func(r *http.Request, v *view) (bool, error) {
			u, err := p.signedInUser(r)
			if err != nil || u == nil {
				return false, err
			}
			v.Email = u.Email
			return true, nil
		},
		take: func(_ http.ResponseWriter, r *http.Request, c Client) (string, error) {
			u, err := p.signedInUser(r)
			if err != nil || u == nil {
				return "/login", err
			}
			if err := require("password", r.PostFormValue("password")); err != nil {
				return "", err
			}
			_, err = p.choosePassword(r.Context(), c, u.Sub, r.PostFormValue("password"), nil, func() bool { return true })
			return "/oauth2/authorize", err
		},
	}
}

// awaits returns the page that the user has to fill in before an app gets a code,
// or nothing.
func (p *Pool) awaits(u *user, b browser) string {
	switch {
	case !u.Confirmed:
		return "/confirm"
	case u.Temporary != nil:
		return "/newpassword"
	case p.asksCode(u) && !b.second:
		return "/mfa"
	case p.asksSetup(u):
		return "/mfaSetup"
	}
	return ""
}

func (p *Pool) signedInUser(r *http.Request) (*user, error) {
	b, ok := p.browsers.of(r, p.now())
	if !ok {
		return nil, nil
	}
	return p.viewUser(b.sub)
}

// forgotPage asks for the address of who has forgotten the password.
func (p *Pool) forgotPage() page {
	return page{
		template: "forgot.html",
		fill: func(r *http.Request, v *view) (bool, error) {
			if v.Email == "" {
				v.Email = hinted(r)
			}
			return true, nil
		},
		take: func(_ http.ResponseWriter, r *http.Request, c Client) (string, error) {
			email := r.PostFormValue("email")
			if err := require("username", email); err != nil {
				return "", err
			}
			hint(r, email)
			_, err := p.sendReset(c, email)
			return "/confirmForgotPassword", err
		},
	}
}

// resetPage takes the code that was mailed, and a new password.
func (p *Pool) resetPage() page {
	return page{
		template: "reset.html",
		fill: func(r *http.Request, v *view) (bool, error) {
			if v.Email == "" {
				v.Email = hinted(r)
			}
			if !p.local(r) {
				return true, nil
			}
			u, err := p.viewUser(v.Email)
			if u != nil && u.Reset != nil {
				v.Code = u.Reset.Digits
			}
			return true, err
		},
		take: func(_ http.ResponseWriter, r *http.Request, c Client) (string, error) {
			email, code, password := r.PostFormValue("email"), r.PostFormValue("code"), r.PostFormValue("password")
			hint(r, email)
			if r.PostFormValue("resend") != "" {
				_, err := p.sendReset(c, email)
				return "/confirmForgotPassword", err
			}
			if err := require("username", email, "confirmationCode", code, "password", password); err != nil {
				return "", err
			}
			return "/login", p.resetPassword(r.Context(), c, email, code, password)
		},
	}
}

func hinted(r *http.Request) string { return r.URL.Query().Get("login_hint") }

// hint hands the address on to the next page, which fills it in.
func hint(r *http.Request, email string) {
	query := r.URL.Query()
	query.Set("login_hint", email)
	r.URL.RawQuery = query.Encode()
}

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
