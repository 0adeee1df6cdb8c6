// The journey of an app's user with aws-amplify: {endpoint, poolId, clientId, email, password} in, what the client saw of each
// step out, a refusal as its type and message.
const { Amplify } = require('aws-amplify')
const auth = require('aws-amplify/auth')

const input = JSON.parse(require('fs').readFileSync(0))
Amplify.configure({ Auth: { Cognito: { userPoolId: input.poolId, userPoolClientId: input.clientId, userPoolEndpoint: input.endpoint } } })
const seen = {}

const refusal = promise => promise.then(() => 'none', error => `${error.name}: ${error.message}`)

const code = async () => (await (await fetch(`${input.endpoint}/_local/codes?email=${encodeURIComponent(input.email)}`)).json()).code

const getUser = async AccessToken => {
  const headers = { 'X-Amz-Target': 'AWSCognitoIdentityProviderService.GetUser', 'Content-Type': 'application/x-amz-json-1.1' }
  const answer = await (await fetch(input.endpoint, { method: 'POST', headers, body: JSON.stringify({ AccessToken }) })).json()
  return answer.message ?? 'none'
}

async function journey () {
  const { email: username, password } = input
  const signUp = await auth.signUp({ username, password, options: { userAttributes: { email: username } } })
  seen.sub = signUp.userId
  seen.delivery = signUp.nextStep.codeDeliveryDetails.destination
  seen.unconfirmed = (await auth.signIn({ username, password })).nextStep.signInStep
  await auth.confirmSignUp({ username, confirmationCode: await code() })

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
}

journey().then(() => console.log(JSON.stringify(seen)), error => { console.error(error); process.exit(1) })
