// The least that Lambda's Node runtime does: fetch an event, call the handler,
// post its answer, over one kept connection.
//
//   node runtime.js ./handler.js
'use strict'

const http = require('node:http')

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

function request(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
    const req = http.request({ agent, host, port, method, headers, path: '/2018-06-01/runtime/invocation/' + path }, res => {
      const chunks = []
      res.on('data', chunk => chunks.push(chunk))
      res.on('end', () => resolve({ id: res.headers['lambda-runtime-aws-request-id'], text: Buffer.concat(chunks).toString() }))
    })
    req.on('error', reject)
    req.end(body)
  })
}

async function main() {
  const { handler } = require(require('node:path').resolve(process.argv[2]))
  for (;;) {
    const { id, text } = await request('GET', 'next')
    try {
      const answer = await handler(JSON.parse(text))
      await request('POST', id + '/response', JSON.stringify(answer))
    } catch (err) {
      await request('POST', id + '/error', JSON.stringify({ errorMessage: String(err.message ?? err), errorType: 'Error' }))
    }
  }
}

main()
