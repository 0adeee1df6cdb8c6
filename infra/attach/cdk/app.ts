import { App } from 'aws-cdk-lib'
import { OrdersStack } from './stack'

const app = new App()

/** A value of the command line, as in `cdk deploy -c userPoolIds=eu-west-1_AbCdEfGhI`. */
const setting = (name: string, fallback?: string): string => {
  const value = app.node.tryGetContext(name) ?? fallback
  if (!value) throw new Error(`set ${name} with -c ${name}=...`)
  return value
}

new OrdersStack(app, 'Orders', {
  gate: {
    zip: setting('authorizerZip', '../../../dist/authorizer.zip'),
    userPoolIds: setting('userPoolIds').split(','),
    clientIds: setting('clientIds').split(',')
  },
  allowedOrigin: setting('allowedOrigin', 'https://origin.invalid')
})
