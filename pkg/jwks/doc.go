// Package jwks fetches and caches the JSON Web Key Set (RFC 7517) of one user
// pool, follows its rotations and survives its outages.
//
// A [Set] is a jwkset.Storage for keyfunc and golang-jwt. Most programs want
// package cognito instead, which checks everything else about a token.
//
// # What it promises
//
//   - Only a complete answer with at least one usable key replaces the cached set,
//     as a whole. A key that the pool has withdrawn stops working at the next
//     fetch; an outage or an empty answer takes no key away. A fallback never
//     replaces a usable set from an earlier source.
//   - A known key costs no network until the set is [MaxAge] old. Then one request
//     refreshes it. If that fails the old set serves until [HardAge], and after
//     that no key at all.
//   - An unknown key id causes one fetch that all callers share, then none for
//     [CoolDown]. A failed fetch causes none for [MinBackoff], doubling to
//     [MaxBackoff]. A caller who may not fetch is answered at once.
//   - No goroutine, timer or idle connection outlives a call, and ages are taken
//     from the wall clock, so a Lambda environment that was frozen for hours is
//     right at its first request.
package jwks
