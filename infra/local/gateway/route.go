package gateway

import (
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/routers/legacy/pathpattern"
)

// A resource is one path of the definition with its methods.
type resource struct {
	template   string
	id         string
	operations map[string]*operation
}

type operation struct {
	name        string      // operationId
	authorizer  *authorizer // nil: open to everybody
	validator   validator
	integration integration
}

var segment = regexp.MustCompile(`^(\{[A-Za-z0-9._-]+\}|[^{}]+)$`)

// route finds the operation by the path as sent, so that an encoded slash
// separates nothing. Literal segments come before variables. One trailing slash
// is ignored, as recorded of the service; other empty segments match nothing [I].
func (g *Gateway) route(c *call) bool {
	path := c.path()
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	if strings.HasSuffix(path, "/") && path != "/" {
		return false
	}
	node, values := g.api.routes.Match(path)
	if node == nil {
		return false
	}
	c.params = map[string]string{}
	for i, name := range node.VariableNames {
		if values[i] == "" {
			return false
		}
		c.params[name] = values[i]
	}
	c.resource = node.Value.(*resource)
	c.op = c.resource.operations[c.http.Method]
	return c.op != nil
}

// addResource registers a path. Two that differ only in the names of their
// variables are one to the service.
func (l *loader) addResource(routes *pathpattern.Node, r *resource) {
	if r.template != "/" {
		for part := range strings.SplitSeq(r.template[1:], "/") {
			if !segment.MatchString(part) {
				l.fail(ErrUnsupported, "%s: path part %q", r.template, part)
				return
			}
		}
	}
	node, err := routes.CreateNode(r.template, nil)
	if err != nil || node.Value != nil {
		l.fail(ErrDefinition, "%s: the path is there already", r.template)
		return
	}
	node.Value = r
}

// resourceID is stable over restarts, short and lower case as the service's are.
func resourceID(template string) string {
	sum := sha256.Sum256([]byte(template))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:6])
}
