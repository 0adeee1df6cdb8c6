package gateway

import "slices"

// apiKeyHeader is the header in which a client sends its API key.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
const apiKeyHeader = "X-Api-Key"

// checkKey refuses a call without a key of the API's, if its route asks for one.
func (g *Gateway) checkKey(c *call) *fault {
	if !c.route.KeyRequired || c.http.Header.Get(apiKeyHeader) != "" && slices.Contains(g.APIKeys, c.http.Header.Get(apiKeyHeader)) {
		return nil
	}
	return &fault{reason: invalidKey, layer: LayerGateway}
}

// apiKey is the key that let the call pass; nil if its route asks for none.
func (c *call) apiKey() *string {
	if c.route == nil || !c.route.KeyRequired {
		return nil
	}
	key := c.http.Header.Get(apiKeyHeader)
	return &key
}
