package deploy_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/lambda/lambdatest"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// make build, as a person types it, into a folder of its own.
func build(t *testing.T, arguments ...string) (folder, output string, err error) {
	t.Helper()
	return makeTarget(t, append([]string{"build"}, arguments...)...)
}

func makeTarget(t *testing.T, arguments ...string) (folder, output string, err error) {
	t.Helper()
	if _, err := exec.LookPath("make"); err != nil {
		t.Fatal("make is not installed")
	}
	folder = t.TempDir()
	cmd := exec.CommandContext(t.Context(), "make", append(arguments, "DIST="+folder)...)
	cmd.Dir = "../.."
	for _, variable := range os.Environ() { // a make that runs this test is not that make's parent
		if !strings.HasPrefix(variable, "MAKE") && !strings.HasPrefix(variable, "MFLAGS") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	out, err := cmd.CombinedOutput()
	return folder, string(out), err
}

// What is built is what the template deploys, byte for byte the same each time.
func TestBuild(t *testing.T) {
	t.Parallel()
	first, output, err := build(t)
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	second, output, err := build(t)
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	files, err := doors.Files()
	if err != nil {
		t.Fatal(err)
	}
	same := []string{"authorizer.zip", "notes.zip"}
	for name, want := range files {
		same = append(same, "doors/"+name)
		if got := read(t, first, "doors/"+name); !bytes.Equal(got, want) {
			t.Errorf("%s is not what package doors returns", name)
		}
	}
	for _, name := range same {
		if !bytes.Equal(read(t, first, name), read(t, second, name)) {
			t.Errorf("%s differs from build to build", name)
		}
	}

	machines := map[string]elf.Machine{"arm64": elf.EM_AARCH64, "x86_64": elf.EM_X86_64}
	stack := deploy(t, template(t), doors.RestLambda, nil)
	for _, name := range stack.OfType("AWS::Serverless::Function") {
		f := stack.Resources[name].Properties
		archive := filepath.Base(f["CodeUri"].(string))
		packed := unpack(t, filepath.Join(first, archive))
		if diff := cmp.Diff([]string{f["Handler"].(string)}, names(packed)); diff != "" {
			t.Errorf("%s holds (-want +got):\n%s", archive, diff)
		}
		binary, err := elf.NewFile(bytes.NewReader(packed["bootstrap"]))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := binary.Machine, machines[fmt.Sprint(list(f["Architectures"])[0])]; got != want {
			t.Errorf("%s is for %v, the template deploys to %v", archive, got, want)
		}
		if libraries, _ := binary.ImportedLibraries(); len(libraries) > 0 {
			t.Errorf("%s needs %v", archive, libraries)
		}
	}
	const most = 4 << 20
	if size := len(read(t, first, "authorizer.zip")); size >= most {
		t.Errorf("authorizer.zip has %d bytes, want less than %d", size, most)
	}
}

// What is released: both functions for both kinds of machine, with their sums,
// byte for byte the same each time.
func TestRelease(t *testing.T) {
	t.Parallel()
	first, output, err := makeTarget(t, "release")
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	second, output, err := makeTarget(t, "release")
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	var sums strings.Builder
	for _, archive := range []struct {
		name string
		elf.Machine
	}{
		{"authorizer-arm64.zip", elf.EM_AARCH64}, {"authorizer-amd64.zip", elf.EM_X86_64},
		{"notes-arm64.zip", elf.EM_AARCH64}, {"notes-amd64.zip", elf.EM_X86_64},
	} {
		content := read(t, first, archive.name)
		if !bytes.Equal(content, read(t, second, archive.name)) {
			t.Errorf("%s differs from build to build", archive.name)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), archive.name)
		packed := unpack(t, filepath.Join(first, archive.name))
		if diff := cmp.Diff([]string{"bootstrap"}, names(packed)); diff != "" {
			t.Errorf("%s holds (-want +got):\n%s", archive.name, diff)
		}
		binary, err := elf.NewFile(bytes.NewReader(packed["bootstrap"]))
		if err != nil {
			t.Fatal(err)
		}
		if binary.Machine != archive.Machine {
			t.Errorf("%s is for %v, want %v", archive.name, binary.Machine, archive.Machine)
		}
	}
	if diff := cmp.Diff(sums.String(), string(read(t, first, "SHA256SUMS"))); diff != "" {
		t.Errorf("SHA256SUMS (-want +got):\n%s", diff)
	}
}

// A key set beside the binary spares a cold start the network.
func TestBundledKeySet(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	file := filepath.Join(t.TempDir(), "downloaded.json")
	document := keySet(t, pool)
	if err := os.WriteFile(file, document, 0o644); err != nil {
		t.Fatal(err)
	}
	folder, output, err := build(t, "JWKS="+file)
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	packed := unpack(t, filepath.Join(folder, "authorizer.zip"))
	if diff := cmp.Diff([]string{"bootstrap", "jwks.json"}, names(packed)); diff != "" {
		t.Errorf("authorizer.zip holds (-want +got):\n%s", diff)
	}
	if !bytes.Equal(packed["jwks.json"], document) {
		t.Errorf("key set: got %s, want %s", packed["jwks.json"], document)
	}
	if diff := cmp.Diff([]string{"bootstrap"}, names(unpack(t, filepath.Join(folder, "notes.zip")))); diff != "" {
		t.Errorf("notes.zip holds (-want +got):\n%s", diff)
	}

	binary := lambdatest.Build(t, "../../authorizer")
	if err := os.WriteFile(filepath.Join(filepath.Dir(binary), "jwks.json"), packed["jwks.json"], 0o644); err != nil {
		t.Fatal(err)
	}
	before := pool.Requests()
	function := lambdatest.Start(t, binary, "ISSUER="+pool.Issuer(), "JWKS_URL="+pool.Issuers[0].KeySetURL, "CLIENT_IDS="+cognitotest.ClientID)
	answer := function.Invoke(t, fmt.Appendf(nil, `{"type":"TOKEN","methodArn":"arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/v1/GET/notes","authorizationToken":"Bearer %s"}`,
		pool.AccessToken(t, time.Now())))
	if answer.Failed || !strings.Contains(answer.Body, `"Effect":"Allow"`) {
		t.Errorf("answer %+v", answer)
	}
	if got := pool.Requests() - before; got != 0 {
		t.Errorf("the key set was fetched %d times, want none", got)
	}
}

// A key set that the authorizer could not start with is not packed.
func TestUnusableKeySetEndsTheBuild(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "empty.json")
	if err := os.WriteFile(file, []byte(`{"keys":[]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	folder, output, err := build(t, "JWKS="+file)
	if err == nil || !strings.Contains(output, "dist: jwks: ") {
		t.Errorf("got %v: %s", err, output)
	}
	if _, err := os.Stat(filepath.Join(folder, "authorizer.zip")); !os.IsNotExist(err) {
		t.Errorf("authorizer.zip: %v, want it not to be there", err)
	}
}

func keySet(t *testing.T, pool *cognitotest.Pool) []byte {
	t.Helper()
	response, err := http.Get(pool.Issuers[0].KeySetURL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	document, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func read(t *testing.T, folder, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// unpack returns an archive's files.
func unpack(t *testing.T, archive string) map[string][]byte {
	t.Helper()
	r, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	files := map[string][]byte{}
	for _, file := range r.File {
		in, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[file.Name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
		in.Close()
	}
	return files
}

func names(files map[string][]byte) []string {
	var all []string
	for name := range files {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
