// The journey of an app's user with aws-amplify: {endpoint, poolId, clientId, email, password} in, what the client saw of each
// step out, a refusal as its type and message.
const { Amplify } = require('aws-amplify')
const auth = require('aws-amplify/auth')
const { input, refusal, code, call, tell } = require('./user.cjs')

Amplify.configure({ Auth: { Cognito: { userPoolId: input.poolId, userPoolClientId: input.clientId, userPoolEndpoint: input.endpoint } } })
const seen = {}

const getUser = async AccessToken => (await call('GetUser', { AccessToken })).message ?? 'none'

async function journey () {
  const { email: username, password } = input
  const signUp = await auth.signUp({ username, password, options: { userAttributes: { email: username } } })
  seen.sub = signUp.userId
  seen.delivery = signUp.nextStep.codeDeliveryDetails.destination
  seen.unconfirmed = (await auth.signIn({ username, password })).nextStep.signInStep
  await auth.confirmSignUp({ username, confirmationCode: await code(input.email) })

  seen.wrongPassword = await refusal(auth.signIn({ username, password: 'Wrong-Horse-9' }))
  seen.signIn = (await auth.signIn({ username, password })).nextStep.signInStep
  seen.token = (await auth.fetchAuthSession()).tokens.accessToken.toString()
  seen.username = (await auth.getCurrentUser()).username
  seen.refreshed = (await auth.fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString()

  await auth.signOut()
  seen.signedOut = await refusal(auth.getCurrentUser())
  seen.revoked = await getUser(seen.refreshed)
  await auth.signIn({ username, password })
  const last = (await auth.fetchAuthSession()).tokens.accessToken.toString()
  await auth.signOut({ global: true })
  seen.globalSignOut = await getUser(last)
  return seen
}

tell(journey)
