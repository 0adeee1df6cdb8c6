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

	"github.com/go-json-experiment/json/jsontext"
)

// errResponse is the cause when a function's response makes no sense; the
// client gets a 502.
var errResponse = errors.New("gateway: function response")

// errEncoding is the cause when a response's body is not the base64 that it says
// to be.
var errEncoding = errors.New("gateway: function response")

// A response is the output of a proxy integration.
type response struct {
	StatusCode jsontext.Value              `json:"statusCode"`
	Headers    map[string]jsontext.Value   `json:"headers"`
	Multi      map[string][]jsontext.Value `json:"multiValueHeaders"`
	Body       *string                     `json:"body"`
	Base64     *bool                       `json:"isBase64Encoded"`
}

// answer adds each header by a front's own rules, and decodes base64 if that is
// wanted.
func (r *response) answer(add func(header http.Header, name string, values ...jsontext.Value) error, decode bool) (*answer, error) {
	status, err := parseStatus(r.StatusCode)
	if err != nil {
		return nil, err
	}
	a := &answer{status: status, header: http.Header{}, layer: LayerFunction}
	for _, name := range slices.Sorted(maps.Keys(r.Multi)) {
		if err := add(a.header, name, r.Multi[name]...); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		if err := add(a.header, name, r.Headers[name]); err != nil {
			return nil, err
		}
	}
	if r.Body != nil {
		a.body = []byte(*r.Body)
	}
	if r.Base64 != nil && *r.Base64 && decode {
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
	n, _ := strconv.Atoi(strings.Trim(string(raw), `"`)) // 0 if it is not a number
	if n < 200 || n > 599 {
		return 0, fmt.Errorf("%w: statusCode must be an HTTP status", errResponse)
	}
	return n, nil
}
