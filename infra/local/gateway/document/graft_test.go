package document_test

import (
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/document"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	template, err := document.Parse([]byte("Api:\n  Auth:\n    Name: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	template.File = "template.yaml"
	body, err := document.Parse([]byte("paths:\n  /a:\n    get: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	body.File = "api.yaml"
	made := document.FromValue(nil)
	made.Graft(nil, body)
	made.Graft([]string{"paths", "/a", "get", "security"}, template, "Api")
	made.Graft([]string{"paths", "/a", "get", "security"}, template, "Api", "Auth")
	for _, tt := range []struct {
		path []string
		file string
		line int
	}{
		{[]string{"paths", "/a", "get"}, "api.yaml", 3},
		{[]string{"paths", "/a", "get", "responses"}, "api.yaml", 3},
		{[]string{"paths", "/b"}, "api.yaml", 1},
		{[]string{"paths", "/a", "get", "security"}, "template.yaml", 2},
		{[]string{"paths", "/a", "get", "security", "Name"}, "template.yaml", 3},
		{nil, "api.yaml", 0},
	} {
		if file, line := made.Place(tt.path...); file != tt.file || line != tt.line {
			t.Errorf("%v: got %s:%d, want %s:%d", tt.path, file, line, tt.file, tt.line)
		}
	}
}
