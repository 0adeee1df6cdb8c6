// Package extract writes authorizer.yaml, the template of only the authorizer.
// What it has in common with template.yaml, the whole system's, is taken from
// there; authorizer.yaml.tmpl says which parts, and holds the rest.
//
//go:generate go run github.com/notegate/notegate/infra/deploy/dist authorizer ../template.yaml ../authorizer.yaml
package extract

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"text/template"
)

//go:embed authorizer.yaml.tmpl
var alone string

// Authorizer returns authorizer.yaml, made from the text of template.yaml. It is
// an error if a part that it needs is not there.
func Authorizer(whole []byte) ([]byte, error) {
	parts := partsOf(string(whole))
	page, err := template.New("authorizer.yaml.tmpl").Funcs(template.FuncMap{
		"take": func(section string, names ...string) (string, error) {
			var taken []string
			for _, name := range names {
				text, ok := parts[section+"/"+name]
				if !ok {
					return "", fmt.Errorf("extract: template.yaml has no %s in %s", name, section)
				}
				taken = append(taken, withoutTheRest.Replace(text))
			}
			return strings.Join(taken, separator[section]), nil
		},
	}).Parse(alone)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := page.Execute(&out, nil); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// withoutTheRest cuts what depends on the rest of the system: there is one
// function, always, and user pool and API are somebody else's.
var withoutTheRest = strings.NewReplacer(
	"    Condition: OurAuthorizer\n", "",
	"!And [!Condition OurAuthorizer, !Equals [!Ref Metrics, emf]]", "!Equals [!Ref Metrics, emf]",
	"!If [OwnPool, !Ref UserPool, !Ref UserPoolId]", "!Ref UserPoolIds",
	"!If [OwnPool, !Ref AppClient, !Ref ClientIds]", "!Ref ClientIds",
	" For our authorizer.", "",
	"TOKEN_FROM: header:Authorization", "TOKEN_FROM: !Ref TokenFrom",
	"HTTP_RESPONSE: simple", "HTTP_RESPONSE: !Ref HttpResponse",
)

// separator stands between two parts of a section.
var separator = map[string]string{"Resources": "\n"}

var sectionName, partName = regexp.MustCompile(`^([A-Za-z]+):`), regexp.MustCompile(`^  ([0-9A-Za-z]+):`)

// partsOf cuts a template into the parts of its sections, each with the comment
// above it, under "Section/Name".
func partsOf(text string) map[string]string {
	parts := map[string]string{}
	var section, part, comment string
	for line := range strings.Lines(text) {
		switch {
		case sectionName.MatchString(line):
			section, part, comment = sectionName.FindStringSubmatch(line)[1], "", ""
		case strings.TrimSpace(line) == "":
			part, comment = "", ""
		case strings.HasPrefix(line, "  #"):
			part, comment = "", comment+line
		case partName.MatchString(line):
			part = section + "/" + partName.FindStringSubmatch(line)[1]
			parts[part], comment = comment+line, ""
		case part != "":
			parts[part] += line
		}
	}
	return parts
}
