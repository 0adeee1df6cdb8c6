package sam_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/sam"
)

type object = map[string]any

// read reads a template, with files beside it: name, text, name, text.
func read(t *testing.T, template string, o sam.Options, files ...string) (*sam.Template, []api.Finding) {
	t.Helper()
	o.PoolID, o.ClientID = "local_pool", "localclient"
	return readAs(t, template, o, files...)
}

// readAs is read with the options' own pool and app client.
func readAs(t *testing.T, template string, o sam.Options, files ...string) (*sam.Template, []api.Finding) {
	t.Helper()
	d, err := document.Parse([]byte(template))
	if err != nil {
		t.Fatal(err)
	}
	d.File = "app/template.yaml"
	o.Region, o.Account, o.Partition = "eu-west-1", "123456789012", "aws"
	o.ReadFile = func(name string) ([]byte, error) {
		for i := 0; i < len(files); i += 2 {
			if name == "app/"+files[i] {
				return []byte(files[i+1]), nil
			}
		}
		return nil, fmt.Errorf("%w: %s", fs.ErrNotExist, name)
	}
	if !sam.Is(d.Value) {
		t.Fatal("not taken for a template")
	}
	return sam.Read(d, o)
}

// good is read without findings.
func good(t *testing.T, template string, files ...string) *sam.Template {
	t.Helper()
	read, findings := read(t, template, sam.Options{}, files...)
	for _, f := range findings {
		t.Errorf("%s:%d: %v", f.File, f.Line, f)
	}
	return read
}

// A refusal is a valid template in which one text is replaced by another.
type refusal struct{ rule, old, new, want string }

// refuses expects one finding of each refusal: "FAMILY line LINE: WHERE: WHAT".
func refuses(t *testing.T, valid string, refusals []refusal, files ...string) {
	t.Helper()
	good(t, valid, files...)
	for _, tt := range refusals {
		t.Run(tt.rule, func(t *testing.T) {
			if strings.Count(valid, tt.old) != 1 {
				t.Fatalf("%q is not in the template once", tt.old)
			}
			_, findings := read(t, strings.Replace(valid, tt.old, tt.new, 1), sam.Options{}, files...)
			if len(findings) != 1 || findings[0].Error() != tt.want || !findings[0].Fatal() {
				t.Errorf("got %v, want %s", findings, tt.want)
			}
		})
	}
}

// at is the part of an API's document at a path, whose names are parted by blanks.
func at(t *testing.T, a *sam.API, path string) any {
	t.Helper()
	v := a.Document.Value
	for name := range strings.FieldsSeq(path) {
		members, ok := v.(object)
		if !ok {
			t.Fatalf("nothing at %s", path)
		}
		v = members[name]
	}
	return v
}

func expect(t *testing.T, a *sam.API, path string, want any) {
	t.Helper()
	if diff := cmp.Diff(want, at(t, a, path)); diff != "" {
		t.Errorf("%s: want(-) got(+):\n%s", path, diff)
	}
}
