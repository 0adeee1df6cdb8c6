package dynamo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/infra/interop"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/dynamo"
	"github.com/notegate/notegate/pkg/note/notetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	client := patient(config(interop.Dynalite(t)))
	var tables atomic.Int64
	notetest.TestStore(t, func(t *testing.T) note.Store {
		return open(t, client, fmt.Sprintf("Notes%d", tables.Add(1)))
	})
}

func TestCrowd(t *testing.T) {
	t.Parallel()
	client := patient(config(interop.Dynalite(t)))
	notetest.TestCrowd(t, open(t, client, "Notes"), 100_000, func(o note.Owner, notes []note.Note) error {
		return fill(t.Context(), client, o, notes)
	})
}

// fill keeps notes in the table by as many at once as DynamoDB takes.
func fill(ctx context.Context, client *dynamodb.Client, o note.Owner, notes []note.Note) error {
	for some := range slices.Chunk(notes, 25) {
		var puts []types.WriteRequest
		for _, n := range some {
			item, err := attributevalue.MarshalMap(map[string]any{
				"userId": o.String(), "noteId": n.ID, "note": n.Text, "birth": n.Birth, "version": n.Version, "createdAt": n.CreatedAt, "updatedAt": n.UpdatedAt,
			})
			if err != nil {
				return err
			}
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
		}
		if _, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"Notes": puts}}); err != nil {
			return err
		}
	}
	return nil
}

// TestBirthless has a table of the time before notes had births.
func TestBirthless(t *testing.T) {
	t.Parallel()
	client := patient(config(interop.Dynalite(t)))
	notetest.TestBirthless(t, open(t, client, "Notes"), func(o note.Owner, n note.Note) error {
		item, err := attributevalue.MarshalMap(map[string]any{
			"userId": o.String(), "noteId": n.ID, "note": n.Text, "version": n.Version, "createdAt": n.CreatedAt, "updatedAt": n.UpdatedAt,
		})
		if err != nil {
			return err
		}
		_, err = client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("Notes"), Item: item})
		return err
	})
}

func TestCreateTableTwice(t *testing.T) {
	t.Parallel()
	client := patient(config(interop.Dynalite(t)))
	store := open(t, client, "Notes")
	if _, err := store.Create(t.Context(), ann(t), fresh); err != nil {
		t.Fatal(err)
	}
	got, err := open(t, client, "Notes").Get(t.Context(), ann(t), fresh.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fresh, got); diff != "" {
		t.Errorf("after creating the table again (-want +got):\n%s", diff)
	}
}

// TestRequests counts what every operation costs, whatever its outcome.
func TestRequests(t *testing.T) {
	t.Parallel()
	cfg := config(interop.Dynalite(t))
	open(t, patient(cfg), "Notes")
	var requests []string
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("count", func(
			ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
		) (middleware.FinalizeOutput, middleware.Metadata, error) {
			requests = append(requests, middleware.GetOperationName(ctx))
			return next.HandleFinalize(ctx, in)
		}), middleware.After) // behind the retryer: every attempt counts
	})
	store := dynamo.New(patient(cfg), "Notes")

	ctx, owner, other := t.Context(), ann(t), fresh
	other.Text = "bread"
	var got []string
	call := func(name string, err, want error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
		got = append(got, name+": "+strings.Join(requests, " "))
		requests = nil
	}
	_, err := store.Create(ctx, owner, fresh)
	call("create", err, nil)
	_, err = store.Create(ctx, owner, fresh)
	call("create again", err, nil)
	_, err = store.Create(ctx, owner, other)
	call("create other", err, note.ErrConflict)
	_, err = store.Get(ctx, owner, "1")
	call("get", err, nil)
	_, err = store.Get(ctx, owner, "2")
	call("get missing", err, note.ErrNotFound)
	_, _, err = store.List(ctx, owner, "", 1)
	call("list", err, nil)
	_, _, err = store.List(ctx, owner, "1", 100)
	call("list on", err, nil)
	_, err = (&note.Service{Store: store}).Excerpts(ctx, owner, 100, "", 2)
	call("excerpts", err, nil)
	_, err = store.Update(ctx, owner, "1", "jam", fresh.UpdatedAt, nil)
	call("update", err, nil)
	_, err = store.Update(ctx, owner, "2", "jam", fresh.UpdatedAt, nil)
	call("update missing", err, note.ErrNotFound)
	_, err = store.Update(ctx, owner, "1", "jam", fresh.UpdatedAt, note.Condition{fresh.Tag()})
	call("update stale", err, note.ErrVersion)
	call("delete stale", store.Delete(ctx, owner, "1", note.Condition{fresh.Tag()}), note.ErrVersion)
	call("delete", store.Delete(ctx, owner, "1", note.Condition{{Birth: "first", Version: 2}}), nil)
	call("delete missing", store.Delete(ctx, owner, "1", nil), note.ErrNotFound)

	want := []string{
		"create: UpdateItem", "create again: UpdateItem", "create other: UpdateItem",
		"get: GetItem", "get missing: GetItem", "list: Query", "list on: Query", "excerpts: Query",
		"update: UpdateItem", "update missing: UpdateItem", "update stale: UpdateItem",
		"delete stale: DeleteItem", "delete: DeleteItem", "delete missing: DeleteItem",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// TestReads sees that a client reads its own writes and pays for no more than a
// page. No emulator lags behind or sends a bill, so what is asked for must do.
func TestReads(t *testing.T) {
	t.Parallel()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			ConsistentRead bool
			Limit          int
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		asked = append(asked, fmt.Sprint(operation, " ", in.ConsistentRead, " ", in.Limit))
		io.WriteString(w, "{}")
	}))
	t.Cleanup(server.Close)
	store := dynamo.New(dynamo.NewClient(config(server.URL)), "Notes")
	if _, err := store.Get(t.Context(), ann(t), "1"); !errors.Is(err, note.ErrNotFound) {
		t.Errorf("Get: got %v, want %v", err, note.ErrNotFound)
	}
	if _, _, err := store.List(t.Context(), ann(t), "", 1); err != nil {
		t.Errorf("List: %v", err)
	}
	if diff := cmp.Diff([]string{"GetItem true 0", "Query true 2"}, asked); diff != "" {
		t.Errorf("reads, whether consistent, and their limit (-want +got):\n%s", diff)
	}
}

