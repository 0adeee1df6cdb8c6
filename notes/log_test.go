package main_test

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
)

// All that the function writes is JSON: a line with its version, and each event is
// one line. Package lambda's own line about an error is not there.
func TestOneLinePerEvent(t *testing.T) {
	t.Parallel()
	const item = `{"Attributes":{"noteId":{"S":"1"}}}`
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(item))))
		fmt.Fprint(w, item)
	}))
	t.Cleanup(table.Close)
	unsound := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, item) // without its checksum, about which the SDK has a warning
	}))
	t.Cleanup(unsound.Close)
	create := string(proxyEvent(`"resource":"/notes","httpMethod":"POST","body":"{\"noteid\":\"1\",\"note\":\"x\"}",`, "1", "token"))
	nobody := string(proxyEvent(`"resource":"/notes","httpMethod":"GET","requestContext":{},`, "1", "token"))
	const mapped = `{"userid":"ann","noteid":"1","note":"x"}`
	deployed, faulty := lambdatest.Build(t, "."), lambdatest.Build(t, "../infra/lambda/faulty")
	for name, tt := range map[string]struct {
		binary, format, table string
		events                []string
		statuses              []any // nil for a line that is not a request's
	}{
		"answered":       {deployed, "proxy", table.URL, []string{create, nobody, create}, []any{200.0, 401.0, 200.0}},
		"unknown event":  {deployed, "proxy", table.URL, []string{`{}`, `null`, create}, []any{nil, nil, 200.0}},
		"panic":          {faulty, "proxy", table.URL, []string{create, create}, []any{500.0, 500.0}},
		"mapped":         {deployed, "mapped", table.URL, []string{mapped, `{"userid":"ann"}`, `{}`, mapped}, []any{200.0, 400.0, 401.0, 200.0}},
		"panic, mapped":  {faulty, "mapped", table.URL, []string{mapped, mapped}, []any{500.0, 500.0}},
		"the SDK's line": {deployed, "proxy", unsound.URL, []string{create}, []any{nil, 200.0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := lambdatest.Start(t, tt.binary, "EVENT_FORMAT="+tt.format, "AWS_ENDPOINT_URL_DYNAMODB="+tt.table,
				"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_MAX_ATTEMPTS=1")
			for _, e := range tt.events {
				f.Invoke(t, []byte(e))
			}
			var got []any
			for i, line := range lambdatest.Lines(t, f.Stop()) {
				if i == 0 && line["msg"] == "started" && line["version"] == "(devel)" {
					continue
				}
				got = append(got, line["status"])
			}
			if diff := cmp.Diff(tt.statuses, got); diff != "" {
				t.Errorf("statuses, a line each (-want +got):\n%s", diff)
			}
		})
	}
}
