"""What a set-up script does with boto3: {endpoint, poolId} in, what it saw of each step out."""

import json
import sys

import boto3
from botocore.exceptions import ClientError

where = json.load(sys.stdin)
cognito = boto3.client(
    "cognito-idp", endpoint_url=where["endpoint"], region_name="us-east-1", aws_access_key_id="any", aws_secret_access_key="any"
)
pool, seen, user = where["poolId"], {}, "carol@example.com"


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return "{Code}: {Message}".format(**error.response["Error"])
    return "none"


created = cognito.admin_create_user(
    UserPoolId=pool, Username=user, MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": user}, {"Name": "email_verified", "Value": "true"}]
)
seen["created"] = created["User"]["UserStatus"]
cognito.admin_set_user_password(UserPoolId=pool, Username=user, Password="Correct-Horse-9", Permanent=True)
cognito.create_group(UserPoolId=pool, GroupName="editors")
cognito.admin_add_user_to_group(UserPoolId=pool, Username=user, GroupName="editors")
seen["members"] = str(len(cognito.list_users_in_group(UserPoolId=pool, GroupName="editors")["Users"]))
app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="script", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])[
    "UserPoolClient"
]
tokens = cognito.initiate_auth(
    ClientId=app["ClientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": "Correct-Horse-9"}
)["AuthenticationResult"]
seen["status"] = cognito.admin_get_user(UserPoolId=pool, Username=user)["UserStatus"]
seen["sub"] = cognito.get_user(AccessToken=tokens["AccessToken"])["Username"]
pages = cognito.get_paginator("list_users").paginate(UserPoolId=pool, Filter='email = "%s"' % user)
seen["found"] = ",".join(found["Username"] for page in pages for found in page["Users"])
seen["absent"] = refusal(cognito.admin_get_user, UserPoolId=pool, Username="nobody@example.com")
print(json.dumps(seen))
