package userpool_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

// The operations of apps are for everybody who reaches the pool, unlike an
// administrator's.
func TestAppsElsewhere(t *testing.T) {
	t.Parallel()
	f := open(t)
	for target, want := range map[string]string{"ForgotPassword": "", "AdminGetUser": "MissingAuthenticationTokenException:"} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(`{"ClientId":"`+clientID+`","UserPoolId":"`+poolID+`","Username":"nobody@example.com"}`))
		r.RemoteAddr, r.Host, r.Header = "192.0.2.7:50000", "pool.example", apiHeader(target)
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		if got := w.Header().Get("X-Amzn-ErrorType"); got != want || (w.Code == http.StatusOK) != (want == "") {
			t.Errorf("%s: got %d %s, want %q", target, w.Code, w.Body, want)
		}
	}
}

// A request that breaks off is not carried out, even if what came is whole.
func TestBodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	f := open(t)
	body := func() io.Reader {
		return strings.NewReader(`{"ClientId":"` + clientID + `","Username":"nobody@example.com"}`)
	}
	for rule, row := range map[string]struct {
		body io.Reader
		want int
	}{
		"good":       {body(), http.StatusOK},
		"breaks off": {io.MultiReader(body(), iotest.ErrReader(io.ErrUnexpectedEOF)), http.StatusBadRequest},
	} {
		r := httptest.NewRequest("POST", "/", row.body)
		r.Header = apiHeader("ForgotPassword")
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		if kind := w.Header().Get("X-Amzn-ErrorType"); w.Code != row.want || row.want == http.StatusBadRequest && kind != "SerializationException:" {
			t.Errorf("%s: got %d %s, want %d", rule, w.Code, kind, row.want)
		}
	}
}
