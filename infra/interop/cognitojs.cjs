// The journey of an app's user with amazon-cognito-identity-js: {endpoint, poolId, clientId, email, password} in, what the
// client saw of each step out, a refusal as its type and message.
const { CognitoUser, CognitoUserPool, AuthenticationDetails } = require('amazon-cognito-identity-js')
const { called, begun } = require('./callbacks.cjs')
const { input, refusal, code, tell } = require('./user.cjs')

const pool = new CognitoUserPool({ UserPoolId: input.poolId, ClientId: input.clientId, endpoint: input.endpoint })
const user = new CognitoUser({ Username: input.email, Pool: pool })
const seen = {}

const signIn = password => begun(user, 'authenticateUser', new AuthenticationDetails({ Username: input.email, Password: password }))

async function journey () {
  const { userSub, codeDeliveryDetails } = await called(pool, 'signUp', input.email, input.password, [], null)
  seen.sub = userSub
  seen.delivery = codeDeliveryDetails.Destination
  seen.unconfirmed = await refusal(signIn(input.password))
  await called(user, 'confirmRegistration', await code(input.email), false)

  seen.wrongPassword = await refusal(signIn('Wrong-Horse-9'))
  const signedIn = await signIn(input.password)
  seen.signIn = signedIn.name
  seen.token = signedIn.given[0].getAccessToken().getJwtToken()
  seen.username = user.getUsername()
  const refreshed = await called(user, 'refreshSession', signedIn.given[0].getRefreshToken())
  seen.refreshed = refreshed.getAccessToken().getJwtToken()

  await begun(user, 'globalSignOut')
  seen.signedOut = await refusal(called(user, 'refreshSession', signedIn.given[0].getRefreshToken()))
  return seen
}

tell(journey)
