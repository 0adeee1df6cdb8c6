package main_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/interop"
)

// Of many clients that write one note at once, one is told that it did: the
// others that the id is taken, or that the note is not at their version any more.
func TestOneOfManyWritersWins(t *testing.T) {
	t.Parallel()
	for store, environment := range map[string]func(*testing.T) []string{
		"bolt": func(*testing.T) []string { return nil },
		"dynamodb": func(t *testing.T) []string {
			return []string{"AWS_ENDPOINT_URL_DYNAMODB=" + interop.Dynalite(t), "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local"}
		},
	} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			s := start(t, t.TempDir(), environment(t)...)
			token := *s.demo(t).AccessToken
			created := s.writeAtOnce(t, token, 409, func(i int) (method, path, body string) {
				return "POST", "/notes", fmt.Sprintf(`{"noteid":"1","note":"created by %d"}`, i)
			})
			read := s.request(t, token, "GET", "/notes/1", "")
			read.contains(t, 200, fmt.Sprintf(`"note":"created by %d","version":1`, created))
			updated := s.writeAtOnce(t, token, 412, func(i int) (method, path, body string) {
				return "PUT", "/notes/1", fmt.Sprintf(`{"note":"changed by %d"}`, i)
			}, "If-Match", read.Header.Get("ETag"))
			read = s.request(t, token, "GET", "/notes/1", "")
			read.contains(t, 200, fmt.Sprintf(`"note":"changed by %d","version":2`, updated))
			s.writeAtOnce(t, token, 412, func(int) (method, path, body string) { return "DELETE", "/notes/1", "" }, "If-Match", read.Header.Get("ETag"))
			s.request(t, token, "GET", "/notes/1", "").expect(t, 404, noSuchNote)
		})
	}
}

// writeAtOnce lets clients write and returns the one that was told 200, which
// must be one, while all others are told what losers are.
func (s *system) writeAtOnce(t *testing.T, token string, losers int, write func(client int) (method, path, body string), header ...string) (winner int) {
	t.Helper()
	const clients = 8
	answers, errs := make([]answer, clients), make([]error, clients)
	begin := make(chan struct{})
	var writing sync.WaitGroup
	for i := range clients {
		writing.Go(func() {
			method, path, body := write(i)
			<-begin
			answers[i], errs[i] = s.send(t.Context(), token, method, path, body, header...)
		})
	}
	close(begin)
	writing.Wait()
	told := map[int]int{}
	for i, a := range answers {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		told[a.Status]++
		if a.Status == 200 {
			winner = i
		}
	}
	if diff := cmp.Diff(map[int]int{200: 1, losers: clients - 1}, told); diff != "" {
		t.Errorf("answers by status (-want +got):\n%s", diff)
	}
	return winner
}
