// A web app and a machine with openid-client: {issuer, callback, email, password, app, machine} in, each of the two clients with
// id and secret, what it saw out.
import { readFileSync } from 'node:fs'
import * as client from 'openid-client'
import { signIn } from './login.mjs'

const input = JSON.parse(readFileSync(0))
const seen = {}
const insecure = { execute: [client.allowInsecureRequests] } // http, on this machine
const discover = ({ id, secret }, proof) => client.discovery(new URL(input.issuer), id, secret, proof, insecure)

const app = await discover(input.app, client.ClientSecretPost(input.app.secret))
const pkceCodeVerifier = client.randomPKCECodeVerifier()
const expectedState = client.randomState()
const expectedNonce = client.randomNonce()
const authorize = client.buildAuthorizationUrl(app, {
  redirect_uri: input.callback, scope: 'openid email', state: expectedState, nonce: expectedNonce,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256'
})
const returned = await signIn(authorize.href, input)
const tokens = await client.authorizationCodeGrant(app, returned, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true })
seen.sub = tokens.claims().sub
seen.email = tokens.claims().email
seen.token = tokens.access_token
seen.userInfo = (await client.fetchUserInfo(app, tokens.access_token, seen.sub)).email
const refreshed = await client.refreshTokenGrant(app, tokens.refresh_token)
seen.refreshed = refreshed.access_token
await client.tokenRevocation(app, tokens.refresh_token)
seen.revoked = await client.refreshTokenGrant(app, tokens.refresh_token).then(() => 'none', error => error.error)

const machine = await discover(input.machine, client.ClientSecretBasic(input.machine.secret))
seen.machine = (await client.clientCredentialsGrant(machine, { scope: 'notes/read' })).access_token

console.log(JSON.stringify(seen))
