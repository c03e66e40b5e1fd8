"""What every act on the stand-in for AWS needs: servers of our own, the commands
of docs/deploy.md, and words for what is seen.
"""

import json
import os
import pty
import re
import select
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[2]
STACK = "prober"
GUIDED_SECONDS = 300
PROGRAM = ROOT / ".aws-sam/build/TickFunction/bootstrap"
EVENTS = ROOT / "tests/events"

os.environ.update(
    AWS_ENDPOINT_URL=os.environ["MINISTACK_ENDPOINT"],
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_REGION="us-east-1",
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
        "--parameter-overrides", f"Architecture={remembered_architecture()}", *values)  # fmt: skip
    return outputs_of_stack()


def deploy_guided(**parameters):
    """`sam deploy --guided` as a person answers it, with Enter to all but `parameters`;
    returns how many questions it asked."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execvp("sam", ["sam", "deploy", "--guided"])
    said, asked, until = "", 0, time.monotonic() + GUIDED_SECONDS
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            said += os.read(terminal, 65536).decode(errors="replace")
        except OSError:  # It is done.
            break
        question = re.search(r"\t.*?(?:Parameter (\w+))?\x1b\[0m(?: \[.*\])?: ?$", said.rsplit("\n", 1)[-1])
        if question:
            asked += 1
            time.sleep(0.3)  # Typed before the terminal hides it, an answer would be lost.
            os.write(terminal, (parameters.get(question[1], "") + "\n").encode())
            said += "\n"
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        sys.exit(f"FAILED: sam deploy --guided\n{said}")
    return asked


def outputs_of_stack():
    stack = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def parameters_of_stack():
    stack = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}


def remembered_architecture():
    """What `sam build` has noted for `sam deploy`."""
    noted = re.search(r'^parameter_overrides = ".*Architecture=\\"(\w+)\\"', (ROOT / "samconfig.toml").read_text(), re.M)
    if not noted:
        sys.exit("FAILED: sam build did not note in samconfig.toml what it built for")
    return noted[1]


def refused(*command, **environment):
    """What is said by a command that must fail."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, text=True, capture_output=True
    )
    if done.returncode == 0:
        sys.exit(f"FAILED: {' '.join(map(str, command))} succeeded\n{done.stdout}{done.stderr}")
    return done.stderr


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


def event(name):
    """The event in tests/events/NAME.json."""
    return json.loads((EVENTS / f"{name}.json").read_text())


def own_alarm(function):
    """prober's own alarm, of the account and the region of the function."""
    arn = boto3.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    region, account = arn.split(":")[3:5]
    text = json.dumps(event("alarm_action_of_prober_itself"))
    return json.loads(text.replace("eu-central-1", region).replace("123456789012", account))


def words(text):
    """What a message says, by its word or else by its sign."""
    found = re.search(r"\b(down|recovered|has a mistake|out of trouble|in trouble)\b", text)
    return found[0] if found else {"🔴": "down", "🟢": "recovered"}.get(text[:1], text)
