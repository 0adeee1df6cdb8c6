terraform {
  required_version = ">= 1.3"
  required_providers {
    aws     = { source = "hashicorp/aws", version = ">= 5.32" } # logging_config
    archive = { source = "hashicorp/archive", version = ">= 2.2" }
  }
}

# notegate's authorizer: the function, its role and its log.
resource "aws_lambda_function" "authorizer" {
  function_name    = "${var.name}-authorizer"
  filename         = var.authorizer_zip
  source_code_hash = filebase64sha256(var.authorizer_zip)
  handler          = "bootstrap"
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  memory_size      = 256 # less gets less CPU, and so slower cold starts
  timeout          = 6   # a key set may take 3 s, API Gateway waits 10 s
  role             = aws_iam_role.authorizer.arn

  environment {
    variables = {
      USER_POOL_ID = join(",", var.user_pool_ids)
      CLIENT_IDS   = join(",", var.client_ids)
      GOMAXPROCS   = "1" # Lambda shows two processors and gives a part of one
    }
  }

  logging_config {
    log_format = "Text" # the function writes JSON itself
    log_group  = aws_cloudwatch_log_group.authorizer.name
  }
}

resource "aws_cloudwatch_log_group" "authorizer" {
  name              = "/aws/lambda/${var.name}-authorizer"
  retention_in_days = 30 # else logs are kept forever
}

resource "aws_iam_role" "authorizer" {
  name_prefix        = "${var.name}-authorizer-"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

# It may write its log, and nothing else.
resource "aws_iam_role_policy" "authorizer" {
  name   = "log"
  role   = aws_iam_role.authorizer.id
  policy = data.aws_iam_policy_document.authorizer.json
}

data "aws_iam_policy_document" "authorizer" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.authorizer.arn}:*"]
  }
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}
