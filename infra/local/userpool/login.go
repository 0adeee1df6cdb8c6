package userpool

import "net/http"

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
		take: func(w http.ResponseWriter, r *http.Request, _ Client) (string, error) {
			u, err := p.authenticate(r.Context(), r.PostFormValue("email"), r.PostFormValue("password"))
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
			in := &signUpInput{Username: r.PostFormValue("email"), Password: r.PostFormValue("password")}
			if err := require("username", in.Username, "password", in.Password); err != nil {
				return "", err
			}
			out, err := p.register(r.Context(), c, in)
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
		take: func(_ http.ResponseWriter, r *http.Request, _ Client) (string, error) {
			u, err := p.signedInUser(r)
			if err != nil || u == nil {
				return "/login", err
			}
			if r.PostFormValue("resend") != "" {
				_, err = p.resend(u.Sub)
				if err == nil {
					p.browsers.setNotice(r, "A new code was sent.")
				}
				return "/confirm", err
			}
			if err := require("confirmationCode", r.PostFormValue("code")); err != nil {
				return "", err
			}
			return "/oauth2/authorize", p.confirm(u.Sub, r.PostFormValue("code"))
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
