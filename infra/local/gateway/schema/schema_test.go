package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/schema"
)

// What New names as unknown to models, Check passes over; the keyword beside it
// holds.
func TestUnknownKeywords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ keyword, text, fits, misfit string }{
		{"exclusiveMinimum", `{"type":"number","minimum":1,"exclusiveMinimum":true}`, `1`, `0`},
		{"exclusiveMaximum", `{"type":"number","maximum":1,"exclusiveMaximum":true}`, `1`, `2`},
		{"format", `{"type":"string","format":"date-time"}`, `"yesterday"`, `1`},
		{"nullable", `{"type":"string","nullable":true}`, `""`, `null`},
		{"minItems", `{"type":"array","items":{},"minItems":1}`, `[]`, `{}`},
		{"maxItems", `{"type":"array","items":{},"maxItems":1}`, `[1,2]`, `{}`},
	} {
		var ref openapi3.SchemaRef
		if err := json.Unmarshal([]byte(tt.text), &ref); err != nil {
			t.Fatal(err)
		}
		model, unknown, err := schema.New(&ref)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{tt.keyword}, unknown); diff != "" {
			t.Errorf("%s: unknown (-want +got):\n%s", tt.keyword, diff)
		}
		if why := model.Check([]byte(tt.fits)); why != "" {
			t.Errorf("%s: %s does not fit: %s", tt.keyword, tt.fits, why)
		}
		if why := model.Check([]byte(tt.misfit)); why == "" {
			t.Errorf("%s: %s fits", tt.keyword, tt.misfit)
		}
	}
}
