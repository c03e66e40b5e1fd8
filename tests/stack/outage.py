"""An outage on a stand-in for AWS, from `sam build` to the two messages.

A server at home and a webhook run here; everything else is what a home owner
has: template.yaml deployed by sam, its schedule, its functions running the
real program, and `prober` on a laptop. Started by scripts/test-stack.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[2]
STACK = "prober"
PROGRAM = ROOT / ".aws-sam/build/TickFunction/bootstrap"
EVENTS = ROOT / "tests/lambda_events"

os.environ.update(
    AWS_ENDPOINT_URL=os.environ["MINISTACK_ENDPOINT"],
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_REGION="us-east-1",
    ARCHITECTURE="x86_64",
)


class Server:
    """A server at home, or a webhook: it remembers what was POSTed."""

    def __init__(self):
        self.said = []
        self.port = 0
        self.start()

    def start(self):
        said = self.said

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                said.append(json.loads(body)["text"])
                self.answer()

            def answer(self):
                self.send_response(200)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def step(text):
    print(f"-- {text}", flush=True)


def fail(what):
    """Ends the test, after what the functions logged."""
    logs = boto3.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"][-50:]:
            print("  ", event["message"].rstrip())
    sys.exit(f"FAILED: {what}")


def expect(what, is_so):
    if not is_so:
        fail(what)
    print(f"   {what}", flush=True)


def run(*command, **environment):
    """A command of docs/deploy.md; its output is shown if it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, text=True, capture_output=True
    )
    if done.returncode != 0:
        sys.exit(f"FAILED: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def deploy(**parameters):
    """`sam deploy`; returns the stack's outputs."""
    values = [f'{name}="{value}"' for name, value in parameters.items()]
    run("sam", "deploy", "--no-confirm-changeset", "--no-fail-on-empty-changeset",
        "--parameter-overrides", "Architecture=x86_64", *values)  # fmt: skip
    stack = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def invoke(function, event):
    """Invokes a function as its sender does, and returns its answer."""
    answer = boto3.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        fail(f"{function} answered {payload}")
    return payload


def restart(function):
    """Has the function's next invocation start from cold."""
    functions = boto3.client("lambda")
    variables = variables_of(function) | {"RESTARTED_AT": str(time.time())}
    functions.update_function_configuration(
        FunctionName=function, Environment={"Variables": variables}
    )


def variables_of(function):
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=function)
    return configuration["Environment"]["Variables"]


def item(table, kind, name):
    key = {"kind": {"S": kind}, "name": {"S": name}}
    return boto3.client("dynamodb").get_item(TableName=table, Key=key).get("Item")


def wait(what, seconds, is_so):
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            fail(f"{what}, within {seconds} s")
        time.sleep(0.5)
    print(f"   {what}", flush=True)


def config(home, internet, secret, extra=""):
    return (
        f'[defaults]\ninterval = "1s"\nattempts = 1\n{extra}\n'
        f'[self_check]\nurls = "http://127.0.0.1:{internet.port}/"\n'
        f'[notify.slack]\ntype = "slack"\nwebhook_url = "{secret}"\n'
        f'[[target]]\nname = "photos"\nurl = "http://127.0.0.1:{home.port}/"\n'
    )


def ticks(function, count):
    """Ticks by hand, further apart than the target's interval."""
    for _ in range(count):
        time.sleep(1.2)
        summary = invoke(function, {})
    return summary


def outage(home, slack, outputs):
    tick, table = outputs["TickFunction"], outputs["Table"]
    step("the schedule ticks")
    wait("the table has the target's state", 150, lambda: item(table, "target", "photos"))
    ticks(tick, 1)
    expect("nothing was said yet", slack.said == [])

    step("the server at home falls over, and gets up again")
    home.stop()
    ticks(tick, 4)
    expect("one message: down", [*map(words, slack.said)] == ["down"])
    home.start()
    ticks(tick, 3)
    expect("one more: recovered", [*map(words, slack.said)] == ["down", "recovered"])
    revision = int(item(table, "target", "photos")["revision"]["N"])
    expect(f"the table has its state, written {revision} times", revision >= 8)


def words(text):
    found = re.search(r"\b(down|recovered|broken|in trouble|out of trouble)\b", text)
    return found[0] if found else text


def laptop(path, outputs, url):
    step("prober status and prober tick on a laptop, against the table")
    environment = {"PROBER_TABLE": outputs["Table"], "SLACK_WEBHOOK_URL": url}
    status = run(PROGRAM, "--config", path, "status", **environment)
    expect("status shows photos up", "photos" in status and "up since" in status)
    time.sleep(1.2)
    summary = run(PROGRAM, "--config", path, "tick", "--format", "json", **environment)
    expect("tick probes it", json.loads(summary)["probed"] == 1)


def alarm(slack, outputs):
    step("prober's own alarm, twice, as CloudWatch sends it")
    event = json.loads((EVENTS / "alarm_direct_action.json").read_text())
    slack.said.clear()
    for _ in range(2):
        expect("the inbox takes it", invoke(outputs["InboxFunction"], event) == {"told": True})
    expect("one message: in trouble", [*map(words, slack.said)] == ["in trouble"])


def elsewhere(home, internet, slack, url):
    """Configuration and secret in SSM, then the configuration in S3."""
    step("the configuration and the webhook's URL move to SSM")
    ssm, s3 = boto3.client("ssm"), boto3.client("s3")
    text = config(home, internet, "ssm:/prober/slack")
    ssm.put_parameter(Name="/prober/slack", Value=url, Type="SecureString")
    ssm.put_parameter(Name="/prober/config", Value=text, Type="String")
    outputs = deploy(
        SlackWebhookUrl="", ConfigParameter="/prober/config", SecretParameters="/prober/slack"
    )
    tick = outputs["TickFunction"]
    slack.said.clear()
    expect("the function looks there", variables_of(tick)["PROBER_CONFIG"] == "ssm:/prober/config")
    expect("a tick finds both", ticks(tick, 1)["probed"] == 1)

    step("it is broken in place, and the function starts from cold")
    broken = config(home, internet, "ssm:/prober/slack", extra="intervall = 1")
    ssm.put_parameter(Name="/prober/config", Value=broken, Type="String", Overwrite=True)
    for _ in range(2):
        restart(tick)
        expect("the last good one is in force", ticks(tick, 1)["probed"] == 1)
    expect("one message: broken", [*map(words, slack.said)] == ["broken"])

    step("the configuration moves to S3")
    s3.create_bucket(Bucket="home")
    s3.put_object(Bucket="home", Key="prober/probes-v2.toml", Body=text.encode())
    outputs = deploy(
        SlackWebhookUrl="", ConfigObject="home/prober/probes-v2.toml", ConfigParameter="", SecretParameters="/prober/slack"
    )
    expect("a tick finds it", ticks(outputs["TickFunction"], 2)["probed"] == 1)


def main():
    # The second shows prober that its own network works.
    home, internet, slack = Server(), Server(), Server()
    url = f"http://127.0.0.1:{slack.port}/services/T0/B0/hook"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "probes.toml"
        path.write_text(config(home, internet, "${SLACK_WEBHOOK_URL}"))
        step("sam build && sam deploy")
        run("sam", "build", PROBES=path, SLACK_WEBHOOK_URL=url)
        outputs = deploy(SlackWebhookUrl=url)
        expect(f"deployed, with the table {outputs['Table']}", True)
        outage(home, slack, outputs)
        laptop(path, outputs, url)
        alarm(slack, outputs)
        elsewhere(home, internet, slack, url)
    step("done")


if __name__ == "__main__":
    main()
