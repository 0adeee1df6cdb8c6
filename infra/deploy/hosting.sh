#!/usr/bin/env bash
# Uploads the page, and a config.json from the stack's outputs, to where a stack with Page=cloudfront
# serves it from. The argument is the stack's name; account and Region are the AWS CLI's.
set -euo pipefail
cd "$(dirname "$0")/.."
stack=$1

ask() { aws cloudformation describe-stacks --stack-name "$stack" --output text --query "Stacks[0].$1"; }
output() { ask "Outputs[?OutputKey=='$1'] | [0].OutputValue"; }
refuse() { echo "page: $1" >&2; exit 1; }

bucket=$(output PageBucket)
[ "$bucket" != None ] || refuse "stack $stack hosts no page: make deploy PARAMS=\"Page=cloudfront\""
origin=$(output PageOrigin)
allowed=$(ask "Parameters[?ParameterKey=='AllowedOrigin'] | [0].ParameterValue")
[ "$allowed" = "$origin" ] || refuse "the API and the login do not know the page yet: make deploy PARAMS=\"AllowedOrigin=$origin\""
config=$(output PageConfig)

aws s3 sync infra/web/page "s3://$bucket" --delete --exclude config.json
printf %s "$config" | aws s3 cp - "s3://$bucket/config.json" --content-type application/json
echo "The page is at $origin/"
