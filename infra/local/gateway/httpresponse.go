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

func (h *httpAPI) respond(c *call, p *api.Proxy, payload []byte) (*answer, error) {
	a, err := readResponse(p.Payload, payload)
	if err != nil {
		return nil, err
	}
	h.mapResponse(a, c, p.Response[a.status])
	h.allow(a.header, c)
	return a, nil
}

// readResponse reads the output of an integration with either payload, as far as
// the service reads it; other members are ignored [I].
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func readResponse(version string, payload []byte) (*answer, error) {
	var in struct {
		response
		Cookies []string `json:"cookies"` // payload 2.0
	}
	if jsontext.Value(payload).Kind() == '{' {
		if err := jsonv2.Unmarshal(payload, &in); err != nil {
			return nil, fmt.Errorf("%w: a member is duplicated or has the wrong type", errResponse)
		}
	}
	switch {
	case len(in.StatusCode) > 0:
	case version == "2.0" && jsontext.Value(payload).IsValid():
		// The shorthand: all of it is the body.
		a := &answer{status: http.StatusOK, header: http.Header{}, body: payload, layer: LayerFunction}
		defaultType(a.header)
		return a, nil
	default:
		return nil, fmt.Errorf("%w: no statusCode", errResponse)
	}
	if version == "2.0" {
		in.Multi = nil
	}
	a, err := in.answer(addUnowned, true)
	if err != nil {
		return nil, err
	}
	if version == "2.0" {
		for _, cookie := range in.Cookies {
			a.header.Add("Set-Cookie", strings.TrimSpace(cookie))
		}
	}
	if a.header.Get("Content-Type") == "" {
		a.header.Set("Content-Type", "text/plain;charset=UTF-8") // [I]
	}
	return a, nil
}

// owned headers are the service's, whatever a function says.
var owned = []string{"Connection", "Content-Length", "Date", "Transfer-Encoding"}

func addUnowned(header http.Header, name string, values ...jsontext.Value) error {
	if slices.Contains(owned, http.CanonicalHeaderKey(name)) {
		return nil
	}
	for _, value := range values {
		text, err := scalar(value)
		if err != nil {
			return fmt.Errorf("%w: header: %w", errResponse, err)
		}
		header.Add(name, text)
	}
	return nil
}
