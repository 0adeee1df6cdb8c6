// A page with aws-amplify, for a browser. Its settings are in window.settings: {pool, poolId, clientId, api, page}; what it can do is
// window.app, and what sign-ins by redirect came to is window.events.
import { Amplify } from 'aws-amplify'
import { get } from 'aws-amplify/api'
import * as auth from 'aws-amplify/auth'
import 'aws-amplify/auth/enable-oauth-listener'
import { ConsoleLogger, Hub } from 'aws-amplify/utils'

const { pool, poolId, clientId, api, page } = window.settings
ConsoleLogger.LOG_LEVEL = 'ERROR' // it warns of each endpoint that is not AWS's own
window.events = []
Hub.listen('auth', ({ payload }) => window.events.push(payload.event))
Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: poolId, userPoolClientId: clientId, userPoolEndpoint: pool,
      loginWith: {
        oauth: {
          domain: new URL(pool).host, scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'], responseType: 'code',
          redirectSignIn: [page], redirectSignOut: [page]
        }
      }
    }
  },
  API: { REST: { notes: { endpoint: api, region: 'us-east-1' } } }
})

const token = async options => (await auth.fetchAuthSession(options)).tokens?.accessToken.toString() ?? ''

window.app = {
  token: () => token(),
  refresh: () => token({ forceRefresh: true }),
  signIn: async (username, password) => (await auth.signIn({ username, password })).nextStep.signInStep,
  user: async () => (await auth.getCurrentUser()).username,
  redirect: () => auth.signInWithRedirect(),
  signOut: () => auth.signOut(),
  notes: async () => {
    const { response } = get({ apiName: 'notes', path: '/notes', options: { headers: { Authorization: `Bearer ${await token()}` } } })
    return (await response).body.text()
  }
}
