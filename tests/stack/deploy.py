"""`prober deploy` and `prober destroy` on a stand-in for AWS: from nothing to the first
message, changes, failures of others, and a death at every call. Started by
scripts/test-deploy.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

import boto3
from proxy import AFTER, BEFORE, Proxy
from stage import ROOT, Server, expect, fail, invoke, item, run, step, wait

PROGRAM = Path(os.environ["PROBER"])
STACK = "prober"
BUCKET = "prober-000000000000-us-east-1"
VARIABLES = "/prober/variables"
SECRET = "A-s3cret-that-nobody-may-see"
# What only looks.
READING = {
    "GetCallerIdentity", "HEAD Bucket", "HEAD Object", "GET Object", "DescribeStacks", "GetTemplate",
    "GetParametersByPath", "GetParameters",
}  # fmt: skip


class Home:
    """A configuration, a channel, and `prober` as somebody runs it."""

    def __init__(self, folder, proxy):
        self.proxy, self.path = proxy, Path(folder) / "probes.toml"
        self.home, self.internet, self.slack = Server(), Server(), Server()
        self.environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": proxy.url,
            "SLACK_WEBHOOK_URL": f"http://127.0.0.1:{self.slack.port}/services/{SECRET}",
        }
        self.zip = os.environ.get("PROBER_ZIP")
        self.write()

    def write(self, extra=""):
        self.path.write_text(
            f'[self_check]\nurls = "http://127.0.0.1:{self.internet.port}/"\n{extra}'
            '[notify.slack]\ntype = "slack"\nwebhook_url = "${SLACK_WEBHOOK_URL}"\n'
            f'[[target]]\nname = "photos"\nurl = "http://127.0.0.1:{self.home.port}/"\n'
        )

    def start(self, *arguments):
        program = ["--zip", self.zip] if arguments[0] == "deploy" and self.zip else []
        return subprocess.Popen(
            [PROGRAM, "--config", self.path, *arguments, *program], cwd=ROOT, text=True,
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def run(self, *arguments, code=0):
        """Runs it to its end; returns what it said."""
        self.proxy.begin()
        child = self.start(*arguments)
        said, _ = child.communicate(timeout=300)
        if child.returncode != code:
            fail(f"prober {' '.join(arguments)} ended with {child.returncode}, and not {code}:\n{said}")
        if SECRET in said:
            fail(f"prober {' '.join(arguments)} showed a secret:\n{said}")
        return said

    def interrupted(self, at, when, *arguments):
        """Runs it until the call number `at`; whether it came to that."""
        child = None
        self.proxy.begin(at, when, lambda: child.kill())
        child = self.start(*arguments)
        child.communicate(timeout=300)
        return child.returncode < 0


def stub(folder):
    """An archive with a function that answers at once."""
    program, archive = Path(folder) / "stub", Path(folder) / "stub.zip"
    run("rustc", "--edition", "2024", "-O", "-C", "strip=symbols", "-o", program, "tests/stack/stub.rs")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(program, "bootstrap")
    return archive


def stack():
    try:
        return boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    except boto3.client("cloudformation").exceptions.ClientError:
        return None


def outputs():
    return {output["OutputKey"]: output["OutputValue"] for output in stack()["Outputs"]}


def objects(bucket=BUCKET):
    s3 = boto3.client("s3")
    try:
        return sorted(each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", []))
    except s3.exceptions.NoSuchBucket:
        return None


def parameters():
    found = boto3.client("ssm").get_parameters_by_path(Path=VARIABLES, WithDecryption=True)["Parameters"]
    return {each["Name"]: (each["Type"], each["Value"]) for each in found}


def snapshot():
    """What there is, without what is new each time."""
    cloudformation, s3 = boto3.client("cloudformation"), boto3.client("s3")
    found = stack()
    resources = cloudformation.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
    return {
        "done": found["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"),
        "template": cloudformation.get_template(StackName=STACK)["TemplateBody"],
        "parameters": sorted((each["ParameterKey"], each["ParameterValue"]) for each in found["Parameters"]),
        "resources": sorted(each["LogicalResourceId"] for each in resources),
        "objects": objects(),
        "config": s3.get_object(Bucket=BUCKET, Key="probes.toml")["Body"].read(),
        "private": s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"],
        "encrypted": s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"],
        "policy": json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]),
        "variables": parameters(),
    }


def reset():
    urllib.request.urlopen(urllib.request.Request(f"{os.environ['MINISTACK_ENDPOINT']}/_ministack/reset", method="POST"))


def tables():
    return boto3.client("dynamodb").list_tables()["TableNames"]


def first(home):
    step("prober deploy --plan writes nothing")
    said = home.run("deploy", "--plan")
    expect("it names what it would make", f"the private bucket {BUCKET}" in said and "Table (AWS::DynamoDB::Table)" in said)
    expect("and what that costs", "together" in said)
    expect("it only looks", set(home.proxy.calls) <= READING)
    expect("nothing is there", stack() is None and objects() is None and parameters() == {})

    step("prober deploy")
    said = home.run("deploy")
    expect("it says the account and the region", "000000000000, us-east-1" in said)
    expect("the first message arrived", "slack: delivered" in said and len(home.slack.said) == 1)
    made = snapshot()
    expect("the stack is there", made["done"])
    expect("the bucket is private, encrypted, and takes TLS only",
           all(made["private"].values()) and "AES256" in str(made["encrypted"])
           and made["policy"]["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}})  # fmt: skip
    secret = (f"{VARIABLES}/SLACK_WEBHOOK_URL", ("SecureString", home.environment["SLACK_WEBHOOK_URL"]))
    expect("the secret is in SSM, encrypted", made["variables"] == dict([secret]))
    expect("and in no parameter of the stack", SECRET not in str(made["parameters"]))
    tick = outputs()["TickFunction"]
    expect("a tick finds all of it", invoke(tick, {"scheduled_at": "2026-01-01T00:00:00Z"})["probed"] == 1)
    expect("the table has the target", item(outputs()["Table"], "target", "photos") is not None)

    step("once more: nothing to do, and no message")
    said = home.run("deploy")
    expect("nothing to change", "nothing to change" in said)
    expect("and nothing is said", len(home.slack.said) == 1)
    expect("all is as it was", snapshot() == made)
    expect("a plan says so", "Nothing would change." in home.run("deploy", "--plan"))


# The stand-in overlooks changes that only a condition makes: this one it sees.
SEEN = ["--set", "LogLevel=DEBUG"]


def changes(home):
    step("a heartbeat is added: the inbox gets a URL")
    home.environment["BACKUP_KEY"] = "a-key-of-the-backup"
    home.write('[[heartbeat]]\nname = "backup"\ninterval = "1d"\nkey = "${BACKUP_KEY}"\n')
    said = home.run("deploy", "--plan")
    expect("the plan says so", "make     InboxEndpoint" in said and f"write    {VARIABLES}/BACKUP_KEY" in said)
    table = outputs()["Table"]
    said = home.run("deploy", *SEEN)
    expect("its URL is printed", outputs()["InboxUrl"] in said)
    expect("the table is the same", outputs()["Table"] == table)
    step("a choice stays until another one is made")
    home.run("deploy", "--set", "LogRetentionDays=7", "--alarm-email", "me@example.com")
    home.run("deploy")
    chosen = dict(snapshot()["parameters"])
    expect("both are in force", (chosen["LogRetentionDays"], chosen["AlarmEmail"]) == ("7", "me@example.com"))
    step("the heartbeat is taken out again")
    home.write()
    home.run("deploy")
    expect("so is its key", list(parameters()) == [f"{VARIABLES}/SLACK_WEBHOOK_URL"])
    said = home.run("deploy", "--set", "LogRetention=7", code=2)
    expect("a choice that there is not is refused", "LogRetentionDays" in said)


def failures(home):
    """Each state that an earlier deployment may have left."""
    cloudformation = boto3.client("cloudformation")
    broken = json.dumps({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}},
        "Bad": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken-by-another"}}}})  # fmt: skip
    step("a first deployment failed, and was taken back")
    boto3.client("s3").create_bucket(Bucket="taken-by-another")
    cloudformation.create_stack(StackName=STACK, TemplateBody=broken, Capabilities=["CAPABILITY_IAM"])
    wait("the stack is in ROLLBACK_COMPLETE", 60, lambda: stack()["StackStatus"] == "ROLLBACK_COMPLETE")
    said = home.run("deploy")
    expect("it is cleared away, and made", "ROLLBACK_COMPLETE: what an earlier try left" in said and snapshot()["done"])

    step("a change fails, and the next one does not")
    said = home.run("deploy", "--set", "HeartbeatBucket=taken-by-another", *SEEN, code=1)
    expect("it says which part, and that all is as before", "Heartbeats" in said and "as it was before" in said)
    home.run("deploy", "--set", "HeartbeatBucket=", *SEEN)
    expect("the next one mends it", snapshot()["done"])


def deaths(home, command, prepare, expected, until):
    """Dies at each call of a command, and runs it again, until it comes to its end."""
    for when in BEFORE, AFTER:
        at, named = 0, []
        while True:
            at += 1
            prepare()
            if not home.interrupted(at, when, *command):
                break
            named.append(home.proxy.calls[-1])
            home.run(*command)
            if (found := until()) != expected:
                different = [name for name in expected if found.get(name) != expected[name]]
                fail(f"after a death at call {at}, {named[-1]}, {when}: {different} differ: {found}")
        expect(f"prober {command[0]}: {at - 1} deaths, each {when}", at > 5)
        print(f"      {' '.join(named)}")


def deploy_dies(home):
    step("prober deploy dies at every call, and is run again")
    reset()
    home.write()
    home.run("deploy")
    expected = snapshot()
    deaths(home, ["deploy"], reset, expected, snapshot)
    step("the same with a change of what is there")
    home.environment["BACKUP_KEY"] = "a-key-of-the-backup"
    with_heartbeat = '[[heartbeat]]\nname = "backup"\ninterval = "1d"\nkey = "${BACKUP_KEY}"\n'

    def as_before():
        reset()
        home.write()
        home.run("deploy")
        home.write(with_heartbeat)

    as_before()
    home.run("deploy", *SEEN)
    deaths(home, ["deploy", *SEEN], as_before, snapshot(), snapshot)


def what_is_left():
    return {"stack": stack() is None, "objects": objects(), "parameters": parameters(), "tables": len(tables())}


def destroy(home):
    step("prober destroy asks, keeps the table, and leaves nothing else")
    reset()
    home.write()
    home.run("deploy")
    said = home.run("destroy", code=2)
    expect("it says what it deletes, and asks", f"delete   the bucket {BUCKET}" in said and "say --yes" in said)
    expect("nothing was deleted", snapshot()["done"])
    table = outputs()["Table"]
    said = home.run("destroy", "--yes")
    gone = {"stack": True, "objects": None, "parameters": {}, "tables": 1}
    expect("only the table is left", what_is_left() == gone and tables() == [table])
    expect("which is said", f"The table {table} is kept" in said)
    expect("a second time there is nothing", "There is no stack prober" in home.run("destroy", "--yes"))

    step("prober destroy --with-data dies at every call, and is run again")

    def there():
        reset()
        home.run("deploy")

    deaths(home, ["destroy", "--yes", "--with-data"], there, gone | {"tables": 0}, what_is_left)


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = Home(folder, Proxy(os.environ["MINISTACK_ENDPOINT"]))
        began = time.monotonic()
        reset()
        first(home)
        changes(home)
        reset()
        failures(home)
        home.zip = stub(folder)
        destroy(home)
        deploy_dies(home)
    step(f"done, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
