package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/bolt"
	"github.com/notegate/notegate/pkg/note/dynamo"
)

// openStore opens the file notes.db in the data folder, or the DynamoDB table,
// which is created where the endpoint is not AWS itself: in an account, the
// template makes it, with backups and protection.
func (s *system) openStore(ctx context.Context) (note.Store, error) {
	if s.cfg.Store == "bolt" {
		if err := os.MkdirAll(s.cfg.DataDir, 0o700); err != nil {
			return nil, fmt.Errorf("DATA_DIR: %w", err)
		}
		store, err := bolt.Open(filepath.Join(s.cfg.DataDir, "notes.db"))
		if err != nil {
			return nil, err
		}
		s.closers = append(s.closers, store.Close)
		return store, nil
	}
	aws, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("STORE=dynamodb: %w", err)
	}
	client, table := dynamo.NewClient(aws), s.cfg.Notes.TableName
	if s.cfg.OwnTable {
		if err := dynamo.CreateTable(ctx, client, table); err != nil {
			return nil, err
		}
	}
	return dynamo.New(client, table), nil
}

// A troubledStore is a store that the switch can break.
type troubledStore struct {
	note.Store
	trouble *trouble
}

var _ note.Store = troubledStore{}

func (s troubledStore) Create(ctx context.Context, owner note.Owner, n note.Note) (note.Note, error) {
	if err := s.trouble.table(); err != nil {
		return note.Note{}, err
	}
	return s.Store.Create(ctx, owner, n)
}

func (s troubledStore) Get(ctx context.Context, owner note.Owner, id string) (note.Note, error) {
	if err := s.trouble.table(); err != nil {
		return note.Note{}, err
	}
	return s.Store.Get(ctx, owner, id)
}

func (s troubledStore) List(ctx context.Context, owner note.Owner, after string, limit int) ([]note.Note, bool, error) {
	if err := s.trouble.table(); err != nil {
		return nil, false, err
	}
	return s.Store.List(ctx, owner, after, limit)
}

func (s troubledStore) Update(ctx context.Context, owner note.Owner, id, text string, at time.Time, when note.Condition) (note.Note, error) {
	if err := s.trouble.table(); err != nil {
		return note.Note{}, err
	}
	return s.Store.Update(ctx, owner, id, text, at, when)
}

func (s troubledStore) Delete(ctx context.Context, owner note.Owner, id string, when note.Condition) error {
	if err := s.trouble.table(); err != nil {
		return err
	}
	return s.Store.Delete(ctx, owner, id, when)
}
