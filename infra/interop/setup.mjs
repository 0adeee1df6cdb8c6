// What a set-up script does with @aws-sdk/client-cognito-identity-provider: {endpoint, poolId, callback} in, what it saw of each
// step out.
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as cognito from '@aws-sdk/client-cognito-identity-provider'

const { endpoint, poolId: UserPoolId, callback } = JSON.parse(readFileSync(0))
const client = new cognito.CognitoIdentityProviderClient({
  endpoint, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' }
})
const seen = {}

const call = (operation, input) => client.send(new cognito[operation + 'Command']({ UserPoolId, ...input }))

const refusal = promise => promise.then(() => 'none', error => `${error.name}: ${error.message}`)

const Username = 'carol@example.com'
const created = await call('AdminCreateUser', {
  Username, MessageAction: 'SUPPRESS', TemporaryPassword: 'Temporary-Horse-9',
  UserAttributes: [{ Name: 'email', Value: Username }, { Name: 'email_verified', Value: 'true' }]
})
seen.created = created.User.UserStatus
seen.again = await refusal(call('AdminCreateUser', { Username }))
await call('AdminSetUserPassword', { Username, Password: 'Correct-Horse-9', Permanent: true })
const user = await call('AdminGetUser', { Username })
seen.user = user.UserStatus
seen.sub = user.Username

await call('CreateGroup', { GroupName: 'editors', Description: 'who may write', Precedence: 1 })
seen.noGroup = await refusal(call('AdminAddUserToGroup', { Username, GroupName: 'nobody' }))
await call('AdminAddUserToGroup', { Username, GroupName: 'editors' })
seen.groups = (await call('AdminListGroupsForUser', { Username })).Groups.map(group => group.GroupName).join()

await call('CreateResourceServer', { Identifier: 'orders', Name: 'Orders', Scopes: [{ ScopeName: 'read', ScopeDescription: 'read orders' }] })
const { UserPoolClient: app } = await call('CreateUserPoolClient', {
  ClientName: 'server', GenerateSecret: true, ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  CallbackURLs: [callback], AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: ['code'], AllowedOAuthScopes: ['openid', 'orders/read']
})
const described = await call('DescribeUserPoolClient', { ClientId: app.ClientId })
seen.client = String(described.UserPoolClient.ClientSecret === app.ClientSecret && described.UserPoolClient.CallbackURLs[0] === callback)

const SECRET_HASH = createHmac('sha256', app.ClientSecret).update(Username + app.ClientId).digest('base64')
const AuthParameters = { USERNAME: Username, PASSWORD: 'Correct-Horse-9' }
const signIn = { ClientId: app.ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' }
seen.noHash = (await refusal(call('AdminInitiateAuth', { ...signIn, AuthParameters }))).replace(app.ClientId, 'X')
const { AuthenticationResult: tokens } = await call('AdminInitiateAuth', { ...signIn, AuthParameters: { ...AuthParameters, SECRET_HASH } })
seen.tokenGroups = JSON.parse(Buffer.from(tokens.AccessToken.split('.')[1], 'base64url'))['cognito:groups'].join()

for (const name of ['dan', 'dora', 'emil']) {
  await call('AdminCreateUser', { Username: `${name}@example.com`, MessageAction: 'SUPPRESS' })
}
const emails = users => users.map(user => user.Attributes.find(attribute => attribute.Name === 'email').Value).sort().join()
seen.filtered = emails((await call('ListUsers', { Filter: 'email ^= "d"' })).Users)
const pages = []
for await (const page of cognito.paginateListUsers({ client, pageSize: 2 }, { UserPoolId })) {
  pages.push(page.Users)
}
seen.pages = pages.map(page => page.length).join()
seen.all = emails(pages.flat())
seen.absent = await refusal(call('AdminGetUser', { Username: 'nobody@example.com' }))
seen.notHere = await refusal(call('UpdateUserPool', {}))

console.log(JSON.stringify(seen))
