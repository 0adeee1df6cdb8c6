package main_test

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Each story in testdata is one situation, played against the command as it is
// run by hand. testdata/README.md explains the words.
func TestStories(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Values[key{}] = &story{t: env.T().(testing.TB), folder: env.WorkDir, tokens: map[string]string{}}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start":   word(0, (*story).start),
			"end":     word(0, (*story).end), // testscript has a stop and a kill of its own, which come first
			"crash":   word(0, func(s *story, _ []string) { s.sys.kill() }),
			"user":    word(1, (*story).user),
			"signin":  word(1, (*story).signIn),
			"keep":    word(3, (*story).keep),
			"tamper":  word(3, (*story).tamper),
			"header":  word(2, (*story).header),
			"GET":     word(1, requests("GET")),
			"POST":    word(1, requests("POST")),
			"PUT":     word(1, requests("PUT")),
			"DELETE":  word(1, requests("DELETE")),
			"PATCH":   word(1, requests("PATCH")),
			"browser": word(3, (*story).browser),
			"expect":  word(1, (*story).expect),
			"says":    word(1, (*story).says),
			"carries": word(2, (*story).carries),
			"logged":  word(1, (*story).logged),
			"rotate":  word(0, (*story).rotate),
			"later":   word(1, (*story).later),
			"trouble": word(1, (*story).trouble),
		},
	})
}

type key struct{}

// word adapts a word of the stories that wants so many arguments, or more.
func word(arguments int, do func(*story, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < arguments {
			ts.Fatalf("want at least %d arguments, and no !", arguments)
		}
		s := ts.Value(key{}).(*story)
		s.ts = ts
		do(s, args)
	}
}

// A story is one system and what its users hold.
type story struct {
	t       testing.TB
	ts      *testscript.TestScript // fails with the line of the script
	folder  string
	sys     *system
	tokens  map[string]string // and tags
	headers []string          // of the next request
	last    answer
	blocked bool // the browser keeps the last answer to itself
	asked   int  // requests so far
}

func (s *story) start(env []string) {
	s.sys, s.asked = start(s.t, s.folder, env...), 0
}

func (s *story) end([]string) {
	if err := s.sys.end(os.Interrupt); err != nil {
		s.ts.Fatalf("%v", err)
	}
}

func (s *story) user(args []string) {
	s.sys.signUp(s.t, email(args[0]), "Passw0rd!story")
	s.signIn(args)
}

// signIn gives a user new tokens, of another app client if one is named.
func (s *story) signIn(args []string) {
	client := s.sys.Client
	if len(args) > 1 {
		client = args[1]
	}
	tokens := s.sys.signIn(s.t, client, email(args[0]), "Passw0rd!story")
	s.tokens[args[0]], s.tokens[args[0]+"-id-token"] = *tokens.AccessToken, *tokens.IdToken
}

// keep gives a name to a token, or to the ETag of the last answer.
func (s *story) keep(args []string) {
	if args[0] == "ETag" {
		s.tokens[args[2]] = s.last.Header.Get("ETag")
		return
	}
	s.tokens[args[2]] = s.token(args[0])
}

func (s *story) tamper(args []string) { s.tokens[args[2]] = tampered(s.token(args[0])) }

// header is one of the next request. A value in <> is what has that name.
func (s *story) header(args []string) {
	value := body(args[1:])
	if name, ok := strings.CutPrefix(value, "<"); ok {
		value = s.token(strings.TrimSuffix(name, ">"))
	}
	s.headers = append(s.headers, strings.TrimSuffix(args[0], ":"), value)
}

// requests is the word of a method.
func requests(method string) func(*story, []string) {
	return func(s *story, args []string) { s.request(method, args) }
}

// request sends PATH [as NAME] [BODY].
func (s *story) request(method string, args []string) {
	path, args := args[0], args[1:]
	token := ""
	if len(args) > 1 && args[0] == "as" {
		token, args = s.token(args[1]), args[2:]
	}
	s.last = s.sys.request(s.t, token, method, path, body(args), s.headers...)
	s.headers, s.blocked = nil, false
	s.asked++
}

