// The answer that opens the whole stage to a caller.
'use strict'

exports.allow = (claims, methodArn) => ({
  principalId: claims.sub,
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn.split('/').slice(0, 2).join('/') + '/*' }]
  },
  context: { sub: claims.sub, username: claims.username, client_id: claims.client_id, scope: claims.scope }
})
