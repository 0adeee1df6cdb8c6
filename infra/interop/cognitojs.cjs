// The journey of an app's user with amazon-cognito-identity-js: {endpoint, poolId, clientId, email, password} in, what the
// client saw of each step out, a refusal as its type and message.
const { CognitoUser, CognitoUserPool, AuthenticationDetails } = require('amazon-cognito-identity-js')

const input = JSON.parse(require('fs').readFileSync(0))
const pool = new CognitoUserPool({ UserPoolId: input.poolId, ClientId: input.clientId, endpoint: input.endpoint })
const user = new CognitoUser({ Username: input.email, Pool: pool })
const seen = {}

// called turns a method with a node-style callback into a promise.
const called = (object, method, ...args) => new Promise((resolve, reject) =>
  object[method](...args, (error, result) => error ? reject(error) : resolve(result)))

// begun turns a method with a callback object into a promise of what was called, and with what.
const begun = (object, method, ...args) => new Promise((resolve, reject) =>
  object[method](...args, new Proxy({}, {
    get: (_, name) => name === 'onFailure' ? reject : (...given) => resolve({ name, given }),
    has: () => true
  })))

const signIn = password => begun(user, 'authenticateUser', new AuthenticationDetails({ Username: input.email, Password: password }))

const refusal = promise => promise.then(() => 'none', error => `${error.code}: ${error.message}`)

const code = async () => (await (await fetch(`${input.endpoint}/_local/codes?email=${encodeURIComponent(input.email)}`)).json()).code

async function journey () {
  const { userSub, codeDeliveryDetails } = await called(pool, 'signUp', input.email, input.password, [], null)
  seen.sub = userSub
  seen.delivery = codeDeliveryDetails.Destination
  seen.unconfirmed = await refusal(signIn(input.password))
  await called(user, 'confirmRegistration', await code(), false)

  seen.wrongPassword = await refusal(signIn('Wrong-Horse-9'))
  const signedIn = await signIn(input.password)
  seen.signIn = signedIn.name
  seen.token = signedIn.given[0].getAccessToken().getJwtToken()
  seen.username = user.getUsername()
  const refreshed = await called(user, 'refreshSession', signedIn.given[0].getRefreshToken())
  seen.refreshed = refreshed.getAccessToken().getJwtToken()

  await begun(user, 'globalSignOut')
  seen.signedOut = await refusal(called(user, 'refreshSession', signedIn.given[0].getRefreshToken()))
}

journey().then(() => console.log(JSON.stringify(seen)), error => { console.error(error); process.exit(1) })
