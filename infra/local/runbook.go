package main

// A step of the runbook: what an operator does, and what users see after it.
type step struct {
	title string
	do    []string // switches of the local stack, as they are posted to the user pool
	sees  []sight
}

// A sight is one user's GET /notes.
type sight struct {
	user   string
	signIn bool // with a new token, not the one the user has
	status int
	why    string // in the request's log line
}

// runbook is a key rotation from start to end, as infra/deploy/README.md has it for the
// deployed system, and what goes wrong meanwhile.
var runbook = []step{
	{"Ann and Bob use the app.", nil, []sight{
		{"ann", true, 200, ""}, {"bob", true, 200, ""},
	}},
	{"The pool rotates its signing keys; the old ones stay published. Nobody notices, old token or new.", []string{"/_local/rotate"}, []sight{
		{"ann", false, 200, ""}, {"bob", true, 200, ""},
	}},
	{"The same when no policy is cached any more.", []string{"/_local/clock?forward=6m"}, []sight{
		{"ann", false, 200, ""}, {"bob", false, 200, ""},
	}},
	{"A key has leaked and is withdrawn. The gateway's cached policies live for five minutes more.", []string{"/_local/rotate?revoke=true"}, []sight{
		{"ann", false, 200, ""},
	}},
	{"After them the authorizer still has the old key set, up to an hour old: the leaked key opens.", []string{"/_local/clock?forward=6m"}, []sight{
		{"ann", false, 200, ""},
	}},
	{"The first token under a new key makes it fetch the set. So an operator signs in, and waits for the cached policies to go.", nil, []sight{
		{"bob", true, 200, ""},
	}},
	{"The leaked key opens nothing. Its users sign in again and are back.", []string{"/_local/clock?forward=6m"}, []sight{
		{"ann", false, 401, "unknown_kid"}, {"ann", true, 200, ""}, {"bob", false, 200, ""},
	}},
	{"A rotation while the key set cannot be fetched: known keys serve on, and who has a new one gets a 500, not a 401, and keeps the token.", []string{
		"/_local/clock?forward=6m", "/_local/trouble?keys=failing", "/_local/rotate",
	}, []sight{
		{"bob", false, 200, ""}, {"ann", true, 500, "keys_unavailable"},
	}},
	{"The key set is back, and so is everybody, with the tokens they have.", []string{"/_local/trouble?keys=none", "/_local/clock?forward=31s"}, []sight{
		{"ann", false, 200, ""}, {"bob", false, 200, ""},
	}},
}
