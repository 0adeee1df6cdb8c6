package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// A viewer is a user who reads their notes, to show what users see.
type viewer struct {
	system          *system
	email, password string
	token           string // the access token of the last sign-in
}

// signIn gets a new token from the local user pool.
func (v *viewer) signIn(ctx context.Context) (err error) {
	tokens, err := signIn(ctx, v.system.client, v.system.poolURL, clientID, v.email, v.password)
	if err != nil {
		return err
	}
	v.token = *tokens.AccessToken
	if !v.system.cfg.Door.takesAccessTokens() {
		v.token = *tokens.IdToken
	}
	return nil
}

// look asks for the notes with the token and returns the answer.
func (v *viewer) look(ctx context.Context) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.system.apiURL+"/notes", nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+v.token)
	return do(v.system.client, req)
}

// post calls a switch of the local stack, such as /_local/rotate.
func (s *system) post(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.poolURL+path, nil)
	if err != nil {
		return err
	}
	status, body, err := do(s.client, req)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", path, status, body)
	}
	return err
}

func do(client *http.Client, req *http.Request) (status int, body string, err error) {
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, strings.TrimSpace(string(b)), err
}
