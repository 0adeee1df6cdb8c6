package main

import (
	"context"
	"time"

	"github.com/notegate/notegate/pkg/note"
)

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
