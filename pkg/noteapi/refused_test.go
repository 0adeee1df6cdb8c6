package noteapi_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
)

// bom is the byte order mark that some editors and languages write before UTF-8.
const bom = "\uFEFF"

// TestRefused has one row for each way in which a request is refused; the note
// that is stored stays as it is, and so does another's.
func TestRefused(t *testing.T) {
	t.Parallel()
	const (
		good        = `{"noteid":"1","note":"x"}`
		object      = "The body must be a JSON object in UTF-8 with "
		idRule      = "noteid must be 1 to 256 bytes of UTF-8"
		noteRule    = "note must be 1 to 307200 bytes of UTF-8"
		limitRule   = "limit must be a whole number from 1 to 100"
		excerptRule = "excerpt must be a whole number from 1 to 10000"
		nextRule    = "next must be what the page before gave as next"
		jsonOnly    = "Content-Type must be application/json, in UTF-8"
		noNote      = "There is no such note"
		stale       = "The note is gone or not at the version of If-Match"
		onlyCreate  = "The body may hold noteid and note and nothing else"
		entityTags  = `If-Match must be * or up to 10 entity tags, each as an ETag header had it`
		maxBodySize = 6*(300*1024+256) + 1024
	)
	noteID := func(e event, id string) event { return e.set("pathParameters.noteid", id) }
	for name, c := range map[string]struct {
		event   event
		status  int
		message string
	}{
		"no body":                   {create(t, ""), 400, object + "noteid and note"},
		"body not JSON":             {create(t, "noteid=1"), 400, object + "noteid and note"},
		"body a list":               {create(t, "["+good+"]"), 400, object + "noteid and note"},
		"body null":                 {create(t, "null"), 400, object + "noteid and note"},
		"body cut":                  {create(t, good[:10]), 400, object + "noteid and note"},
		"body and more":             {create(t, good+good), 400, object + "noteid and note"},
		"body not UTF-8":            {create(t, base64.StdEncoding.EncodeToString([]byte("{\"noteid\":\"1\",\"note\":\"\xff\"}"))).set("isBase64Encoded", true), 400, object + "noteid and note"},
		"body of half a surrogate":  {create(t, `{"noteid":"1","note":"\ud83e"}`), 400, object + "noteid and note"},
		"body not base64":           {create(t, good).set("isBase64Encoded", true), 400, "The body must be base64, as the event says that it is"},
		"body with another member":  {create(t, `{"noteid":"1","note":"x","userid":"another"}`), 400, onlyCreate},
		"member in another case":    {create(t, `{"noteid":"1","note":"x","Note":"y"}`), 400, onlyCreate},
		"member twice":              {create(t, `{"noteid":"1","note":"x","noteid":"2"}`), 400, "The body must not hold a member twice"},
		"member twice, escaped":     {create(t, `{"noteid":"1","note":"x","\u006eote":"y"}`), 400, "The body must not hold a member twice"},
		"noteid missing":            {create(t, `{"note":"x"}`), 400, idRule},
		"noteid null":               {create(t, `{"noteid":null,"note":"x"}`), 400, idRule},
		"noteid empty":              {create(t, `{"noteid":"","note":"x"}`), 400, idRule},
		"noteid a number":           {create(t, `{"noteid":1,"note":"x"}`), 400, "noteid must be a string"},
		"noteid over the bound":     {create(t, `{"noteid":"`+strings.Repeat("é", 128)+`x","note":"x"}`), 400, idRule},
		"note missing":              {create(t, `{"noteid":"1"}`), 400, noteRule},
		"note empty":                {create(t, `{"noteid":"1","note":""}`), 400, noteRule},
		"note an object":            {create(t, `{"noteid":"1","note":{}}`), 400, "note must be a string"},
		"note over the bound":       {create(t, `{"noteid":"1","note":"`+strings.Repeat("x", 300*1024+1)+`"}`), 413, "note must be at most 307200 bytes of UTF-8"},
		"body over the bound":       {create(t, good+strings.Repeat(" ", maxBodySize-len(good)+1)), 413, fmt.Sprintf("The body must be at most %d bytes", maxBodySize)},
		"body of 6 MB":              {create(t, strings.Repeat("x", 6<<20)), 413, fmt.Sprintf("The body must be at most %d bytes", maxBodySize)},
		"body of 6 MB, base64":      {create(t, strings.Repeat("eHh4", 6<<20/4)).set("isBase64Encoded", true), 413, fmt.Sprintf("The body must be at most %d bytes", maxBodySize)},
		"note nested deeply":        {create(t, `{"noteid":"1","note":`+strings.Repeat("[", 200_000)+strings.Repeat("]", 200_000)+`}`), 400, object + "noteid and note"},
		"member nested deeply":      {create(t, `{"noteid":"1","note":"x","more":`+strings.Repeat(`{"":`, 200_000)+`1`+strings.Repeat("}", 200_000)+`}`), 400, onlyCreate},
		"another text":              {create(t, `{"noteid":"shopping","note":"bread"}`), 409, "There is a note with another text under this noteid"},
		"form":                      {create(t, good).header("Content-Type", "application/x-www-form-urlencoded"), 415, jsonOnly},
		"text":                      {create(t, good).header("Content-Type", "text/plain"), 415, jsonOnly},
		"JSON in Latin 1":           {create(t, good).header("Content-Type", "application/json; charset=iso-8859-1"), 415, jsonOnly},
		"two content types":         {create(t, good).header("Content-Type", "application/json", "application/json"), 415, jsonOnly},
		"JSON in no charset":        {create(t, good).header("Content-Type", `application/json; charset=""`), 415, jsonOnly},
		"JSON in two charsets":      {create(t, good).header("Content-Type", "application/json; charset=utf8; charset=utf-16"), 415, jsonOnly},
		"JSON in UTF-16":            {create(t, good).header("Content-Type", `application/json; charset="utf-16"`), 415, jsonOnly},
		"JSON in UTF-8 and more":    {create(t, good).header("Content-Type", "application/json; charset=utf-88"), 415, jsonOnly},
		"byte order mark alone":     {create(t, bom), 400, object + "noteid and note"},
		"byte order mark twice":     {create(t, bom+bom+good), 400, object + "noteid and note"},
		"byte order mark not first": {create(t, " "+bom+good), 400, object + "noteid and note"},
		"byte order mark of UTF-16": {create(t, base64.StdEncoding.EncodeToString([]byte("\xff\xfe{\x00}\x00"))).set("isBase64Encoded", true), 400, object + "noteid and note"},
		"content type cut":          {create(t, good).header("Content-Type", "application/json; charset"), 415, jsonOnly},
		"content type of no form":   {create(t, good).header("Content-Type", "json"), 415, jsonOnly},
		"limit 0":                   {list(t).query("limit", "0"), 400, limitRule},
		"limit 101":                 {list(t).query("limit", "101"), 400, limitRule},
		"limit negative":            {list(t).query("limit", "-1"), 400, limitRule},
		"limit signed":              {list(t).query("limit", "+1"), 400, limitRule},
		"limit empty":               {list(t).query("limit", ""), 400, limitRule},
		"limit a word":              {list(t).query("limit", "all"), 400, limitRule},
		"limit twice":               {list(t).query("limit", "1", "1"), 400, "limit must be given once"},
		"excerpt 0":                 {list(t).query("excerpt", "0"), 400, excerptRule},
		"excerpt 10001":             {list(t).query("excerpt", "10001"), 400, excerptRule},
		"excerpt negative":          {list(t).query("excerpt", "-1"), 400, excerptRule},
		"excerpt signed":            {list(t).query("excerpt", "+1"), 400, excerptRule},
		"excerpt empty":             {list(t).query("excerpt", ""), 400, excerptRule},
		"excerpt a word":            {list(t).query("excerpt", "short"), 400, excerptRule},
		"excerpt with a unit":       {list(t).query("excerpt", "1kB"), 400, excerptRule},
		"excerpt of a fraction":     {list(t).query("excerpt", "1.5"), 400, excerptRule},
		"excerpt over int64":        {list(t).query("excerpt", "9223372036854775808"), 400, excerptRule},
		"excerpt twice":             {list(t).query("excerpt", "1", "1"), 400, "excerpt must be given once"},
		"limit 0 of excerpts":       {list(t).query("excerpt", "1").query("limit", "0"), 400, limitRule},
		"next junk of excerpts":     {list(t).query("excerpt", "1").query("next", "shopping"), 400, nextRule},
		"next empty":                {list(t).query("next", ""), 400, "next must not be empty"},
		"next junk":                 {list(t).query("next", "shopping"), 400, nextRule},
		"next twice":                {list(t).query("next", "MWE", "MWE"), 400, "next must be given once"},
		"get no note":               {noteID(get(t), "other"), 404, noNote},
		"get over the bound":        {noteID(get(t), strings.Repeat("x", 257)), 400, idRule},
		"get not UTF-8":             {noteID(get(t), "%ff"), 400, idRule},
		"get half an escape":        {noteID(get(t), "100%"), 400, "noteid must be percent-encoded"},
		"get without noteid":        {get(t).set("pathParameters", nil), 400, idRule},
		"update no note":            {noteID(update(t, `{"note":"x"}`), "other"), 404, noNote},
		"update with noteid":        {update(t, `{"noteid":"shopping","note":"x"}`), 400, "The body may hold note and nothing else"},
		"update without note":       {update(t, `{}`), 400, noteRule},
		"update as text":            {update(t, `{"note":"x"}`).header("Content-Type", "text/plain"), 415, jsonOnly},
		"update stale":              {update(t, `{"note":"x"}`).header("If-Match", `"2"`), 412, stale},
		"update another's tag":      {update(t, `{"note":"x"}`).header("If-Match", `"01"`), 412, stale},
		"update tag over int64":     {update(t, `{"note":"x"}`).header("If-Match", `"9223372036854775808"`), 412, stale},
		"update tag -1":             {update(t, `{"note":"x"}`).header("If-Match", `"-1"`), 412, stale},
		"update tag 0":              {update(t, `{"note":"x"}`).header("If-Match", `"0"`), 412, stale},
		"update missing, tag":       {noteID(update(t, `{"note":"x"}`).header("If-Match", `"1"`), "other"), 412, stale},
		"update missing, any tag":   {noteID(update(t, `{"note":"x"}`).header("If-Match", `*`), "other"), 412, stale},
		"update tag without quotes": {update(t, `{"note":"x"}`).header("If-Match", `1`), 400, entityTags},
		"update tag empty":          {update(t, `{"note":"x"}`).header("If-Match", ``), 400, entityTags},
		"update any tag and a tag":  {update(t, `{"note":"x"}`).header("If-Match", `*`, `"2"`), 400, entityTags},
		"delete no note":            {noteID(remove(t), "other"), 404, noNote},
		"delete stale":              {remove(t).header("If-Match", `"2"`), 412, stale},
		"delete tag bad":            {remove(t).header("If-Match", `1`), 400, entityTags},
		"no such path":              {rest(t, "GET", "/", ""), 404, "There is no such path"},
		"greedy path":               {rest(t, "GET", "/{proxy+}", ""), 404, "There is no such path"},
		"no such method":            {rest(t, "PATCH", "/notes/{noteid}", ""), 405, "The path allows DELETE, GET, PUT"},
		"preflight":                 {rest(t, "OPTIONS", "/notes", ""), 405, "The path allows GET, POST"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			want := a.seed(t)
			a.want(t, c.event, c.status, `{"message":"`+c.message+`"}`)
			if diff := cmp.Diff([]note.Note{want}, a.stored(t)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			if got := a.store.Len(); got != 2 {
				t.Errorf("got %d notes of all users, want 2", got)
			}
		})
	}
}

