// aws-jwt-verify's CognitoJwtVerifier, given the pool's key set: {poolId, clientId, keys, access, id} in, what it says of each token
// out.
const { CognitoJwtVerifier } = require('aws-jwt-verify')

const input = JSON.parse(require('fs').readFileSync(0))

const verdict = async (token, tokenUse, clientId) => {
  const verifier = CognitoJwtVerifier.create({ userPoolId: input.poolId, tokenUse, clientId })
  verifier.cacheJwks(input.keys)
  return verifier.verify(token).then(claims => claims.sub, error => error.constructor.name)
}

async function journey () {
  const sub = JSON.parse(Buffer.from(input.access.split('.')[1], 'base64url')).sub
  const name = said => said === sub ? 'good' : said
  return {
    access: name(await verdict(input.access, 'access', input.clientId)),
    id: name(await verdict(input.id, 'id', input.clientId)),
    otherClient: name(await verdict(input.access, 'access', 'another')),
    otherUse: name(await verdict(input.id, 'access', input.clientId))
  }
}

journey().then(seen => console.log(JSON.stringify(seen)), error => { console.error(error); process.exit(1) })
