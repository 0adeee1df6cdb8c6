package dynamo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/logging"
)

// An attempt that takes seconds is lost: DynamoDB answers in milliseconds. All
// attempts together end well before the 29 s that API Gateway waits.
const (
	attempts       = 3
	attemptTimeout = 3 * time.Second
	maxBackoff     = 500 * time.Millisecond
)

// Patience is how long a request takes at most: all attempts, and the pauses
// between them.
const Patience = attempts*attemptTimeout + (attempts-1)*maxBackoff

// Open returns the store on that table, with a client that the environment and
// the shared files of the AWS SDK configure. It makes no request. The logger
// gets what the SDK has to say. A configuration that the SDK cannot read is an error.
func Open(ctx context.Context, table string, logger *slog.Logger) (*Store, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(sdkLogger(logger)))
	if err != nil {
		return nil, fmt.Errorf("dynamo: load the SDK's configuration: %w", err)
	}
	return New(NewClient(cfg), table), nil
}

// sdkLogger is the SDK's logger, which else writes plain text on standard error.
func sdkLogger(logger *slog.Logger) logging.Logger {
	return logging.LoggerFunc(func(class logging.Classification, format string, args ...any) {
		level := slog.LevelDebug
		if class == logging.Warn {
			level = slog.LevelWarn
		}
		logger.Log(context.Background(), level, "aws sdk", "detail", fmt.Sprintf(format, args...))
	})
}

// NewClient returns a client with timeouts and retries that suit a Lambda
// function behind API Gateway. AWS_MAX_ATTEMPTS changes the number of attempts.
// An HTTP client of cfg that is not the SDK's own keeps its timeout.
func NewClient(cfg aws.Config) *dynamodb.Client {
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		// A new one would not trust the authorities of AWS_CA_BUNDLE.
		if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = client.WithTimeout(attemptTimeout)
		}
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts, r.MaxBackoff = attempts, maxBackoff
		})
	})
}

// CreateTable makes the table, billed on demand, unless it is there, and
// returns when it can be used. It is for local endpoints and tests; in AWS the
// template makes the table, with backups and protection. Errors are DynamoDB's, and
// that the table is not ready within a minute; one that is there is not looked at.
func CreateTable(ctx context.Context, client *dynamodb.Client, name string) error {
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:   &name,
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("userId"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("noteId"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("userId"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("noteId"), KeyType: types.KeyTypeRange},
		},
	})
	var there *types.ResourceInUseException
	if err != nil && !errors.As(err, &there) {
		return fmt.Errorf("dynamo: create table: %w", err)
	}
	const most = time.Minute
	waiter := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, time.Second
	})
	if err := waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, most); err != nil {
		return fmt.Errorf("dynamo: wait for table: %w", err)
	}
	return nil
}
