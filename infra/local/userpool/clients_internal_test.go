package userpool

import (
	"strings"
	"testing"
)

// A member that a client does not have is an error that names it.
func TestReadClient(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"ClientId": "app", "ClientName": "App"}`:              "",
		`{"ClientId": "app", "ClientName": "App", "Colour": 1}`: "Colour",
		`{"ClientId": "app", "ClientName": 1}`:                  "ClientName",
		`{"ClientId": "app"`:                                    "client",
	} {
		c, err := ReadClient([]byte(text))
		switch {
		case want == "" && (err != nil || c.ID != "app" || c.Name != "App"):
			t.Errorf("%s: got %+v, %v", text, c, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || c.ID != ""):
			t.Errorf("%s: got %+v, %v, want an error that names %s", text, c, err, want)
		}
	}
}
