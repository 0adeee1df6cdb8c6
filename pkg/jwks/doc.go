// Package jwks keeps the key set of one user pool: it fetches the JSON Web Key
// Set (RFC 7517) that the pool publishes, caches it, follows its rotations and
// lives through its outages.
//
// A [Set] is a jwkset.Storage, so that keyfunc and golang-jwt use it as it is;
// package cognito, which checks everything else about a token, is what most
// programs want instead.
//
// # What it promises
//
//   - Only a complete answer with at least one usable key replaces the cache, and
//     replaces it whole: a key that the pool has withdrawn is gone with the next
//     fetch, and an outage or an empty answer takes no key away. Nor does a
//     fallback: it replaces no set that an earlier source gave and that serves.
//   - A known key costs no network until the set is [MaxAge] old. Then one request
//     refreshes it; if that fails the old set serves until [HardAge], and after
//     that no key at all.
//   - An unknown key id causes one fetch that all callers share, then none for
//     [CoolDown]. A failed fetch causes none for [MinBackoff], doubling to
//     [MaxBackoff]. Nobody sleeps: who may not fetch is answered at once.
//   - No goroutine, timer or idle connection outlives a call, and ages are taken
//     from the wall clock, so a Lambda environment that was frozen for hours is
//     right at its first request.
package jwks
