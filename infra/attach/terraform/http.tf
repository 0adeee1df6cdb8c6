# Orders as an HTTP API. Delete this file, or rest.tf.
resource "aws_apigatewayv2_api" "orders" {
  name          = var.name
  protocol_type = "HTTP"

  cors_configuration { # an HTTP API answers preflights by itself
    allow_origins = [var.allowed_origin]
    allow_methods = ["GET"]
    allow_headers = ["authorization", "content-type"]
    max_age       = 600
  }
}

resource "aws_apigatewayv2_authorizer" "gate" {
  name                              = "gate"
  api_id                            = aws_apigatewayv2_api.orders.id
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = aws_lambda_function.authorizer.invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true # yes or no, which is HTTP_RESPONSE=simple, the authorizer's default
  authorizer_result_ttl_in_seconds  = 300  # an HTTP API caches nothing by default

  # A cached answer holds for every route with the same identity, so the route is a part of the identity.
  identity_sources = ["$request.header.Authorization", "$context.routeKey"]
}

# This API may ask the function, as this authorizer; without it every request is answered with 500.
resource "aws_lambda_permission" "http_authorizer" {
  function_name = aws_lambda_function.authorizer.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.orders.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.gate.id}"
}

resource "aws_apigatewayv2_route" "get" {
  api_id             = aws_apigatewayv2_api.orders.id
  route_key          = "GET /orders"
  target             = "integrations/${aws_apigatewayv2_integration.orders.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.gate.id
}

resource "aws_apigatewayv2_integration" "orders" {
  api_id                 = aws_apigatewayv2_api.orders.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.orders.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_lambda_permission" "http_orders" {
  function_name = aws_lambda_function.orders.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.orders.execution_arn}/$default/GET/orders"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.orders.id
  name        = "$default"
  auto_deploy = true
}

output "http_url" {
  value = "${aws_apigatewayv2_api.orders.api_endpoint}/orders"
}
