package userpool

import "net/http"

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
