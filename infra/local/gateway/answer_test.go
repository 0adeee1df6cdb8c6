package gateway_test

import (
	"bufio"
	"fmt"
	"maps"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Over HTTP/1.1 a client can see how names are spelled; net/http's own client
// would hide it.
func TestHeaderNamesOnTheWire(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct {
		function *fake
		path     string
		want     []string
	}{
		"answer":  {returns(`{"headers":{"x-own":"1","X-AMZN-REQUESTID":"forged","x-amzn-errortype":"forged"}}`), "/a", []string{"Content-Length", "Content-Type", "Date", "X-Amzn-Trace-Id", "X-Own", "x-amz-apigw-id", "x-amzn-RequestId"}},
		"refusal": {returns(`{}`), "/nowhere", []string{"Content-Length", "Content-Type", "Date", "X-Amzn-Trace-Id", "x-amz-apigw-id", "x-amzn-ErrorType", "x-amzn-RequestId"}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", strings.TrimPrefix(serve(t, one("/a", tt.function)).url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", tt.path)
			names := map[string]bool{}
			lines := textproto.NewReader(bufio.NewReader(conn))
			for line, _ := lines.ReadLine(); line != ""; line, _ = lines.ReadLine() {
				if strings.Contains(line, "forged") {
					t.Errorf("the function's word went out: %s", line)
				}
				if name, _, ok := strings.Cut(line, ": "); ok && name != "Connection" {
					names[name] = true
				}
			}
			if diff := cmp.Diff(tt.want, slices.Sorted(maps.Keys(names))); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}
