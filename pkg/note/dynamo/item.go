package dynamo

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/notegate/notegate/pkg/note"
)

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
