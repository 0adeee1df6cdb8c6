package gateway_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
)

// Whatever the body, the answer is the function's or a refusal that is JSON with
// one member of bounded length: what the client sent cannot break out of the
// sentence that quotes it.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"noteid":"a","note":"b"}`, ``, `{`, `[]`, `null`, `1e400`, `{"noteid":1,"note":null}`, `{"noteid":"","note":""}`,
		`{"\",\"admin\":\"":1}`, `{"a\nb":"<script>&"}`, `{"noteid":"a","note":"b","x":{"y":[1.5,true,{}]}}`, `{"note":"` + "\xff" + `"}`, `{"é":"\ud800"}`,
	} {
		f.Add(body)
	}
	g, err := gateway.New(real(allowing(), returns(hello)))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/notes", strings.NewReader(body))
		r.Header.Set("Authorization", token)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if w.Code == 200 && w.Body.String() == "hello" {
			return
		}
		var refusal map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &refusal); err != nil || w.Code != 400 || len(refusal) != 1 {
			t.Fatalf("got %d %q: %v", w.Code, w.Body, err)
		}
		if says := refusal["message"]; len(says) > 1200 || !strings.HasPrefix(says, "Invalid request body: [") || !strings.HasSuffix(says, "]"+wantedBody) {
			t.Errorf("the message is %q", says)
		}
	})
}