// browser sends ORIGIN METHOD PATH [as NAME] [BODY] as a page of that origin
// would: a preflight first, and the answer is the page's only if the API says so.
func (s *story) browser(args []string) {
	origin, method := args[0], args[1]
	const names = "authorization,content-type"
	s.headers = []string{"Origin", origin, "Access-Control-Request-Method", method, "Access-Control-Request-Headers", names}
	s.request("OPTIONS", args[2:3])
	allowed := strings.ToLower(s.last.Header.Get("Access-Control-Allow-Headers"))
	refused := s.last.Status/100 != 2 || s.last.Header.Get("Access-Control-Allow-Origin") != origin ||
		!slices.Contains(strings.Split(s.last.Header.Get("Access-Control-Allow-Methods"), ","), method) ||
		!strings.Contains(allowed, "authorization") || !strings.Contains(allowed, "content-type")
	if !refused {
		s.headers = []string{"Origin", origin}
		s.request(method, args[2:])
		refused = s.last.Header.Get("Access-Control-Allow-Origin") != origin
	}
	s.blocked = refused
}

// expect compares the last answer: STATUS [BODY], or blocked.
func (s *story) expect(args []string) {
	if args[0] == "blocked" || s.blocked {
		if args[0] != "blocked" || !s.blocked {
			s.ts.Fatalf("blocked by the browser: %v; want %v\n%s", s.blocked, args, s.sys.log)
		}
		return
	}
	if got := strconv.Itoa(s.last.Status); got != args[0] {
		s.ts.Fatalf("got %s %.200s, want %s\n%s", got, s.last.Body, args[0], s.sys.log)
	}
	if want := body(args[1:]); want != "" && s.last.text() != want {
		s.ts.Fatalf("got  %.500s\nwant %.500s", s.last.Body, want)
	}
}

// says looks for a part of the last answer's body.
func (s *story) says(args []string) {
	if want := body(args); !strings.Contains(s.last.Body, want) {
		s.ts.Fatalf("got %.500s\nwant %s in it", s.last.Body, want)
	}
}

// carries compares a header of the last answer: NAME: VALUE.
func (s *story) carries(args []string) {
	if got, want := s.last.Header.Get(strings.TrimSuffix(args[0], ":")), strings.Join(args[1:], " "); got != want {
		s.ts.Fatalf("%s got %q, want %q", args[0], got, want)
	}
}

var requestLine = regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d (GET|POST|PUT|DELETE|PATCH|OPTIONS) .*$`)

// logged looks for words in the log's line about the last request.
func (s *story) logged(words []string) {
	log := s.sys.log.Until(s.t, func(log string) bool { return len(requestLine.FindAllString(log, -1)) >= s.asked })
	lines := requestLine.FindAllString(log, -1)
	line := lines[s.asked-1]
	for _, word := range words {
		if !strings.Contains(line, word) {
			s.ts.Fatalf("got  %s\nwant %q in it", line, word)
		}
	}
}

// rotate makes new signing keys, and with the word "withdraw" the old ones
// leave the key set.
func (s *story) rotate(args []string) {
	s.sys.post(s.t, fmt.Sprintf("/_local/rotate?revoke=%t", slices.Contains(args, "withdraw")))
}

func (s *story) later(args []string) {
	s.sys.post(s.t, "/_local/clock?forward="+url.QueryEscape(args[0]))
}

func (s *story) trouble(args []string) {
	s.sys.post(s.t, "/_local/trouble?"+strings.Join(args, "&"))
}

func (s *story) token(name string) string {
	token, ok := s.tokens[name]
	if !ok {
		s.ts.Fatalf("nobody has %q", name)
	}
	return token
}

func email(name string) string { return name + "@example.com" }

var filling = regexp.MustCompile(`<(\d+) bytes>`)

// body is the words of a line as one text; <5 bytes> becomes that many letters.
func body(words []string) string {
	return filling.ReplaceAllStringFunc(strings.Join(words, " "), func(s string) string {
		n, _ := strconv.Atoi(filling.FindStringSubmatch(s)[1]) // digits, by the expression
		return strings.Repeat("x", n)
	})
}
