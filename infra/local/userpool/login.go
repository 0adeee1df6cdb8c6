package userpool

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"html/template"
	"image/png"
	"net/http"
)

// https://docs.aws.amazon.com/cognito/latest/developerguide/login-endpoint.html
func (p *Pool) loginPage() page {
	return page{
		template: "login.html",
		fill: func(r *http.Request, v *view, _ *user) error {
			v.Email = cmp.Or(v.Email, hinted(r))
			if v.Email == "" && v.Error == "" && p.demo.Email != "" && p.local(r) {
				v.Email, v.Password, v.Demo = p.demo.Email, p.demo.Password, true
			}
			return nil
		},
		take: func(w http.ResponseWriter, r *http.Request, c Client, _ *user) (string, error) {
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
		take: func(w http.ResponseWriter, r *http.Request, c Client, _ *user) (string, error) {
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
		template: "confirm.html", of: p.signedInUser, elsewhere: "/login",
		fill: func(r *http.Request, v *view, u *user) error {
			v.Notice = p.browsers.notice(r)
			if u.Code != nil && p.local(r) {
				v.Code = u.Code.Digits
			}
			return nil
		},
		take: func(_ http.ResponseWriter, r *http.Request, c Client, u *user) (string, error) {
			if r.PostFormValue("resend") != "" {
				_, err := p.resend(c, u.Sub)
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
		template: "newpassword.html", of: p.signedInUser, elsewhere: "/login",
		take: func(_ http.ResponseWriter, r *http.Request, c Client, u *user) (string, error) {
			if err := require("password", r.PostFormValue("password")); err != nil {
				return "", err
			}
			_, err := p.choosePassword(r.Context(), c, u.Sub, r.PostFormValue("password"), nil, func() bool { return true })
			return "/oauth2/authorize", err
		},
	}
}

// forgotPage asks for the address of who has forgotten the password.
func (p *Pool) forgotPage() page {
	return page{
		template: "forgot.html",
		fill: func(r *http.Request, v *view, _ *user) error {
			v.Email = cmp.Or(v.Email, hinted(r))
			return nil
		},
		take: func(_ http.ResponseWriter, r *http.Request, c Client, _ *user) (string, error) {
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
		fill: func(r *http.Request, v *view, _ *user) error {
			v.Email = cmp.Or(v.Email, hinted(r))
			if !p.local(r) {
				return nil
			}
			u, err := p.viewUser(v.Email)
			if u != nil && u.Reset != nil {
				v.Code = u.Reset.Digits
			}
			return err
		},
		take: func(_ http.ResponseWriter, r *http.Request, c Client, _ *user) (string, error) {
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
		template: "mfa.html", of: p.awaiting("/mfa"), elsewhere: "/oauth2/authorize",
		take: p.secondFactor(func(r *http.Request, u *user, digits string) error { return p.takeCode(r.Context(), u, digits) }),
	}
}

// setupPage shows the seed to a user who has no authenticator app yet, where the
// pool asks everybody for one.
func (p *Pool) setupPage() page {
	return page{
		template: "mfasetup.html", of: p.awaiting("/mfaSetup"), elsewhere: "/oauth2/authorize",
		fill: func(r *http.Request, v *view, _ *user) error { return p.showSeed(v, p.browsers.newSeed(r)) },
		take: p.secondFactor(func(r *http.Request, u *user, digits string) error {
			return p.setUp(u.Sub, p.browsers.newSeed(r), digits, "")
		}),
	}
}

// secondFactor takes the code that the app shows.
func (p *Pool) secondFactor(prove func(r *http.Request, u *user, digits string) error) func(http.ResponseWriter, *http.Request, Client, *user) (string, error) {
	return func(_ http.ResponseWriter, r *http.Request, _ Client, u *user) (string, error) {
		digits := r.PostFormValue("code")
		if err := require("code", digits); err != nil {
			return "", err
		}
		if err := prove(r, u, digits); err != nil {
			return "", err
		}
		p.browsers.prove(r)
		return "/oauth2/authorize", nil
	}
}

// showSeed needs nothing from elsewhere: the image is in the page.
func (p *Pool) showSeed(v *view, seed []byte) error {
	key := p.keyOfApp(v.Email, seed)
	qr, err := key.Image(220, 220)
	if err != nil { // a pool's name too long for a QR code
		return err
	}
	var image bytes.Buffer
	_ = png.Encode(&image, qr) // writing to memory does not fail
	v.Seed, v.App = seedText(seed), template.URL(key.URL())
	v.QRCode = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(image.Bytes()))
	return nil
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

// awaiting finds the browser's user, but none who is not to be shown that page now.
func (p *Pool) awaiting(path string) func(*http.Request) (*user, error) {
	return func(r *http.Request) (*user, error) {
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
}
