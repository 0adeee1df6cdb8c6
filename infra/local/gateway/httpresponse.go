package gateway

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// A response is the output of an integration with either payload, as far as the
// service reads it; other members are ignored [I].
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type response struct {
	StatusCode jsontext.Value              `json:"statusCode"`
	Headers    map[string]jsontext.Value   `json:"headers"`
	Multi      map[string][]jsontext.Value `json:"multiValueHeaders"` // payload 1.0
	Cookies    []string                    `json:"cookies"`           // payload 2.0
	Body       *string                     `json:"body"`
	Base64     *bool                       `json:"isBase64Encoded"`
}

func (h *httpAPI) respond(c *call, p *api.Proxy, payload []byte) (*answer, error) {
	a, err := readResponse(p.Payload, payload)
	if err != nil {
		return nil, err
	}
	h.mapResponse(a, c, p.Response[a.status])
	h.allow(a.header, c)
	return a, nil
}

func readResponse(version string, payload []byte) (*answer, error) {
	a := &answer{status: http.StatusOK, header: http.Header{}, layer: LayerFunction}
	var in response
	if jsontext.Value(payload).Kind() == '{' {
		if err := jsonv2.Unmarshal(payload, &in); err != nil {
			return nil, fmt.Errorf("%w: a member is duplicated or has the wrong type", errResponse)
		}
	}
	switch {
	case len(in.StatusCode) > 0:
	case version == "2.0" && jsontext.Value(payload).IsValid():
		// The shorthand: all of it is the body.
		a.body = payload
		defaultType(a.header)
		return a, nil
	default:
		return nil, fmt.Errorf("%w: no statusCode", errResponse)
	}
	status, err := parseStatus(in.StatusCode)
	if err != nil {
		return nil, err
	}
	a.status = status
	if err := a.fill(version, in); err != nil {
		return nil, err
	}
	if a.header.Get("Content-Type") == "" {
		a.header.Set("Content-Type", "text/plain;charset=UTF-8") // [I]
	}
	return a, nil
}

// owned headers are the service's, whatever a function says.
var owned = []string{"Connection", "Content-Length", "Date", "Transfer-Encoding"}

func (a *answer) fill(version string, in response) (err error) {
	add := func(name string, values ...jsontext.Value) error {
		if slices.Contains(owned, http.CanonicalHeaderKey(name)) {
			return nil
		}
		for _, value := range values {
			text, err := scalar(value)
			if err != nil {
				return fmt.Errorf("%w: header: %w", errResponse, err)
			}
			a.header.Add(name, text)
		}
		return nil
	}
	if version == "1.0" {
		for _, name := range slices.Sorted(maps.Keys(in.Multi)) {
			if err := add(name, in.Multi[name]...); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.Headers)) {
		if err := add(name, in.Headers[name]); err != nil {
			return err
		}
	}
	if version == "2.0" {
		for _, cookie := range in.Cookies {
			a.header.Add("Set-Cookie", strings.TrimSpace(cookie))
		}
	}
	if in.Body != nil {
		a.body = []byte(*in.Body)
	}
	if in.Base64 != nil && *in.Base64 {
		if a.body, err = base64.StdEncoding.DecodeString(string(a.body)); err != nil {
			return fmt.Errorf("%w: body is not base64", errEncoding)
		}
	}
	return nil
}