// TestAccepted has what is unusual and right, each beside a refusal above.
func TestAccepted(t *testing.T) {
	t.Parallel()
	const created, updated = `{"message":"Note created"}`, `{"message":"Note updated"}`
	good := `{"noteid":"1","note":"x"}`
	const maxBodySize = 6*(300*1024+256) + 1024
	escaped := `{"noteid":"1","note":"` + strings.Repeat(`\u0001`, 300*1024) + `"}`
	for name, c := range map[string]struct {
		event event
		body  string
	}{
		"base64":              {create(t, base64.StdEncoding.EncodeToString([]byte(good))).set("isBase64Encoded", true), created},
		"no content type":     {create(t, good).header("Content-Type"), created},
		"content type, UTF-8": {create(t, good).header("content-TYPE", "Application/JSON; charset=UTF-8"), created},
		"UTF-8 without dash":  {create(t, good).header("Content-Type", "application/json; charset=utf8"), created},
		"UTF8 in capitals":    {create(t, good).header("Content-Type", "application/json;CHARSET=UTF8"), created},
		"UTF-8 in quotes":     {create(t, good).header("Content-Type", `application/json; charset="utf-8"`), created},
		"UTF-8 last":          {create(t, good).header("Content-Type", `application/json; profile="a;b"; charset=Utf-8`), created},
		"UTF-8 first":         {create(t, good).header("Content-Type", `application/json ; charset=utf-8 ; odata=verbose;`), created},
		"another parameter":   {create(t, good).header("Content-Type", `application/json; odata=verbose`), created},
		"byte order mark":     {create(t, bom+good), created},
		"the same in base64":  {create(t, base64.StdEncoding.EncodeToString([]byte(bom+good))).set("isBase64Encoded", true), created},
		"the same in a text":  {create(t, `{"noteid":"`+bom+`","note":"`+bom+`"}`), created},
		"the same, in update": {update(t, bom+`{"note":"x"}`), updated},
		"largest, escaped":    {create(t, escaped), created},
		"largest body":        {create(t, good+strings.Repeat(" ", maxBodySize-len(good))), created},
		"longest noteid":      {create(t, `{"noteid":"`+strings.Repeat("é", 128)+`","note":"x"}`), created},
		"If-Match *":          {update(t, `{"note":"x"}`).header("If-Match", "*"), updated},
		"if-match":            {update(t, `{"note":"x"}`).header("if-match", `"1"`), updated},
		"delete If-Match":     {remove(t).header("If-Match", `"1"`), `{"message":"Note deleted"}`},
		"limit 100":           {list(t).query("limit", "100"), `{"notes":[` + milk + `]}`},
		"excerpt 1":           {list(t).query("excerpt", "1"), `{"notes":[` + strings.Replace(milk, `"note":"milk"`, `"excerpt":"m","size":4`, 1) + `]}`},
		"excerpt 10000":       {list(t).query("excerpt", "10000"), `{"notes":[` + strings.Replace(milk, `"note":"milk"`, `"excerpt":"milk","size":4`, 1) + `]}`},
		"an unknown query":    {list(t).query("page", "2", "3"), `{"notes":[` + milk + `]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.seed(t)
			a.want(t, c.event, 200, c.body)
		})
	}
}
