package gateway

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// remapped headers are the service's own; a function's come out under another
// name.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
var remapped = []string{"Connection", "Content-Length", "Date", "Server", "Www-Authenticate"}

// respond reads a Lambda proxy integration's output: the members of a response and
// no other.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
func (s *rest) respond(c *call, _ *api.Proxy, payload []byte) (*answer, error) {
	var in response
	if jsontext.Value(payload).Kind() != '{' {
		return nil, fmt.Errorf("%w: must be a JSON object", errResponse)
	}
	if err := jsonv2.Unmarshal(payload, &in, jsonv2.RejectUnknownMembers(true)); err != nil {
		// The error's own text may hold a part of the payload.
		return nil, fmt.Errorf("%w: a member is unknown or has the wrong type", errResponse)
	}
	a, err := in.answer(addRemapped, s.binaryWanted(c))
	if err != nil {
		return nil, err
	}
	defaultType(a.header)
	return a, nil
}

// addRemapped appends values, which may be strings or booleans.
func addRemapped(header http.Header, name string, values ...jsontext.Value) error {
	switch canonical := http.CanonicalHeaderKey(name); {
	case canonical == "Transfer-Encoding":
		return nil
	case slices.Contains(remapped, canonical):
		name = "x-amzn-Remapped-" + name
	}
	for _, raw := range values {
		text, err := scalar(raw)
		if err != nil || raw.Kind() == '0' {
			return fmt.Errorf("%w: a header must be a string or a boolean", errResponse)
		}
		header.Add(name, text)
	}
	return nil
}

// binaryWanted tells whether base64 is decoded: the first type of Accept has to
// be one of the API's binary media types by name. That the type */* there
// covers every Accept is inference [I].
func (s *rest) binaryWanted(c *call) bool {
	first, _, _ := strings.Cut(c.http.Header.Get("Accept"), ",")
	first, _, _ = strings.Cut(first, ";")
	return slices.Contains(s.api.Binary, strings.TrimSpace(first)) || slices.Contains(s.api.Binary, "*/*")
}
