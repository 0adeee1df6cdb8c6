package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/transcript"
)

// binary is the command under test, built once.
var binary string

func TestMain(m *testing.M) {
	if os.Getenv("ROLE") == "function" {
		beFunction()
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "notegate")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "local")
		if out, err := exec.Command("go", "build", "-race", "-o", binary, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
			return 1
		}
		defer stopBrowser()
		return m.Run()
	}())
}

// direct is the tests' own client: closing an httptest.Server closes
// the connections of http.DefaultClient as well, also those of tests beside.
var direct = &http.Client{Transport: &http.Transport{}}

// A system is the command, running.
type system struct {
	API, Pool, Page string // URLs
	Client          string // the app client
	Identities      string // the identity pool, behind rest-iam
	Login           string // what the identity pool calls the user pool
	Link            string // to a first note
	Token           string // command of the next steps that prints a token
	cmd             *exec.Cmd
	log             *transcript.Transcript
}

// start runs the command on free ports until the test ends. Its data is in
// folder.
func start(t testing.TB, folder string, env ...string) *system {
	t.Helper()
	return run(t, command(folder, env...))
}

func run(t testing.TB, cmd *exec.Cmd) *system {
	t.Helper()
	s, started := tryStart(t, cmd)
	if !started {
		s.cmd.Wait()
		t.Fatalf("did not start: %s", s.log)
	}
	return s
}

// tryStart reports whether the command got as far as its welcome.
func tryStart(t testing.TB, cmd *exec.Cmd) (s *system, started bool) {
	t.Helper()
	s = &system{cmd: cmd, log: &transcript.Transcript{}}
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	welcome := bufio.NewScanner(stdout)
	for welcome.Scan() && !strings.HasPrefix(welcome.Text(), "Stop it with") {
		s.read(welcome.Text())
	}
	if s.API != "" {
		go io.Copy(io.Discard, stdout)
	}
	return s, s.API != ""
}

// command returns the command with nothing in its environment but what a test
// gives it.
func command(folder string, env ...string) *exec.Cmd {
	cmd := exec.Command(binary)
	cmd.Env = append([]string{"GATEWAY_ADDR=127.0.0.1:0", "POOL_ADDR=127.0.0.1:0", "WEB_ADDR=127.0.0.1:0", "DATA_DIR=" + folder}, env...)
	return cmd
}

// tokenCommand is `local token` for this system's pool.
func (s *system) tokenCommand(env ...string) *exec.Cmd {
	_, addr, _ := strings.Cut(s.Pool, "://")
	cmd := exec.Command(binary, "token")
	cmd.Env = append(env, "POOL_ADDR="+addr)
	return cmd
}

// read takes an address out of a line of the welcome.
func (s *system) read(line string) {
	if link := strings.TrimSpace(line); strings.HasPrefix(link, "http") {
		s.Link = link
		return
	}
	if token, ok := strings.CutPrefix(strings.TrimSpace(line), "TOKEN=$("); ok {
		s.Token = strings.TrimSuffix(token, ")")
		return
	}
	match := regexp.MustCompile(`^ *(page|API|user pool|app client|identities|login) +(\S+)`).FindStringSubmatch(line)
	if match == nil {
		return
	}
	switch match[1] {
	case "page":
		s.Page = match[2]
	case "API":
		s.API = match[2]
	case "user pool":
		s.Pool = match[2]
	case "app client":
		s.Client = match[2]
	case "identities":
		s.Identities = match[2]
	case "login":
		s.Login = match[2]
	}
}

// kill ends the command as a power cut would.
func (s *system) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// end ends the command by a signal that it can take, and returns an error unless
// it stopped cleanly.
func (s *system) end(signal os.Signal) error {
	if err := errors.Join(s.cmd.Process.Signal(signal), s.cmd.Wait()); err != nil {
		return fmt.Errorf("it did not stop cleanly: %w\n%s", err, s.log)
	}
	return nil
}

// post calls a switch of the local pool, such as _local/rotate.
func (s *system) post(t testing.TB, path string) {
	t.Helper()
	resp, err := direct.Post(s.Pool+path, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("POST %s: %d %s", path, resp.StatusCode, body)
	}
}

