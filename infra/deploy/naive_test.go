package deploy_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/notegate/notegate/infra/interop"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/dynamo"
	"github.com/notegate/notegate/pkg/noteapi"
)

// naiveTemplate is how such templates are often written: the client's text goes
// between quotes as it is.
const naiveTemplate = `#set($inputRoot = $input.path('$'))
{"userid":"$context.authorizer.principalId","noteid":"$inputRoot.noteid","note":"$inputRoot.note"}`

// naiveFunction is what often stands behind it: the event goes into the table as
// it came, its members' names being the attributes'.
func naiveFunction(ctx context.Context, client *dynamodb.Client, userAttribute, noteAttribute, event string) error {
	var in struct{ UserID, NoteID, Note string }
	if err := json.Unmarshal([]byte(event), &in); err != nil {
		return err
	}
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("Notes"), Item: map[string]types.AttributeValue{
		userAttribute: &types.AttributeValueMemberS{Value: in.UserID},
		noteAttribute: &types.AttributeValueMemberS{Value: in.NoteID},
		"note":        &types.AttributeValueMemberS{Value: in.Note},
	}})
	return err
}

// The first fault: a client writes into another user's notes, and an honest one
// breaks its own request with a quote. Ours takes the same two bodies as text.
func TestNaiveTemplateLetsTextBecomeJSON(t *testing.T) {
	t.Parallel()
	client := notesTable(t)
	const attack, honest = `x","userid":"victim`, `say "hi"`
	bodies := []string{body(t, map[string]any{"noteid": "1", "note": attack}), body(t, map[string]any{"noteid": "2", "note": honest})}

	naive := interop.Mappings(t, []interop.Mapping{
		{Template: naiveTemplate, Principal: caller, Body: bodies[0]},
		{Template: naiveTemplate, Principal: caller, Body: bodies[1]},
	})
	if err := naiveFunction(t.Context(), client, "userId", "noteId", naive[0].Rendered); err != nil {
		t.Fatal(err)
	}
	if got := textOf(t, client, victim, "1"); got != "x" {
		t.Errorf("the victim's note: %q, want x", got)
	}
	var syntax *json.SyntaxError
	if err := naiveFunction(t.Context(), client, "userId", "noteId", naive[1].Rendered); !errors.As(err, &syntax) {
		t.Errorf("a quote: %v, want a syntax error", err)
	}

	ours, err := noteapi.New(noteapi.Config{
		Store: dynamo.New(client, "Notes"), MappedEvents: true, Logger: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range naive { // our function takes neither of them
		if _, err := ours.Invoke(t.Context(), []byte(a.Rendered)); err == nil || !strings.HasPrefix(err.Error(), "BadRequest: ") {
			t.Errorf("%s: %v, want BadRequest", a.Rendered, err)
		}
	}
	if got := textOf(t, client, caller, "1"); got != "" {
		t.Errorf("the caller's note: %q, want none", got)
	}
	repaired := interop.Mappings(t, []interop.Mapping{
		{Template: mappingTemplate(t), Principal: caller, Body: bodies[0]},
		{Template: mappingTemplate(t), Principal: caller, Body: bodies[1]},
	})
	for _, a := range repaired {
		if _, err := ours.Invoke(t.Context(), []byte(a.Rendered)); err != nil {
			t.Errorf("%s: %v", a.Rendered, err)
		}
	}
	for id, text := range map[string]string{"1": attack, "2": honest} {
		if got := textOf(t, client, caller, id); got != text {
			t.Errorf("the caller's note %s: %q, want %q", id, got, text)
		}
	}
	if got := textOf(t, client, victim, "1"); got != "x" {
		t.Errorf("the victim's note: %q, want what the naive function left, x", got)
	}
}

// The second fault: attributes named as the request's members are, in a table
// whose keys are spelled otherwise. Every single write is refused.
func TestNaiveNamesAreNotTheTables(t *testing.T) {
	t.Parallel()
	client := notesTable(t)
	const event = `{"userid":"` + caller + `","noteid":"1","note":"milk"}`
	for _, names := range [][2]string{{"userid", "noteid"}, {"userId", "noteid"}, {"userid", "noteId"}} {
		err := naiveFunction(t.Context(), client, names[0], names[1], event)
		var refused smithy.APIError
		if !errors.As(err, &refused) || refused.ErrorCode() != "ValidationException" || !strings.Contains(refused.ErrorMessage(), "Missing the key") {
			t.Errorf("%v: %v, want ValidationException: Missing the key", names, err)
		}
	}
	if err := naiveFunction(t.Context(), client, "userId", "noteId", event); err != nil {
		t.Errorf("by the table's own names: %v", err)
	}
	store := dynamo.New(client, "Notes") // how ours names them, the table says
	owner, err := note.ParseOwner(caller)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Create(t.Context(), owner, note.Note{ID: "2", Text: "bread", Version: 1}); err != nil {
		t.Error(err)
	}
	if got := textOf(t, client, caller, "2"); got != "bread" {
		t.Errorf("ours: %q, want bread", got)
	}
}

// notesTable is a client of a DynamoDB with the table that the template makes.
func notesTable(t *testing.T) *dynamodb.Client {
	t.Helper()
	client := dynamo.NewClient(aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(interop.Dynalite(t)), Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
	})
	if err := dynamo.CreateTable(t.Context(), client, "Notes"); err != nil {
		t.Fatal(err)
	}
	return client
}

// textOf reads a note from the table itself; it is empty if there is none.
func textOf(t *testing.T, client *dynamodb.Client, user, id string) string {
	t.Helper()
	got, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("Notes"), Key: map[string]types.AttributeValue{
		"userId": &types.AttributeValueMemberS{Value: user}, "noteId": &types.AttributeValueMemberS{Value: id},
	}})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := got.Item["note"].(*types.AttributeValueMemberS)
	if text == nil {
		return ""
	}
	return text.Value
}
