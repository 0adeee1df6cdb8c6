// Package dynamo keeps notes in a table of Amazon DynamoDB: the store of
// production. Every method makes one request, repeated by the SDK only when it
// failed; it reads consistently, changes conditionally, and never scans.
//
// The table's partition key is userId and its sort key noteId, both strings. It
// needs the actions GetItem, Query, UpdateItem and DeleteItem, no others.
package dynamo

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/notegate/notegate/pkg/note"
)

// A Store keeps notes in one table. Make it with New.
type Store struct {
	client *dynamodb.Client
	table  string
}

var _ note.Store = (*Store)(nil)

// New returns the store on that table. [NewClient] makes a client that suits it.
func New(client *dynamodb.Client, table string) *Store {
	return &Store{client, table}
}

// Create implements [note.Store], with its errors. It is an update, because a put could either replace a note or not be
// repeated: the condition lets the same text through, and if_not_exists keeps
// everything else as it was. Only a note from before there were births gets one,
// and with it another tag; a client that has the old one must read it again.
func (s *Store) Create(ctx context.Context, owner note.Owner, n note.Note) (note.Note, error) {
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table,
		Key:       key(owner, n.ID),
		UpdateExpression: aws.String("SET note = :note, birth = if_not_exists(birth, :birth), version = if_not_exists(version, :version)," +
			" createdAt = if_not_exists(createdAt, :created), updatedAt = if_not_exists(updatedAt, :updated)"),
		ConditionExpression: aws.String("attribute_not_exists(userId) OR note = :note"),
		ExpressionAttributeValues: values{
			":note": text(n.Text), ":birth": text(n.Birth), ":version": number(n.Version), ":created": moment(n.CreatedAt), ":updated": moment(n.UpdatedAt),
		},
		ReturnValues: types.ReturnValueAllNew,
	})
	if err != nil {
		return note.Note{}, wrap("create", err, note.ErrConflict)
	}
	return decode(out.Attributes)
}

// Get implements [note.Store], with its errors.
func (s *Store) Get(ctx context.Context, owner note.Owner, id string) (note.Note, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      &s.table,
		Key:            key(owner, id),
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return note.Note{}, wrap("get", err, nil)
	}
	if out.Item == nil {
		return note.Note{}, note.ErrNotFound
	}
	return decode(out.Item)
}

// List implements [note.Store], with its errors. It asks for one note more than the limit, which tells whether others follow
// without a second request. DynamoDB stops after 1 MB; then others may follow.
func (s *Store) List(ctx context.Context, owner note.Owner, after string, limit int) ([]note.Note, bool, error) {
	condition, bound := "userId = :user", values{":user": text(owner.String())}
	if after != "" { // a key is never empty, and DynamoDB refuses to compare with such
		condition, bound[":after"] = condition+" AND noteId > :after", text(after)
	}
	out, err := s.client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 &s.table,
		KeyConditionExpression:    &condition,
		ExpressionAttributeValues: bound,
		ConsistentRead:            aws.Bool(true),
		Limit:                     aws.Int32(int32(limit) + 1),
	})
	if err != nil {
		return nil, false, wrap("list", err, nil)
	}
	more := out.LastEvaluatedKey != nil && len(out.Items) > 0
	if len(out.Items) > limit {
		out.Items, more = out.Items[:limit], true
	}
	var items []item
	if err := attributevalue.UnmarshalListOfMaps(out.Items, &items); err != nil {
		return nil, false, wrap("list", err, nil)
	}
	notes := make([]note.Note, len(items))
	for i, it := range items {
		notes[i] = it.note()
	}
	return notes, more, nil
}

// Update implements [note.Store], with its errors.
func (s *Store) Update(ctx context.Context, owner note.Owner, id, newText string, at time.Time, when note.Condition) (note.Note, error) {
	condition, tags, failure := conditionOf(when)
	bound := values{":note": text(newText), ":updated": moment(at), ":one": number(1)}
	maps.Copy(bound, tags)
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &s.table,
		Key:                       key(owner, id),
		UpdateExpression:          aws.String("SET note = :note, updatedAt = :updated, version = version + :one"),
		ConditionExpression:       &condition,
		ExpressionAttributeValues: bound,
		ReturnValues:              types.ReturnValueAllNew,
	})
	if err != nil {
		return note.Note{}, wrap("update", err, failure)
	}
	return decode(out.Attributes)
}

// Delete implements [note.Store], with its errors.
func (s *Store) Delete(ctx context.Context, owner note.Owner, id string, when note.Condition) error {
	condition, tags, failure := conditionOf(when)
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName:                 &s.table,
		Key:                       key(owner, id),
		ConditionExpression:       &condition,
		ExpressionAttributeValues: tags,
	})
	if err != nil {
		return wrap("delete", err, failure)
	}
	return nil
}

// conditionOf returns the condition as DynamoDB reads it, the values in it, and the
// error that a failure of it is.
func conditionOf(when note.Condition) (condition string, bound values, failure error) {
	if len(when) == 0 {
		return "attribute_exists(userId)", nil, note.ErrNotFound // an empty map is refused
	}
	states, bound := make([]string, len(when)), values{}
	for i, tag := range when {
		birth, version := fmt.Sprint(":birth", i), fmt.Sprint(":version", i)
		states[i], bound[version] = "attribute_not_exists(birth) AND version = "+version, number(tag.Version)
		if tag.Birth != "" {
			states[i], bound[birth] = "birth = "+birth+" AND version = "+version, text(tag.Birth)
		}
	}
	return strings.Join(states, " OR "), bound, note.ErrVersion
}

// item is a note as the table holds it; its partition key is never read.
type item struct {
	ID        string    `dynamodbav:"noteId"`
	Text      string    `dynamodbav:"note"`
	Birth     string    `dynamodbav:"birth"`
	Version   int64     `dynamodbav:"version"`
	CreatedAt time.Time `dynamodbav:"createdAt"`
	UpdatedAt time.Time `dynamodbav:"updatedAt"`
}

func (it item) note() note.Note { return note.Note(it) }

func decode(attributes values) (note.Note, error) {
	var it item
	if err := attributevalue.UnmarshalMap(attributes, &it); err != nil {
		return note.Note{}, fmt.Errorf("dynamo: decode: %w", err)
	}
	return it.note(), nil
}

type values = map[string]types.AttributeValue

func key(owner note.Owner, id string) values {
	return values{"userId": text(owner.String()), "noteId": text(id)}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// moment is a time in the form that attributevalue reads.
func moment(t time.Time) types.AttributeValue { return text(t.Format(time.RFC3339Nano)) }
