// What a user does with the account, with amazon-cognito-identity-js: {endpoint, poolId, clientId, email, password} in, what the
// client saw of each step out, a refusal as its type and message.
const { CognitoUser, CognitoUserAttribute, CognitoUserPool, AuthenticationDetails } = require('amazon-cognito-identity-js')
const { called, begun, finished } = require('./callbacks.cjs')
const { input, refusal, code, totp, wrongTOTP, askEverybody, tell } = require('./user.cjs')

const pool = new CognitoUserPool({ UserPoolId: input.poolId, ClientId: input.clientId, endpoint: input.endpoint })
const named = email => new CognitoUser({ Username: email, Pool: pool })
const signIn = (user, email, password) => begun(user, 'authenticateUser', new AuthenticationDetails({ Username: email, Password: password }))
const sendCode = (user, digits) => finished(callbacks => user.sendMFACode(digits, callbacks, 'SOFTWARE_TOKEN_MFA'))
const seen = {}

async function signUp (email, password) {
  await called(pool, 'signUp', email, password, [], null)
  const user = named(email)
  await called(user, 'confirmRegistration', await code(email), false)
  return user
}

async function passwords (user) {
  const changed = input.password + '-changed'
  seen.notChanged = await refusal(called(user, 'changePassword', 'Wrong-Horse-9', changed))
  await called(user, 'changePassword', input.password, changed)
  seen.forgot = (await begun(user, 'forgotPassword')).name
  seen.notReset = await refusal(finished(callbacks => user.confirmPassword('000000', changed, callbacks)))
  await finished(async callbacks => user.confirmPassword(await code(input.email), input.password, callbacks))
  seen.oldPassword = await refusal(signIn(user, input.email, changed))
  seen.reset = (await signIn(user, input.email, input.password)).name
}

async function attributes (user) {
  const moved = 'moved-' + input.email
  await called(user, 'updateAttributes', [new CognitoUserAttribute({ Name: 'name', Value: 'Ann' }), new CognitoUserAttribute({ Name: 'email', Value: moved })])
  const listed = async () => Object.fromEntries((await called(user, 'getUserAttributes')).map(({ Name, Value }) => [Name, Value]))
  seen.beforeItsCode = (await listed()).email
  seen.sent = (await begun(user, 'getAttributeVerificationCode', 'email')).name
  seen.notVerified = await refusal(begun(user, 'verifyAttribute', 'email', '000000'))
  await begun(user, 'verifyAttribute', 'email', await code(moved))
  const now = await listed()
  seen.attributes = `${now.name} ${now.email} ${now.email_verified}`
  return moved
}

async function secondFactor (email) {
  let user = named(email)
  await signIn(user, email, input.password)
  const secret = (await begun(user, 'associateSoftwareToken')).given[0]
  seen.notEnabled = await refusal(begun(user, 'verifySoftwareToken', await wrongTOTP(secret), 'phone'))
  await begun(user, 'verifySoftwareToken', await totp(secret), 'phone')
  await called(user, 'setUserMfaPreference', null, { Enabled: true, PreferredMfa: true })
  const data = await called({ get: callback => user.getUserData(callback, { bypassCache: true }) }, 'get')
  seen.preferred = `${data.UserMFASettingList} ${data.PreferredMfaSetting}`
  user = named(email)
  seen.asked = (await signIn(user, email, input.password)).name
  seen.wrongCode = await refusal(sendCode(user, await wrongTOTP(secret)))
  const { name, given } = await sendCode(user, await totp(secret, 1))
  seen.secondFactor = name
  seen.token = given[0].getAccessToken().getJwtToken()
  await begun(user, 'globalSignOut')
  seen.signedOut = await refusal(called(user, 'refreshSession', given[0].getRefreshToken()))
}

async function setup (email) {
  await askEverybody()
  const user = await signUp(email, input.password)
  seen.setup = (await signIn(user, email, input.password)).name
  const secret = (await begun(user, 'associateSoftwareToken')).given[0]
  seen.setUp = (await begun(user, 'verifySoftwareToken', await totp(secret), 'phone')).name
}

tell(async () => {
  const user = await signUp(input.email, input.password)
  await signIn(user, input.email, input.password)
  await passwords(user)
  await secondFactor(await attributes(user))
  await setup('second-' + input.email)
  return seen
})
