package deploy_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/web"
)

// An account is a folder: what describe-stacks knows, a file per name, and after
// the command what the AWS CLI was told.
type account string

// awsCLI stands for the AWS CLI, in a folder that is an account.
const awsCLI = `#!/bin/sh
here=$(dirname "$0")
case "$*" in
"cloudformation describe-stacks --stack-name notes-stack --output text --query "*)
	name=$(expr "$8" : ".*Key=='\([A-Za-z]*\)'")
	if [ -f "$here/known/$name" ]; then cat "$here/known/$name"; else echo None; fi ;;
"s3 sync "*) echo "$*" >>"$here/uploads" ;;
"s3 cp - "*) echo "$*" >>"$here/uploads"; cat >"$here/config.json" ;;
*) echo "aws: not known here: $*" >&2; exit 2 ;;
esac
`

// makePage runs make page as a person types it.
func makePage(t *testing.T, known map[string]string) (a account, output string, err error) {
	t.Helper()
	a = account(t.TempDir())
	write := func(name, text string, mode os.FileMode) {
		path := filepath.Join(string(a), name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("aws", awsCLI, 0o755)
	for name, value := range known {
		write("known/"+name, value+"\n", 0o644)
	}
	cmd := exec.CommandContext(t.Context(), "make", "page", "STACK=notes-stack")
	cmd.Dir = "../.."
	for _, variable := range os.Environ() { // a make that runs this test is not that make's parent
		if !strings.HasPrefix(variable, "MAKE") && !strings.HasPrefix(variable, "MFLAGS") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "PATH="+string(a)+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	return a, string(out), err
}

func (a account) read(name string) string {
	text, _ := os.ReadFile(filepath.Join(string(a), name))
	return string(text)
}

// outputsOfPage is what a deployment for a page tells, its AllowedOrigin set.
func outputsOfPage(t *testing.T) map[string]string {
	known := map[string]string{"AllowedOrigin": "https://d111111abcdef8.cloudfront.net"}
	for name, value := range deploy(t, template(t), doors.RestLambda, pageDoors[doors.RestLambda]).Outputs {
		known[name] = deployed.Replace(value.(string))
	}
	return known
}

// make page uploads the page's files, and the configuration as the stack says it.
func TestMakePage(t *testing.T) {
	t.Parallel()
	a, output, err := makePage(t, outputsOfPage(t))
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	want := "s3 sync infra/web/page s3://page-bucket --delete --exclude config.json\n" +
		"s3 cp - s3://page-bucket/config.json --content-type application/json\n"
	if diff := cmp.Diff(want, a.read("uploads")); diff != "" {
		t.Errorf("uploads (-want +got):\n%s", diff)
	}
	var got web.Config
	if err := json.Unmarshal([]byte(a.read("config.json")), &got); err != nil {
		t.Fatal(err)
	}
	config := web.Config{
		Login: "https://notes-0123456789ab.auth.eu-west-1.amazoncognito.com", ClientID: "client1",
		API: "https://abcdef1234.execute-api.eu-west-1.amazonaws.com/v1",
	}
	if diff := cmp.Diff(config, got); diff != "" {
		t.Errorf("config.json (-want +got):\n%s", diff)
	}
	if !strings.HasSuffix(output, "The page is at https://d111111abcdef8.cloudfront.net/\n") {
		t.Errorf("output: %s", output)
	}
	if diff := cmp.Diff(filesIn(t, web.Files()), filesIn(t, os.DirFS("../web/page"))); diff != "" {
		t.Errorf("the folder is not what package web serves (-web +folder):\n%s", diff)
	}
}

// Without what it takes nothing is uploaded, and a sentence says what to type.
func TestMakePageRefuses(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		change func(known map[string]string)
		want   string
	}{
		"no page": {func(known map[string]string) { delete(known, "PageBucket") }, `stack notes-stack hosts no page: make deploy PARAMS="Page=cloudfront"`},
		"a page that nobody knows": {func(known map[string]string) { known["AllowedOrigin"] = "https://origin.invalid" },
			`make deploy PARAMS="AllowedOrigin=https://d111111abcdef8.cloudfront.net"`},
	} {
		known := outputsOfPage(t)
		tt.change(known)
		a, output, err := makePage(t, known)
		if err == nil || !strings.Contains(output, tt.want) {
			t.Errorf("%s: got %v: %s, want %s", rule, err, output, tt.want)
		}
		if uploads := a.read("uploads"); uploads != "" {
			t.Errorf("%s: uploaded %s", rule, uploads)
		}
	}
}

func filesIn(t *testing.T, folder fs.FS) (names []string) {
	t.Helper()
	err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}
