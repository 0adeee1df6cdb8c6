// The authorizer on AWS's own verifier. Only where the key set comes from is
// ours: the loopback address in place of Cognito's, without TLS.
'use strict'

const { CognitoJwtVerifier } = require('aws-jwt-verify')
const { SimpleJwksCache } = require('aws-jwt-verify/jwk')
const keySet = require('./keyset.js')
const { allow } = require('./policy.js')

const verifier = CognitoJwtVerifier.create(
  {
    userPoolId: process.env.ISSUER.split('/').pop(),
    tokenUse: 'access',
    clientId: process.env.CLIENT_IDS
  },
  { jwksCache: new SimpleJwksCache({ fetcher: { fetch: keySet.fetch } }) }
)
const bundled = keySet.bundled()
if (bundled) verifier.cacheJwks(bundled)
const ready = bundled ? Promise.resolve() : verifier.hydrate()

exports.handler = async event => {
  await ready
  let claims
  try {
    claims = await verifier.verify(event.authorizationToken.replace(/^Bearer /, ''))
  } catch {
    throw new Error('Unauthorized')
  }
  return allow(claims, event.methodArn)
}
