// The key set: bundled if JWKS_FILE says so, else fetched from JWKS_URL.
'use strict'

const fs = require('node:fs')
const http = require('node:http')

exports.bundled = () => process.env.JWKS_FILE && JSON.parse(fs.readFileSync(process.env.JWKS_FILE, 'utf8'))

exports.fetch = () => new Promise((resolve, reject) => {
  http.get(process.env.JWKS_URL, res => {
    const chunks = []
    res.on('data', chunk => chunks.push(chunk))
    res.on('end', () => resolve(Buffer.concat(chunks)))
  }).on('error', reject)
})
