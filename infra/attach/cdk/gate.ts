import { Duration } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'

export interface GateProps {
  /** authorizer.zip, which `make build` writes, or authorizer-arm64.zip of `make release`. */
  readonly zip: string
  /** The user pools whose tokens are accepted. */
  readonly userPoolIds: string[]
  /** Their app clients whose tokens are accepted. */
  readonly clientIds: string[]
  /** Further settings, such as ACCESS_RULES. */
  readonly environment?: Record<string, string>
}

/** notegate's authorizer. A CDK authorizer that is given its handler adds the permission to call it. */
export class Gate extends Construct {
  readonly handler: Function

  constructor (scope: Construct, id: string, props: GateProps) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Log', { retention: RetentionDays.ONE_MONTH }) // else logs are kept forever
    const role = new Role(this, 'Role', { // it may write its log; the CDK's own role may write every log
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        log: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] })]
        })
      }
    })
    this.handler = new Function(this, 'Function', {
      code: Code.fromAsset(props.zip),
      handler: 'bootstrap',
      runtime: Runtime.PROVIDED_AL2023,
      architecture: Architecture.ARM_64,
      memorySize: 256, // less gets less CPU, and so slower cold starts
      timeout: Duration.seconds(6), // a key set may take 3 s, API Gateway waits 10 s
      role,
      logGroup,
      environment: {
        ...props.environment,
        USER_POOL_ID: props.userPoolIds.join(','),
        CLIENT_IDS: props.clientIds.join(','),
        GOMAXPROCS: '1' // Lambda shows two processors and gives a part of one
      }
    })
  }
}
