package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"go.etcd.io/bbolt"

	"github.com/notegate/notegate/infra/lambda"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/bolt"
	"github.com/notegate/notegate/pkg/policy"
)

// repeat measures a call whose error means that it measures nothing. The CPU
// time is the whole process's, so the garbage collector's share is in it.
func repeat(b *testing.B, call func() error) {
	b.Helper()
	b.ReportAllocs()
	before := cpuTime(b)
	for b.Loop() {
		if err := call(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
}

func cpuTime(b *testing.B) time.Duration {
	u, err := lambda.UsageOf(os.Getpid())
	if err != nil {
		b.Fatal(err)
	}
	return u.CPU
}

// A published pool serves its key set until the benchmark ends.
type published struct {
	*pool
	url string
}

func publish(b *testing.B) published {
	b.Helper()
	p, err := newPool()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(keySet(p.keySet))
	b.Cleanup(server.Close)
	return published{p, server.URL}
}

func (p published) sign(b *testing.B, issued time.Time, edit ...func(jwt.MapClaims)) string {
	b.Helper()
	token, err := p.token(issued, edit...)
	if err != nil {
		b.Fatal(err)
	}
	return token
}

// BenchmarkVerify sets our verifier against the plain way.
func BenchmarkVerify(b *testing.B) {
	p := publish(b)
	good, expired := p.sign(b, time.Now()), p.sign(b, time.Now().Add(-2*time.Hour))
	ours, plain, mapped := p.ours(b, issuer), p.plain(b), p.mapped(b)
	b.Run(bareRSA, func(b *testing.B) {
		end := strings.LastIndex(good, ".")
		signature, err := base64.RawURLEncoding.DecodeString(good[end+1:])
		if err != nil {
			b.Fatal(err)
		}
		repeat(b, func() error {
			digest := sha256.Sum256([]byte(good[:end]))
			return rsa.VerifyPKCS1v15(&p.key.PublicKey, crypto.SHA256, digest[:], signature)
		})
	})
	b.Run(plainVerify, func(b *testing.B) { repeat(b, func() error { return plain(good) }) })
	b.Run(mapVerify, func(b *testing.B) { repeat(b, func() error { return mapped(good) }) })
	b.Run(ourVerify, func(b *testing.B) { repeat(b, func() error { return ours(good) }) })
	b.Run(plainExpired, func(b *testing.B) { repeat(b, refusal(plain, expired, jwt.ErrTokenExpired)) })
	b.Run(ourExpired, func(b *testing.B) { repeat(b, refusal(ours, expired, cognito.ErrExpired)) })
}

// A decide returns why a token is refused.
type decide func(token string) error

func refusal(verify decide, token string, want error) func() error {
	return func() error {
		if err := verify(token); !errors.Is(err, want) {
			return fmt.Errorf("got %v, want %v", err, want)
		}
		return nil
	}
}

func (p published) ours(b *testing.B, issuers ...string) decide {
	b.Helper()
	cfg := cognito.Config{ClientIDs: []string{clientID}}
	for _, issuer := range issuers {
		pool, err := cognito.PoolByIssuer(issuer, p.url)
		if err != nil {
			b.Fatal(err)
		}
		cfg.Pools = append(cfg.Pools, pool)
	}
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		b.Fatal(err)
	}
	return func(token string) error {
		_, err := verifier.Verify(b.Context(), token) // bare, as the others get it
		return err
	}
}

// plain is what people write with golang-jwt and keyfunc.
func (p published) plain(b *testing.B) decide {
	keys := p.keyfunc(b)
	return func(token string) error {
		var claims struct {
			jwt.RegisteredClaims
			TokenUse string `json:"token_use"`
			ClientID string `json:"client_id"`
		}
		_, err := jwt.ParseWithClaims(token, &claims, keys, strict()...)
		return cmp.Or(err, compare(claims.TokenUse, claims.ClientID))
	}
}

// mapped is the shorter way.
func (p published) mapped(b *testing.B) decide {
	keys := p.keyfunc(b)
	return func(token string) error {
		claims := jwt.MapClaims{}
		_, err := jwt.ParseWithClaims(token, claims, keys, strict()...)
		return cmp.Or(err, compare(claims["token_use"], claims["client_id"]))
	}
}

func (p published) keyfunc(b *testing.B) jwt.Keyfunc {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	b.Cleanup(cancel) // ends the refreshing in the background
	keys, err := keyfunc.NewDefaultCtx(ctx, []string{p.url})
	if err != nil {
		b.Fatal(err)
	}
	return keys.Keyfunc
}

func strict() []jwt.ParserOption {
	return []jwt.ParserOption{jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired()}
}

func compare(tokenUse, client any) error {
	if tokenUse != "access" || client != clientID {
		return errors.New("another token_use or client_id")
	}
	return nil
}

// BenchmarkGrowth runs what grows at each of its sizes.
func BenchmarkGrowth(b *testing.B) {
	p := publish(b)
	for _, g := range growths() {
		for _, size := range g.sizes {
			b.Run(g.at(size), func(b *testing.B) { p.grow(b, g.name, size) })
		}
	}
}

func (p published) grow(b *testing.B, name string, size int) {
	now := time.Now()
	switch name {
	case tokenSize, plainSize:
		verify := map[string]decide{tokenSize: p.ours(b, issuer), plainSize: p.plain(b)}[name]
		token := p.sized(b, now, size<<10)
		repeat(b, func() error { return verify(token) })
	case poolCount:
		issuers := make([]string, size)
		for i := range issuers {
			issuers[i] = fmt.Sprintf("%s%03d", issuer, i)
		}
		token := p.sign(b, now, func(c jwt.MapClaims) { c["iss"] = issuers[size-1] })
		verify := p.ours(b, issuers...)
		repeat(b, func() error { return verify(token) })
	case ruleCount:
		p.gate(b, rules(b, size), p.sign(b, now, inGroups(1)))
	case groupCount:
		p.gate(b, rules(b, 10), p.sign(b, now, inGroups(size)))
	case storedNotes:
		page(b, size)
	default:
		b.Fatal("nothing grows")
	}
}

// sized returns a token of at most that many bytes, and hardly fewer: groups
// fill it up. Some claims make room for it to be small.
func (p published) sized(b *testing.B, now time.Time, size int) string {
	b.Helper()
	token := func(n int) string {
		return p.sign(b, now, inGroups(n), func(c jwt.MapClaims) {
			delete(c, "origin_jti")
			delete(c, "event_id")
		})
	}
	tooMany := sort.Search(size, func(n int) bool { return len(token(n)) > size })
	return token(tooMany - 1)
}

// inGroups makes a user a member of so many groups, the last of which is
// group000.
func inGroups(n int) func(jwt.MapClaims) {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("group%03d", n-1-i)
	}
	return func(c jwt.MapClaims) { c["cognito:groups"] = names }
}

