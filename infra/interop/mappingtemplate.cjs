// Reads a JSON list of {template, body, principal, patterns, error} from standard input and writes the
// list of what API Gateway would make of each: {rendered, matches}, matches being those of the patterns
// that match the whole of the function's error.
'use strict'
const render = require('api-gateway-mapping-template')

const questions = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
console.log(JSON.stringify(questions.map(({ template, body, principal, patterns, error }) => ({
  rendered: template && render({ template, payload: body, context: { authorizer: { principalId: principal } } }),
  matches: (patterns ?? []).filter(pattern => new RegExp(`^(?:${pattern})$`).test(error))
}))))
