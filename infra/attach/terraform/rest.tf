# Orders as a REST API. Delete this file, or http.tf.
resource "aws_api_gateway_rest_api" "orders" {
  name = var.name

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_authorizer" "gate" {
  name                             = "gate"
  rest_api_id                      = aws_api_gateway_rest_api.orders.id
  type                             = "TOKEN" # the header is all that the authorizer reads
  identity_source                  = "method.request.header.Authorization"
  identity_validation_expression   = "^([Bb][Ee][Aa][Rr][Ee][Rr] +)?[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$" # else 401, and nothing is invoked
  authorizer_uri                   = aws_lambda_function.authorizer.invoke_arn
  authorizer_result_ttl_in_seconds = 300 # how long a decision is cached; a revoked token stays valid for as long
}

# This API may ask the function, as this authorizer; without it every request is answered with 500.
resource "aws_lambda_permission" "rest_authorizer" {
  function_name = aws_lambda_function.authorizer.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.orders.execution_arn}/authorizers/${aws_api_gateway_authorizer.gate.id}"
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  parent_id   = aws_api_gateway_rest_api.orders.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.orders.id
  http_method   = "GET"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.gate.id
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.get.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST" # how API Gateway calls Lambda, whatever the client's method
  uri                     = aws_lambda_function.orders.invoke_arn
}

resource "aws_lambda_permission" "rest_orders" {
  function_name = aws_lambda_function.orders.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.orders.execution_arn}/v1/GET/orders"
}

# The preflight is open: a browser sends no token with it.
resource "aws_api_gateway_method" "options" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.orders.id
  http_method   = "OPTIONS"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "options" {
  rest_api_id       = aws_api_gateway_rest_api.orders.id
  resource_id       = aws_api_gateway_resource.orders.id
  http_method       = aws_api_gateway_method.options.http_method
  type              = "MOCK"
  request_templates = { "application/json" = jsonencode({ statusCode = 204 }) }
}

resource "aws_api_gateway_method_response" "options" {
  rest_api_id         = aws_api_gateway_rest_api.orders.id
  resource_id         = aws_api_gateway_resource.orders.id
  http_method         = aws_api_gateway_method.options.http_method
  status_code         = "204"
  response_parameters = { for name, value in local.preflight : "method.response.header.${name}" => true }
}

resource "aws_api_gateway_integration_response" "options" {
  rest_api_id         = aws_api_gateway_rest_api.orders.id
  resource_id         = aws_api_gateway_resource.orders.id
  http_method         = aws_api_gateway_method.options.http_method
  status_code         = aws_api_gateway_method_response.options.status_code
  response_parameters = { for name, value in local.preflight : "method.response.header.${name}" => "'${value}'" }
  depends_on          = [aws_api_gateway_integration.options]
}

# API Gateway's own answers; without the header a browser reports a CORS error in place of 401.
resource "aws_api_gateway_gateway_response" "orders" {
  for_each            = local.gateway_responses
  rest_api_id         = aws_api_gateway_rest_api.orders.id
  response_type       = each.key
  response_parameters = { for name, value in each.value : "gatewayresponse.header.${name}" => "'${value}'" }
}

locals {
  origin = { "Access-Control-Allow-Origin" = var.allowed_origin }
  preflight = merge(local.origin, {
    "Access-Control-Allow-Methods" = "GET,OPTIONS"
    "Access-Control-Allow-Headers" = "Authorization,Content-Type"
    "Access-Control-Max-Age"       = "600"
  })
  gateway_responses = {
    DEFAULT_4XX   = local.origin
    DEFAULT_5XX   = local.origin
    UNAUTHORIZED  = merge(local.origin, { "WWW-Authenticate" = "Bearer" })
    ACCESS_DENIED = local.origin
  }
}

resource "aws_api_gateway_deployment" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  triggers    = { redeploy = filesha256("${path.module}/rest.tf") } # a deployment is a copy: what changes here needs a new one
  depends_on = [
    aws_api_gateway_integration.get,
    aws_api_gateway_integration_response.options,
    aws_api_gateway_gateway_response.orders,
  ]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "v1" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  deployment_id = aws_api_gateway_deployment.orders.id
  stage_name    = "v1"
}

output "rest_url" {
  value = "${aws_api_gateway_stage.v1.invoke_url}/orders"
}