// rules are so many, the last of which opens the event's path to group000. The
// others are for groups in which nobody is. Each is parsed alone, because
// policy.ParseRules takes no thousand.
func rules(b *testing.B, n int) (all policy.Rules) {
	b.Helper()
	for i := range n {
		text := fmt.Sprintf("group:closed%03d=GET /notes/%d", i, i)
		if i == n-1 {
			text = "group:group000=GET /notes/42"
		}
		rule, err := policy.ParseRules(text)
		if err != nil {
			b.Fatal(err)
		}
		list(&all).Set(reflect.AppendSlice(list(&all), list(&rule)))
	}
	return all
}

// list is the slice in rules, which are opaque otherwise.
func list(rules *policy.Rules) reflect.Value {
	field := reflect.ValueOf(rules).Elem().Field(0)
	return reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem()
}

// gate measures the whole decision, from the event to the policy.
func (p published) gate(b *testing.B, rules policy.Rules, token string) {
	b.Helper()
	env := map[string]string{"ISSUER": issuer, "JWKS_URL": p.url, "CLIENT_IDS": clientID}
	settings, err := gate.LoadSettings(func(name string) string { return env[name] }, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	settings.Rules = rules
	handler, err := gate.Open(b.Context(), settings, slog.New(slog.NewJSONHandler(io.Discard, nil)))
	if err != nil {
		b.Fatal(err)
	}
	event := authorizerEvent(token)
	repeat(b, func() error {
		answer, err := handler.Invoke(b.Context(), event)
		if err == nil && !strings.Contains(string(answer), `"Allow"`) {
			err = fmt.Errorf("answered %s", answer)
		}
		return err
	})
}

// page measures the listing of five notes from the middle of so many.
func page(b *testing.B, stored int) {
	b.Helper()
	owner, err := note.ParseOwner(userID)
	if err != nil {
		b.Fatal(err)
	}
	store := fill(b, owner, stored)
	after := noteID(stored/2 - 1)
	repeat(b, func() error {
		notes, more, err := store.List(b.Context(), owner, after, 5)
		if err == nil && (len(notes) != 5 || notes[0].ID != noteID(stored/2) || more != (stored > 10)) {
			err = fmt.Errorf("got %d notes, more: %t", len(notes), more)
		}
		return err
	})
}

// fill returns a store in which one note was kept, and then copied in a single
// transaction: each of so many creates would end on the disk.
func fill(b *testing.B, owner note.Owner, count int) *bolt.Store {
	b.Helper()
	path := filepath.Join(b.TempDir(), "notes.db")
	store, err := bolt.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	_, err = store.Create(b.Context(), owner, note.Note{ID: noteID(0), Text: "Buy milk and bread.", Version: 1, CreatedAt: time.Now(), UpdatedAt: time.Now()})
	if err := errors.Join(err, store.Close()); err != nil {
		b.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(owner.String()))
		first := bytes.Clone(bucket.Get([]byte(noteID(0))))
		for i := 1; i < count; i++ {
			if err := bucket.Put([]byte(noteID(i)), first); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		b.Fatal(err)
	}
	if store, err = bolt.Open(path); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	return store
}

func noteID(i int) string { return fmt.Sprintf("%06d", i) }
