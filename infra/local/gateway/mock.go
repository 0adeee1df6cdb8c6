package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// A mock answers from the definition, without a backend.
type mock struct{ *api.Mock }

var errMock = errors.New("gateway: mock integration")

func (m *mock) answer(_ *Gateway, c *call) (*answer, *fault) {
	template, ok := m.Templates[c.mediaType()]
	switch {
	case ok:
	case m.Passthrough == "never", m.Passthrough == "when_no_templates" && len(m.Templates) > 0:
		return nil, &fault{reason: unsupportedMediaType, layer: LayerGateway}
	default:
		template = string(c.body)
	}
	var out struct {
		StatusCode *int `json:"statusCode"`
	}
	if err := json.Unmarshal([]byte(template), &out); err != nil || out.StatusCode == nil {
		return nil, badSetting(fmt.Errorf("%w: no integer statusCode", errMock))
	}
	r, ok := m.Responses[strconv.Itoa(*out.StatusCode)]
	if !ok {
		r, ok = m.Responses["default"]
	}
	if !ok {
		return nil, badSetting(fmt.Errorf("%w: no response for status code %d", errMock, *out.StatusCode))
	}
	a := &answer{status: r.Status, header: http.Header{}, body: []byte(r.Body), layer: LayerGateway, untraced: true}
	for name, value := range r.Header {
		a.header.Set(name, value)
	}
	defaultType(a.header)
	return a, nil
}
