package openapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

func (r *reader) requestChanges(p place, in integrationObject) []api.Change {
	return r.changes(p.in("requestParameters"), in.RequestParameters, "header", "querystring", "path")
}

func (r *reader) responseChanges(p place, in integrationObject) map[int][]api.Change {
	var all map[int][]api.Change
	for _, status := range slices.Sorted(maps.Keys(in.ResponseParameters)) {
		p := p.in("responseParameters", status)
		n, _ := strconv.Atoi(status) // 0 if it is not a number
		if n < 200 || n > 599 {
			r.fail(p, api.ErrDefinition, "responseParameters: %q is not a status", status)
			continue
		}
		if all == nil {
			all = map[int][]api.Change{}
		}
		all[n] = r.changes(p, in.ResponseParameters[status], "header", "statuscode")
	}
	return all
}

// reserved headers are the service's own.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
var reserved = []string{
	"access-control-*", "apigw-*", "authorization", "connection", "content-encoding", "content-length", "content-location", "forwarded",
	"keep-alive", "origin", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding", "upgrade", "x-amz-*", "x-amzn-*",
	"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via",
}

// changes are in order of their keys; the service names no order.
func (r *reader) changes(p place, parameters map[string]string, places ...string) []api.Change {
	var changes []api.Change
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		c, ok := parseChange(key, parameters[key])
		switch {
		case !ok || !slices.Contains(places, c.In):
			r.fail(p.in(key), api.ErrUnsupported, "parameter mapping %q", key)
		case c.In == "header" && slices.ContainsFunc(reserved, func(name string) bool { return matches(name, c.Name) }):
			r.fail(p.in(key), api.ErrDefinition, "parameter mapping %q: the header is reserved", key)
		default:
			changes = append(changes, c)
		}
	}
	return changes
}

func parseChange(key, value string) (api.Change, bool) {
	action, target, _ := strings.Cut(key, ":")
	in, name, named := strings.Cut(target, ".")
	c := api.Change{Action: action, In: in, Name: name, Value: value}
	switch in {
	case "header", "querystring":
		return c, name != "" && slices.Contains([]string{"append", "overwrite", "remove"}, action)
	case "path", "statuscode":
		return c, !named && action == "overwrite"
	}
	return c, false
}

// matches compares a header's name with a reserved one, of which an asterisk at the
// end stands for any rest.
func matches(pattern, name string) bool {
	name = strings.ToLower(name)
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return name == pattern
}
