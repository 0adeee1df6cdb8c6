// The authorizer as people have written it in Node since 2016: the key set is
// turned into PEM texts by jwk-to-pem at the first event, jsonwebtoken decodes
// the token to find its key, and then verifies it.
'use strict'

const jwt = require('jsonwebtoken')
const jwkToPem = require('jwk-to-pem')
const keySet = require('./keyset.js')
const { allow } = require('./policy.js')

const issuer = process.env.ISSUER
let pems

async function load() {
  const { keys } = keySet.bundled() || JSON.parse(await keySet.fetch())
  return Object.fromEntries(keys.map(({ kid, kty, n, e }) => [kid, jwkToPem({ kty, n, e })]))
}

exports.handler = async event => {
  pems ??= await load()
  const token = event.authorizationToken.replace(/^Bearer /, '')
  const decoded = jwt.decode(token, { complete: true })
  if (!decoded || decoded.payload.iss !== issuer || decoded.payload.token_use !== 'access') throw new Error('Unauthorized')
  const pem = pems[decoded.header.kid]
  if (!pem) throw new Error('Unauthorized')
  let claims
  try {
    claims = jwt.verify(token, pem, { issuer })
  } catch {
    throw new Error('Unauthorized')
  }
  return allow(claims, event.methodArn)
}
