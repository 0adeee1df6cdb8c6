package sam

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/document"
)

// A Layer is one of a function's layers whose files are on this machine.
type Layer struct {
	ID     string // logical id
	Folder string // relative to the template
}

// layers are those that the template makes of local files. Others are noted: what is
// in them the function will not find.
func (r *reader) layers(path []string, list any) (found []Layer) {
	elements, ok := list.([]any)
	if !ok && list != nil {
		elements = []any{list}
	}
	for _, element := range elements {
		id, _ := document.Members(element)["Ref"].(string)
		if folder := r.layerFolder(id); folder != "" {
			found = append(found, Layer{ID: id, Folder: folder})
			continue
		}
		r.ignore(path, "a layer that is not of this template's files")
	}
	return found
}

func (r *reader) layerFolder(id string) string {
	properties := document.Members(r.resources[id], "Properties")
	kind, _ := r.resources[id]["Type"].(string)
	if !strings.HasSuffix(kind, "::LayerVersion") {
		return ""
	}
	for _, property := range []string{"ContentUri", "Content"} {
		if properties[property] == nil {
			continue
		}
		if folder, ok := local(r.resolve([]string{"Resources", id, "Properties", property}, properties[property])); ok {
			return folder
		}
	}
	return ""
}

// otherEvents notes events that nothing sends here.
func (r *reader) otherEvents() {
	for _, function := range r.of("AWS::Serverless::Function") {
		declared := document.Members(r.resources[function], "Properties", "Events")
		for _, id := range slices.Sorted(maps.Keys(declared)) {
			sender := fmt.Sprint(document.Members(declared, id)["Type"])
			if !slices.ContainsFunc(kinds, func(k kind) bool { return k.event == sender }) {
				r.ignore([]string{"Resources", function, "Properties", "Events", id}, "events of type %s: nothing sends them here", sender)
			}
		}
	}
}
