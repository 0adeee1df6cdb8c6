// Reads a JSON list of CloudFormation templates, long form and without includes, from standard input,
// and writes a list of what AWS's own tools find wrong with each, which is a list of sentences.
'use strict'
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { App, Stack } = require('aws-cdk-lib')
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include')
const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec')

const db = loadAwsServiceSpecSync()
const templates = JSON.parse(fs.readFileSync(0, 'utf8'))
console.log(JSON.stringify(templates.map(template => [...load(template), ...unknownProperties(template)])))

// load has the CDK read the template: it refuses ill-typed properties and references to nothing.
function load (template) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'template-'))
  try {
    const file = path.join(folder, 'template.json')
    fs.writeFileSync(file, JSON.stringify(template))
    const app = new App({ analyticsReporting: false, outdir: path.join(folder, 'out') })
    new CfnInclude(new Stack(app, 'Stack'), 'Template', { templateFile: file })
    app.synth()
    return []
  } catch (error) {
    return [String(error.message).split('\n').map(line => line.trim()).join(' ')]
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

// unknownProperties looks up every property name in the schema of its resource, which the CDK does not.
function unknownProperties (template) {
  const problems = []
  for (const [name, resource] of Object.entries(template.Resources)) {
    const [schema] = db.lookup('resource', 'cloudFormationType', 'equals', resource.Type)
    if (!schema) {
      problems.push(`${name}: no resource type ${resource.Type}`)
      continue
    }
    problems.push(...object(name, resource.Properties ?? {}, schema.properties))
  }
  for (const [kind, properties] of Object.entries(template.Globals ?? {})) {
    const [schema] = db.lookup('resource', 'cloudFormationType', 'equals', `AWS::Serverless::${kind}`)
    problems.push(...(schema ? object(`Globals.${kind}`, properties, schema.properties) : [`Globals: no ${kind}`]))
  }
  return problems

  function object (where, value, properties) {
    return Object.entries(value).flatMap(([name, member]) =>
      properties[name] ? check(`${where}.${name}`, member, properties[name].type) : [`${where}: no property ${name}`])
  }

  function check (where, value, type) {
    if (value === null || typeof value !== 'object') return []
    const names = Object.keys(value)
    if (names.length === 1 && (names[0] === 'Ref' || names[0].startsWith('Fn::'))) {
      return names[0] === 'Fn::If' ? value['Fn::If'].slice(1).flatMap(branch => check(where, branch, type)) : []
    }
    switch (type.type) {
      case 'ref':
        return object(where, value, db.get('typeDefinition', type.reference.$ref).properties)
      case 'array':
        return Array.isArray(value) ? value.flatMap((element, i) => check(`${where}.${i}`, element, type.element)) : []
      case 'map':
        return Object.entries(value).flatMap(([name, member]) => check(`${where}.${name}`, member, type.element))
      case 'union': { // whichever of the types it fits best
        const all = type.types.map(t => check(where, value, t))
        return all.reduce((best, problems) => problems.length < best.length ? problems : best)
      }
    }
    return []
  }
}
