package gateway

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// A proxy hands the whole request to a function and its response to the client.
type proxy struct {
	*api.Proxy
	target target
}

func (p *proxy) answer(g *Gateway, c *call) (*answer, *fault) {
	input, err := g.front.event(c, p.Proxy)
	if err != nil {
		return nil, badSetting(err)
	}
	event, err := json.Marshal(input)
	if err != nil {
		return nil, functionFailed(fmt.Errorf("gateway: proxy event: %w", err))
	}
	payload, err := p.target.invoke(c, &c.integrationCall, uuid.NewString(), event, cmp.Or(p.Timeout, g.IntegrationTimeout))
	switch {
	case errors.Is(err, errTimeout):
		return nil, &fault{reason: functionTimedOut, layer: LayerFunction, cause: err}
	case errors.Is(err, errEventTooLarge): // by the size of the event, not only of the body [I]
		return nil, &fault{reason: eventTooLarge, layer: LayerGateway}
	case err != nil:
		return nil, functionFailed(err)
	}
	a, err := g.front.respond(c, p.Proxy, payload)
	if errors.Is(err, errEncoding) {
		return nil, &fault{reason: badEncoding, layer: LayerFunction, cause: err}
	}
	if err != nil {
		return nil, functionFailed(err)
	}
	return a, nil
}

// badSetting is for what the definition asks for and cannot be done.
func badSetting(cause error) *fault {
	return &fault{reason: misconfigured, layer: LayerGateway, cause: cause}
}

func functionFailed(cause error) *fault {
	return &fault{reason: badFunction, layer: LayerFunction, cause: cause}
}

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
	for _, m := range r.Header {
		a.header.Set(m.Name, m.Text)
	}
	defaultType(a.header)
	return a, nil
}
