import { Duration, Stack, StackProps } from 'aws-cdk-lib'
import {
  Authorizer, EndpointType, IdentitySource, LambdaIntegration, RequestAuthorizer, ResponseType, RestApi, TokenAuthorizer
} from 'aws-cdk-lib/aws-apigateway'
import { CorsHttpMethod, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { Gate, GateProps } from './gate'

export interface OrdersStackProps extends StackProps {
  readonly gate: GateProps
  /** The one origin whose pages may read the answers. */
  readonly allowedOrigin: string
}

/** Orders behind each kind of authorizer that the CDK has: keep the one that you want. */
export class OrdersStack extends Stack {
  constructor (scope: Construct, id: string, props: OrdersStackProps) {
    super(scope, id, props)
    const gate = new Gate(this, 'Gate', props.gate)
    const orders = new Function(this, 'Orders', {
      code: Code.fromAsset('orders'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_22_X,
      environment: { ALLOWED_ORIGIN: props.allowedOrigin }
    })

    this.restApi('Token', orders, props.allowedOrigin, new TokenAuthorizer(this, 'TokenGate', {
      handler: gate.handler,
      identitySource: IdentitySource.header('Authorization'), // all that the authorizer reads
      validationRegex: '^([Bb][Ee][Aa][Rr][Ee][Rr] +)?[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$', // else 401, and nothing is invoked
      resultsCacheTtl: Duration.minutes(5) // how long a decision is cached; a revoked token stays valid for as long
    }))

    this.restApi('Request', orders, props.allowedOrigin, new RequestAuthorizer(this, 'RequestGate', {
      handler: gate.handler, // is sent the whole request, as TOKEN_FROM needs it for a cookie or the query
      identitySources: [IdentitySource.header('Authorization')], // else 401; and the key under which a decision is cached
      resultsCacheTtl: Duration.minutes(5) // as above
    }))

    const http = new HttpApi(this, 'Http', {
      corsPreflight: { // an HTTP API answers preflights by itself
        allowOrigins: [props.allowedOrigin],
        allowMethods: [CorsHttpMethod.GET],
        allowHeaders: ['authorization', 'content-type'],
        maxAge: Duration.minutes(10)
      }
    })
    http.addRoutes({
      path: '/orders',
      methods: [HttpMethod.GET],
      integration: new HttpLambdaIntegration('HttpOrders', orders),
      authorizer: new HttpLambdaAuthorizer('HttpGate', gate.handler, {
        responseTypes: [HttpLambdaResponseType.SIMPLE], // yes or no, which is HTTP_RESPONSE=simple, the authorizer's default
        // A cached answer holds for every route with the same identity, so the route is a part of the identity.
        identitySource: ['$request.header.Authorization', '$context.routeKey'],
        resultsCacheTtl: Duration.minutes(5) // as above
      })
    })
  }

  private restApi (name: string, orders: Function, allowedOrigin: string, authorizer: Authorizer): void {
    const api = new RestApi(this, name, {
      endpointTypes: [EndpointType.REGIONAL],
      deployOptions: { stageName: 'v1' },
      cloudWatchRole: false // one for the whole account, and not this stack's to set
    })
    const origin = { 'Access-Control-Allow-Origin': `'${allowedOrigin}'` }
    // API Gateway's own answers; without the header a browser reports a CORS error in place of 401.
    api.addGatewayResponse('Default4xx', { type: ResponseType.DEFAULT_4XX, responseHeaders: origin })
    api.addGatewayResponse('Default5xx', { type: ResponseType.DEFAULT_5XX, responseHeaders: origin })
    api.addGatewayResponse('Unauthorized', { type: ResponseType.UNAUTHORIZED, responseHeaders: { ...origin, 'WWW-Authenticate': "'Bearer'" } })
    api.addGatewayResponse('AccessDenied', { type: ResponseType.ACCESS_DENIED, responseHeaders: origin })

    const resource = api.root.addResource('orders')
    resource.addMethod('GET', new LambdaIntegration(orders), { authorizer })
    resource.addCorsPreflight({ // open: a browser sends no token with a preflight
      allowOrigins: [allowedOrigin],
      allowMethods: ['GET', 'OPTIONS'],
      allowHeaders: ['Authorization', 'Content-Type'],
      maxAge: Duration.minutes(10)
    })
  }
}