// sdk is the AWS SDK, unmodified, as a client of the local pool.
func (s *system) sdk() *cognitoidentityprovider.Client {
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{BaseEndpoint: &s.Pool, Region: "us-east-1"})
}

// signUp makes a confirmed user, whose code comes from where a developer reads it.
func (s *system) signUp(t testing.TB, email, password string) {
	t.Helper()
	pool := s.sdk()
	if _, err := pool.SignUp(t.Context(), &cognitoidentityprovider.SignUpInput{
		ClientId: &s.Client, Username: &email, Password: &password,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &email}},
	}); err != nil {
		t.Fatal(err)
	}
	resp, err := direct.Get(s.Pool + "/_local/codes?email=" + url.QueryEscape(email))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var sent struct{ Code string }
	if err := json.NewDecoder(resp.Body).Decode(&sent); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.ConfirmSignUp(t.Context(), &cognitoidentityprovider.ConfirmSignUpInput{
		ClientId: &s.Client, Username: &email, ConfirmationCode: &sent.Code,
	}); err != nil {
		t.Fatal(err)
	}
}

// signIn returns the tokens of a user of an app client.
func (s *system) signIn(t testing.TB, client, email, password string) *types.AuthenticationResultType {
	t.Helper()
	answer, err := s.auth(t, types.AuthFlowTypeUserPasswordAuth, client, map[string]string{"USERNAME": email, "PASSWORD": password})
	if err != nil {
		t.Fatal(err)
	}
	return answer.AuthenticationResult
}

func (s *system) auth(t testing.TB, flow types.AuthFlowType, client string, parameters map[string]string) (*cognitoidentityprovider.InitiateAuthOutput, error) {
	t.Helper()
	return s.sdk().InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{AuthFlow: flow, ClientId: &client, AuthParameters: parameters})
}

// demo returns the tokens of the user that every system has.
func (s *system) demo(t *testing.T) *types.AuthenticationResultType {
	t.Helper()
	return s.signIn(t, s.Client, "demo@example.com", "Notegate-1")
}

// An answer is what a client sees.
type answer struct {
	Status int
	Body   string
	Header http.Header
}

// request sends what a client would. An empty token is no Authorization header.
func (s *system) request(t testing.TB, token, method, path, body string, header ...string) answer {
	t.Helper()
	got, err := s.send(t.Context(), token, method, path, body, header...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// send is request for goroutines, which must not end the test.
func (s *system) send(ctx context.Context, token, method, path, body string, header ...string) (answer, error) {
	req, err := newRequest(ctx, method, s.API+path, body, header...)
	if err != nil {
		return answer{}, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return send(req)
}

func newRequest(ctx context.Context, method, url, body string, header ...string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	return req, nil
}

func send(req *http.Request) (answer, error) {
	resp, err := direct.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, string(got), resp.Header}, err
}

// savedState is what an answer to a change says beside its message, different
// each time.
var savedState = regexp.MustCompile(`^({"message":"Note (?:created|updated)"),"version":\d+,"createdAt":"[^"]+","updatedAt":"[^"]+","etag":"[^ ]+"}$`)

// text is the body without what differs each time.
func (a answer) text() string { return savedState.ReplaceAllString(strings.TrimSpace(a.Body), "$1}") }

// expect compares status and body with what they must be.
func (a answer) expect(t *testing.T, status int, body string) {
	t.Helper()
	if diff := cmp.Diff(answer{Status: status, Body: body}, answer{Status: a.Status, Body: a.text()}); diff != "" {
		t.Errorf("want(-) got(+):\n%s", diff)
	}
}

// contains compares the status, and looks for a part of the body.
func (a answer) contains(t *testing.T, status int, part string) {
	t.Helper()
	if a.Status != status || !strings.Contains(a.Body, part) {
		t.Errorf("got %d %s, want %d and %s", a.Status, a.Body, status, part)
	}
}

// ids returns the ids of a list's notes, in order.
func (a answer) ids(t *testing.T) []string {
	t.Helper()
	var list struct{ Notes []struct{ NoteID string } }
	if err := json.Unmarshal([]byte(a.Body), &list); err != nil || a.Status != http.StatusOK {
		t.Fatalf("not a list: %d %s", a.Status, a.Body)
	}
	ids := []string{}
	for _, n := range list.Notes {
		ids = append(ids, n.NoteID)
	}
	return ids
}
