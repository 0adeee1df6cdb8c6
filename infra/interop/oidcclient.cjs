// A single-page app with oidc-client-ts: {issuer, callback, email, password, app} in, the client with its id, what it saw out.
const { InMemoryWebStorage, OidcClient, WebStorageStateStore } = require('oidc-client-ts')

const input = JSON.parse(require('fs').readFileSync(0))

async function journey () {
  const { signIn } = await import('./login.mjs')
  const seen = {}
  const client = new OidcClient({
    authority: input.issuer, client_id: input.app.id, redirect_uri: input.callback, post_logout_redirect_uri: input.callback,
    response_type: 'code', scope: 'openid email', stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() })
  })
  const request = await client.createSigninRequest({ nonce: 'n-1', state: { page: '/notes' } })
  const returned = await signIn(request.url, input)
  const answer = await client.processSigninResponse(returned.href)
  seen.sub = answer.profile.sub
  seen.email = answer.profile.email
  seen.state = answer.userState.page
  seen.token = answer.access_token
  const refreshed = await client.useRefreshToken({ state: { refresh_token: answer.refresh_token, session_state: null, profile: answer.profile }, redirect_uri: input.callback })
  seen.refreshed = refreshed.access_token
  await client.revokeToken(answer.refresh_token, 'refresh_token')
  return seen
}

journey().then(seen => console.log(JSON.stringify(seen)), error => { console.error(error); process.exit(1) })
