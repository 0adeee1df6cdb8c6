// What a user does with the account, with aws-amplify: {endpoint, poolId, clientId, email, password} in, what the client saw of
// each step out, a refusal as its type and message.
const { Amplify } = require('aws-amplify')
const auth = require('aws-amplify/auth')
const { input, refusal, code, totp, wrongTOTP, askEverybody, tell } = require('./user.cjs')

Amplify.configure({ Auth: { Cognito: { userPoolId: input.poolId, userPoolClientId: input.clientId, userPoolEndpoint: input.endpoint } } })
const { password } = input
const step = async promise => (await promise).nextStep.signInStep
const seen = {}

async function signUp (username) {
  await auth.signUp({ username, password, options: { userAttributes: { email: username } } })
  await auth.confirmSignUp({ username, confirmationCode: await code(username) })
}

async function passwords (username) {
  const newPassword = password + '-changed'
  await auth.signIn({ username, password })
  seen.notChanged = await refusal(auth.updatePassword({ oldPassword: 'Wrong-Horse-9', newPassword }))
  await auth.updatePassword({ oldPassword: password, newPassword })
  await auth.signOut()
  seen.forgot = (await auth.resetPassword({ username })).nextStep.resetPasswordStep
  seen.notReset = await refusal(auth.confirmResetPassword({ username, confirmationCode: '000000', newPassword: password }))
  await auth.confirmResetPassword({ username, confirmationCode: await code(username), newPassword: password })
  seen.oldPassword = await refusal(auth.signIn({ username, password: newPassword }))
  seen.reset = await step(auth.signIn({ username, password }))
}

async function attributes (username) {
  const moved = 'moved-' + username
  const { name, email } = await auth.updateUserAttributes({ userAttributes: { name: 'Ann', email: moved } })
  seen.updated = `${name.nextStep.updateAttributeStep} ${email.nextStep.updateAttributeStep}`
  seen.beforeItsCode = (await auth.fetchUserAttributes()).email
  await auth.sendUserAttributeVerificationCode({ userAttributeKey: 'email' })
  seen.notVerified = await refusal(auth.confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: '000000' }))
  await auth.confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: await code(moved) })
  const now = await auth.fetchUserAttributes()
  seen.attributes = `${now.name} ${now.email} ${now.email_verified}`
  return moved
}

async function secondFactor (username) {
  const { sharedSecret } = await auth.setUpTOTP()
  seen.notEnabled = await refusal(auth.verifyTOTPSetup({ code: await wrongTOTP(sharedSecret) }))
  await auth.verifyTOTPSetup({ code: await totp(sharedSecret) })
  await auth.updateMFAPreference({ totp: 'PREFERRED' })
  const { enabled, preferred } = await auth.fetchMFAPreference()
  seen.preferred = `${enabled} ${preferred}`
  await auth.signOut()
  seen.asked = await step(auth.signIn({ username, password }))
  seen.wrongCode = await refusal(auth.confirmSignIn({ challengeResponse: await wrongTOTP(sharedSecret) }))
  seen.secondFactor = await step(auth.confirmSignIn({ challengeResponse: await totp(sharedSecret, 1) }))
  seen.token = (await auth.fetchAuthSession()).tokens.accessToken.toString()
  await auth.signOut({ global: true })
}

async function setup (username) {
  await askEverybody()
  await signUp(username)
  const { nextStep } = await auth.signIn({ username, password })
  seen.setup = nextStep.signInStep
  seen.setUp = await step(auth.confirmSignIn({ challengeResponse: await totp(nextStep.totpSetupDetails.sharedSecret) }))
  await auth.deleteUser()
  seen.deleted = await refusal(auth.signIn({ username, password }))
}

tell(async () => {
  await signUp(input.email)
  await passwords(input.email)
  await secondFactor(await attributes(input.email))
  await setup('second-' + input.email)
  return seen
})
