"""Whether docs/deploy-policy.json is enough for `prober deploy` and `prober destroy`: a role
with that policy alone does both, on a stand-in for AWS that refuses what is not allowed.
Started by scripts/test-deploy.
"""

import json
import os
import tempfile

import boto3
from deploy import SEEN, Home, expect, outputs, stack, step, stub
from proxy import Proxy
from stage import ROOT



def policy():
    """The policy, as the stand-in can judge it: of requests that name several parameters it
    does not know the resource."""
    policy = json.loads((ROOT / "docs/deploy-policy.json").read_text())
    several = ["ssm:DeleteParameters", "ssm:GetParameters", "ssm:GetParametersByPath"]
    policy["Statement"].append({"Effect": "Allow", "Action": several, "Resource": "*"})
    return policy


POLICY = policy()


def user(name, policy):
    """The credentials of a user who may do what `policy` says."""
    iam = boto3.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def without(action):
    """The policy without one of its actions."""
    policy = json.loads(json.dumps(POLICY))
    for statement in policy["Statement"]:
        statement["Action"] = [each for each in statement["Action"] if each != action]
    return policy


def main():
    with tempfile.TemporaryDirectory() as folder:
        # As one that ends TLS would: the bucket takes nothing else.
        proxy = Proxy(os.environ["MINISTACK_ENDPOINT"], **{"x-forwarded-proto": "https"})
        home = Home(folder, proxy)
        # The functions themselves would ask for the configuration without TLS.
        home.zip = stub(folder)
        step("who may do less is told what AWS refuses")
        for index, action in enumerate(["s3:CreateBucket", "ssm:PutParameter", "cloudformation:CreateChangeSet"]):
            home.environment.update(user(f"less-{index}", without(action)))
            said = home.run("deploy", code=1)
            print(f"      {said.splitlines()[-1][:200]}")
            expect(f"{action} is missed", f"AWS refused {action.split(':')[1]}: " in said and "AccessDenied" in said)
        step("who may do what docs/deploy-policy.json says installs it and takes it away")
        home.environment.update(user("deployer", POLICY))
        said = home.run("deploy")
        expect("installed", "slack: delivered" in said and "InboxFunction" in outputs())
        home.run("deploy", "--set", "InboxUrl=true", "--set", "AlarmTopic=true", *SEEN, "--alarm-email", "me@example.com")
        home.run("destroy", "--yes", "--with-data")
        expect("and taken away", stack() is None)


if __name__ == "__main__":
    main()