// TestFailures has a table that answers with one error, in DynamoDB's own form.
func TestFailures(t *testing.T) {
	t.Parallel()
	const prefix = "com.amazonaws.dynamodb.v20120810#"
	for name, c := range map[string]struct {
		status   int
		code     string
		want     error // nil: none of the domain's errors
		attempts int64
	}{
		"throughput exceeded":   {400, prefix + "ProvisionedThroughputExceededException", note.ErrThrottled, 2},
		"throttling":            {400, "com.amazon.coral.availability#ThrottlingException", note.ErrThrottled, 2},
		"request limit":         {400, prefix + "RequestLimitExceeded", note.ErrThrottled, 2},
		"server error":          {500, prefix + "InternalServerError", note.ErrUnavailable, 2},
		"service unavailable":   {503, "", note.ErrUnavailable, 2},
		"no such table":         {400, prefix + "ResourceNotFoundException", nil, 1},
		"no permission":         {400, "com.amazon.coral.service#AccessDeniedException", nil, 1},
		"request not valid":     {400, "com.amazon.coral.validate#ValidationException", nil, 1},
		"a condition of no use": {400, prefix + "ConditionalCheckFailedException", nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				w.Header().Set("Content-Type", "application/x-amz-json-1.0")
				w.Header().Set("X-Amzn-RequestId", "QH7T")
				w.WriteHeader(c.status)
				fmt.Fprintf(w, `{"__type":%q,"message":"there is no\nroom for SECRET"}`, c.code)
			}))
			t.Cleanup(server.Close)
			cfg := config(server.URL)
			cfg.RetryMaxAttempts = 2
			_, err := dynamo.New(dynamo.NewClient(cfg), "Notes").Get(t.Context(), ann(t), "1")
			if err == nil {
				t.Fatal("got no error")
			}
			if got := kind(err); got != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if got := requests.Load(); got != c.attempts {
				t.Errorf("got %d attempts, want %d", got, c.attempts)
			}
			_, code, _ := strings.Cut(c.code, "#")
			if got, want := err.Error(), fmt.Sprintf("%s, status %d, request QH7T", code, c.status); !strings.HasSuffix(got, want) || strings.Contains(got, "room") {
				t.Errorf("got %q, want code, status and request, and nothing of the message", got)
			}
		})
	}
}

// TestPatience sees that an attempt ends by itself, that another follows, and
// that all of them end while API Gateway still waits.
func TestPatience(t *testing.T) {
	t.Parallel()
	options := dynamo.NewClient(config("http://127.0.0.1:1")).Options()
	client, ok := options.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		t.Fatalf("got a client of type %T", options.HTTPClient)
	}
	attempt, attempts := client.GetTimeout(), options.Retryer.MaxAttempts()
	if attempt <= 0 || attempts < 2 {
		t.Errorf("got %d attempts of %s each, want several that end", attempts, attempt)
	}
	const apiGateway = 29 * time.Second
	if all := time.Duration(attempts) * attempt; all > apiGateway/2 { // the rest is for the pauses between them
		t.Errorf("got %s for all attempts, want at most half of %s", all, apiGateway)
	}
}

// TestSilence has a table that never answers: the caller's deadline ends it.
func TestSilence(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // until then the server doesn't watch the connection
		cancel()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	_, err := dynamo.New(dynamo.NewClient(config(server.URL)), "Notes").Get(ctx, ann(t), "1")
	if got := kind(err); got != note.ErrUnavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v and %v", err, note.ErrUnavailable, context.Canceled)
	}
}

// kind returns which of the domain's errors err is, nil if none.
func kind(err error) error {
	for _, k := range []error{
		note.ErrInvalid, note.ErrTooLarge, note.ErrNoOwner, note.ErrNotFound, note.ErrConflict, note.ErrVersion,
		note.ErrThrottled, note.ErrUnavailable,
	} {
		if errors.Is(err, k) {
			return k
		}
	}
	return nil
}

var fresh = note.Note{
	ID: "1", Text: "milk", Birth: "first", Version: 1,
	CreatedAt: time.Date(2026, 7, 2, 11, 42, 47, 0, time.UTC), UpdatedAt: time.Date(2026, 7, 2, 11, 42, 47, 0, time.UTC),
}

func config(endpoint string) aws.Config {
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("any", "any", ""),
	}
}

// patient is a client that waits for an answer as long as its caller does. On a
// busy machine an emulator may take longer than one attempt of NewClient's, and
// a change that is asked for again may meet itself.
func patient(cfg aws.Config) *dynamodb.Client { return dynamodb.NewFromConfig(cfg) }

func open(t *testing.T, client *dynamodb.Client, table string) *dynamo.Store {
	t.Helper()
	if err := dynamo.CreateTable(t.Context(), client, table); err != nil {
		t.Fatal(err)
	}
	return dynamo.New(client, table)
}

func ann(t *testing.T) note.Owner {
	t.Helper()
	o, err := note.ParseOwner("ann")
	if err != nil {
		t.Fatal(err)
	}
	return o
}
