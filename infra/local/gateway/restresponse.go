package gateway

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// errResponse is the cause when a function's response makes no sense; the
// client gets a 502.
var errResponse = errors.New("gateway: function response")

// errEncoding is the cause when a response's body is not the base64 that it says
// to be.
var errEncoding = errors.New("gateway: function response")

// remapped headers are the service's own; a function's come out under another
// name.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
var remapped = []string{"Connection", "Content-Length", "Date", "Server", "Www-Authenticate"}

// respond reads a Lambda proxy integration's output: these five members
// and no other.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
func (s *rest) respond(c *call, _ *api.Proxy, payload []byte) (*answer, error) {
	var in struct {
		StatusCode jsontext.Value              `json:"statusCode"`
		Headers    map[string]jsontext.Value   `json:"headers"`
		Multi      map[string][]jsontext.Value `json:"multiValueHeaders"`
		Body       *string                     `json:"body"`
		Base64     *bool                       `json:"isBase64Encoded"`
	}
	if jsontext.Value(payload).Kind() != '{' {
		return nil, fmt.Errorf("%w: must be a JSON object", errResponse)
	}
	if err := jsonv2.Unmarshal(payload, &in, jsonv2.RejectUnknownMembers(true)); err != nil {
		// The error's own text may hold a part of the payload.
		return nil, fmt.Errorf("%w: a member is unknown or has the wrong type", errResponse)
	}
	status, err := parseStatus(in.StatusCode)
	if err != nil {
		return nil, err
	}
	a := &answer{status: status, header: http.Header{}, layer: LayerFunction}
	for _, name := range slices.Sorted(maps.Keys(in.Multi)) {
		if err := a.add(name, in.Multi[name]...); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.Headers)) {
		if err := a.add(name, in.Headers[name]); err != nil {
			return nil, err
		}
	}
	defaultType(a.header)
	if in.Body != nil {
		a.body = []byte(*in.Body)
	}
	if in.Base64 != nil && *in.Base64 && s.binaryWanted(c) {
		if a.body, err = base64.StdEncoding.DecodeString(string(a.body)); err != nil {
			return nil, fmt.Errorf("%w: body is not base64", errEncoding)
		}
	}
	return a, nil
}

// parseStatus takes a number or its text; nothing at all is 200.
func parseStatus(raw jsontext.Value) (int, error) {
	if len(raw) == 0 {
		return http.StatusOK, nil
	}
	n, err := strconv.Atoi(strings.Trim(string(raw), `"`))
	if err != nil || n < 200 || n > 599 {
		return 0, fmt.Errorf("%w: statusCode must be an HTTP status", errResponse)
	}
	return n, nil
}

// add appends values, which may be strings or booleans.
func (a *answer) add(name string, values ...jsontext.Value) error {
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
		a.header.Add(name, text)
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
