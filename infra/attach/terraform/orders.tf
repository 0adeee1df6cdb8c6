# Your own function.
resource "aws_lambda_function" "orders" {
  function_name    = var.name
  filename         = data.archive_file.orders.output_path
  source_code_hash = data.archive_file.orders.output_base64sha256
  handler          = "index.handler"
  runtime          = "nodejs22.x"
  role             = aws_iam_role.orders.arn

  environment {
    variables = {
      ALLOWED_ORIGIN = var.allowed_origin
    }
  }
}

data "archive_file" "orders" {
  type        = "zip"
  source_dir  = "${path.module}/orders"
  output_path = "${path.module}/.terraform/orders.zip"
}

resource "aws_iam_role" "orders" {
  name_prefix        = "${var.name}-"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy_attachment" "orders" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

data "aws_partition" "current" {}
