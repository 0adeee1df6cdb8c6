package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
)

// A failure is one way in which the notes function answers with that status.
type failure struct {
	status int
	table  string // what DynamoDB answers: a status and a code; empty if it isn't asked or has it
	event  string // what is not as in a good event
}

// TestNoSecretIsTold has a row for each status there is, over a table whose every error
// quotes what it was asked.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	note, token := lambdatest.Secret("note"), lambdatest.Secret("token")+"."+lambdatest.Secret("payload")+"."+lambdatest.Secret("signature")
	var says atomic.Value
	says.Store("")
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ := io.ReadAll(r.Body)
		if status, code, ok := strings.Cut(says.Load().(string), " "); ok {
			w.Header().Set("X-Amzn-Errortype", code)
			w.WriteHeader(map[string]int{"400": 400, "500": 500}[status])
			json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": string(asked)})
			return
		}
		fmt.Fprintf(w, `{"Attributes":{"noteId":{"S":"1"}}}`)
	}))
	t.Cleanup(table.Close)
	binary := lambdatest.Build(t, ".")
	start := func(endpoint string, more ...string) *lambdatest.Function {
		return lambdatest.Start(t, binary, append(more, "AWS_ENDPOINT_URL_DYNAMODB="+endpoint, "AWS_ACCESS_KEY_ID=local",
			"AWS_SECRET_ACCESS_KEY=local", "AWS_MAX_ATTEMPTS=1", "LOG_LEVEL=debug")...)
	}

	const put, remove = `"resource":"/notes/{noteid}","httpMethod":"PUT",`, `"resource":"/notes/{noteid}","httpMethod":"DELETE",`
	body := func(text string) string { return fmt.Sprintf(`"body":%q,`, text) }
	create := `"resource":"/notes","httpMethod":"POST",` + body(`{"noteid":"`+note+`","note":"`+note+`"}`)
	failures := []failure{
		{200, "", create},
		{400, "", `"resource":"/notes","httpMethod":"POST",` + body(`{"note":"`+note)},
		{400, "", `"resource":"/notes","httpMethod":"POST",` + body(`{"`+note+`":1}`)},
		{400, "", `"resource":"/notes","httpMethod":"POST",` + body(`{"noteid":"1","note":"x","note":"`+note+`"}`)},
		{400, "", `"resource":"/notes","httpMethod":"POST",` + body(note) + `"isBase64Encoded":true,`},
		{400, "", put + body(`{"note":["`+note+`"]}`)},
		{400, "", put + body(`{"note":"`+note+`"}`) + `"headers":{"If-Match":"` + note + `"},`},
		{400, "", `"resource":"/notes","httpMethod":"GET","queryStringParameters":{"next":"` + note + `"},`},
		{400, "", `"resource":"/notes","httpMethod":"GET","queryStringParameters":{"limit":"` + note + `"},`},
		{401, "", create + `"requestContext":{"authorizer":{"principalId":"` + note + ` ","exp":"9999999999"}},`},
		{401, "", create + `"requestContext":{"authorizer":{"principalId":"ann","exp":"` + token + `"}},`},
		{404, "", `"resource":"/` + note + `","httpMethod":"GET",`},
		{404, "400 ConditionalCheckFailedException", remove},
		{405, "", `"resource":"/notes","httpMethod":"` + note + `",`},
		{409, "400 ConditionalCheckFailedException", create},
		{412, "400 ConditionalCheckFailedException", put + body(`{"note":"`+note+`"}`) + `"headers":{"If-Match":"\"1\""},`},
		{413, "", put + body(`{"note":"`+strings.Repeat(note, 20_000)+`"}`)},
		{415, "", create + `"headers":{"Content-Type":"` + note + `"},`},
		{429, "400 ProvisionedThroughputExceededException", create},
		{500, "400 ValidationException", create},
		{500, "400 AccessDeniedException", put + body(`{"note":"`+note+`"}`)},
		{503, "500 InternalServerError", create},
	}
	secrets := append(strings.Split(token, "."), note, base64.StdEncoding.EncodeToString([]byte(note)))

	f := start(table.URL)
	var want []any
	for _, r := range failures {
		says.Store(r.table)
		answer := f.Invoke(t, proxyEvent(r.event, note, token))
		lambdatest.CheckSilent(t, answer.Body, secrets...)
		want = append(want, float64(r.status))
	}
	if answer := f.Invoke(t, []byte(`{"`+note+`":"`+note+`"}`)); !answer.Failed {
		t.Errorf("an event of another kind: got %+v, want an error", answer)
	} else {
		lambdatest.CheckSilent(t, answer.Body, secrets...)
		want = append(want, nil) // a line without a status
	}
	log := f.Stop()
	lambdatest.CheckSilent(t, log, secrets...)
	if diff := cmp.Diff(want, lambdatest.Logged(log, "request", "status")); diff != "" {
		t.Errorf("statuses in the log (-want +got):\n%s", diff)
	}

	t.Run("outage", func(t *testing.T) {
		f := start("http://127.0.0.1:1")
		lambdatest.CheckSilent(t, f.Invoke(t, proxyEvent(create, note, token)).Body, secrets...)
		wantStatus(t, f, 503, secrets)
	})
	t.Run("mapped", func(t *testing.T) {
		f := start(table.URL, "EVENT_FORMAT=mapped")
		says.Store("400 ValidationException")
		for _, event := range []string{
			`{"userid":"ann","noteid":"` + note + `","note":"` + note + `"}`,
			`{"userid":"ann","noteid":"1","note":"say "` + note + `""}`,
			`{"userid":"` + note + ` ","noteid":"1","note":"x"}`,
		} {
			if answer := f.Invoke(t, []byte(event)); !answer.Failed || lambdatest.Leaked(answer.Body, secrets...) != "" {
				t.Errorf("got %+v, want an error and no secret", answer)
			}
		}
		wantStatus(t, f, 500, secrets)
	})
	faulty := lambdatest.Build(t, "../infra/lambda/faulty")
	t.Run("panic", func(t *testing.T) {
		f := lambdatest.Start(t, faulty)
		lambdatest.CheckSilent(t, f.Invoke(t, proxyEvent(create, note, token)).Body, secrets...)
		wantStatus(t, f, 500, secrets)
	})
	t.Run("panic, mapped", func(t *testing.T) {
		f := lambdatest.Start(t, faulty, "EVENT_FORMAT=mapped")
		lambdatest.CheckSilent(t, f.Invoke(t, []byte(`{"userid":"ann","noteid":"1","note":"`+note+`"}`)).Body, secrets...)
		wantStatus(t, f, 500, secrets)
	})
}

// proxyEvent is a good event of a REST API except for those members, with a token
// where a client sends it and a secret in the path.
func proxyEvent(members, note, token string) []byte {
	for name, value := range map[string]string{
		"headers":        `{"Authorization":"Bearer ` + token + `"}`,
		"pathParameters": `{"noteid":"` + note + `"}`,
		"requestContext": `{"authorizer":{"principalId":"ann","exp":"9999999999"}}`,
	} {
		if !strings.Contains(members, `"`+name+`"`) {
			members += `"` + name + `":` + value + `,`
		}
	}
	return []byte(`{` + members + `"path":"/notes/` + note + `"}`)
}

// wantStatus ends the function and checks its log: the first request's status,
// and no secret.
func wantStatus(t *testing.T, f *lambdatest.Function, want float64, secrets []string) {
	t.Helper()
	log := f.Stop()
	lambdatest.CheckSilent(t, log, secrets...)
	if got := lambdatest.Logged(log, "request", "status"); len(got) == 0 || got[0] != want {
		t.Errorf("got statuses %v in the log, want %v first", got, want)
	}
}
