// What the journeys of users share: what they are told on standard input, the mailbox, the authenticator app, and how a refusal
// is written down.
const { generate } = require('otplib')

const input = JSON.parse(require('fs').readFileSync(0))

const refusal = promise => promise.then(() => 'none', error => `${error.name}: ${error.message}`)

// code reads the mailbox of an address.
const code = async email => (await (await fetch(`${input.endpoint}/_local/codes?email=${encodeURIComponent(email)}`)).json()).code

// call is an operation of the pool that the clients do not have.
const call = async (operation, body) => {
  const headers = { 'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`, 'Content-Type': 'application/x-amz-json-1.1' }
  return (await fetch(input.endpoint, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

// totp is what the authenticator app shows now, or so many periods later: each code is good once, but the next one already.
const totp = (secret, periods = 0) => generate({ secret, epoch: Date.now() / 1000 + 30 * periods })

// wrongTOTP is shown by no app of that secret about now.
const wrongTOTP = async secret => {
  const shown = await Promise.all([-2, -1, 0, 1, 2].map(periods => totp(secret, periods)))
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(digits => !shown.includes(digits))
}

// askEverybody has the pool ask everybody for a second factor.
const askEverybody = () => call('SetUserPoolMfaConfig', {
  UserPoolId: input.poolId, MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true }
})

// tell runs a journey and prints what was seen.
const tell = journey => journey().then(seen => console.log(JSON.stringify(seen)), error => { console.error(error); process.exit(1) })

module.exports = { input, refusal, code, call, totp, wrongTOTP, askEverybody, tell }
