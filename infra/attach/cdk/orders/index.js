// Stands for your own function. Who is calling is in the event: the authorizer put it there, and nobody else can.
'use strict'

exports.handler = async event => {
  const { authorizer } = event.requestContext
  const caller = authorizer.lambda ?? authorizer // an HTTP API puts it one level deeper
  if (!(caller.exp > Date.now() / 1000)) { // a cached decision may outlive the token
    return answer(401, { message: 'Unauthorized' })
  }
  return answer(200, { caller: caller.sub, orders: [] })
}

const answer = (statusCode, body) => ({
  statusCode,
  headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': process.env.ALLOWED_ORIGIN },
  body: JSON.stringify(body)
})
