package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/bolt"
	"github.com/notegate/notegate/pkg/note/dynamo"
)

// openStore opens the file notes.db in the data folder, or the DynamoDB table,
// which is created where the endpoint is not AWS itself: in an account, the
// template makes it, with backups and protection.
func openStore(ctx context.Context, cfg config) (note.Store, io.Closer, error) {
	if cfg.Store == "bolt" {
		if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
			return nil, nil, fmt.Errorf("DATA_DIR: %w", err)
		}
		store, err := bolt.Open(filepath.Join(cfg.DataDir, "notes.db"))
		return store, store, err
	}
	aws, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("STORE=dynamodb: %w", err)
	}
	client := dynamo.NewClient(aws)
	if cfg.OwnTable {
		if err := dynamo.CreateTable(ctx, client, cfg.Notes.TableName); err != nil {
			return nil, nil, err
		}
	}
	return dynamo.New(client, cfg.Notes.TableName), io.NopCloser(nil), nil
}
