"""An outage on a stand-in for AWS, from `sam build` to the two messages.

A server at home and a webhook run here; everything else is what a home owner
has: template.yaml deployed by sam, its schedule, its functions running the
real program, and `prober` on a laptop. inbox.py follows it with what calls the
inbox. Started by scripts/test-stack.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import boto3
import inbox
from stage import (
    PROGRAM, ROOT, Server, deploy, deploy_guided, event, expect, invoke, item, outputs_of_stack, own_alarm,
    parameters_of_stack,
    refused, restart, run, step, variables_of, wait, words,
)  # fmt: skip

# What template.yaml's schedule sends through a stand-in, which puts no time in.
TICK = {"scheduled_at": "<aws.scheduler.scheduled-time>"}


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
        summary = invoke(function, TICK)
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
    slack.said.clear()
    for _ in range(2):
        answer = invoke(outputs["InboxFunction"], own_alarm(outputs["InboxFunction"]))
        expect("the inbox takes it", answer["told"] == 1)
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
    expect("one message: a mistake", [*map(words, slack.said)] == ["has a mistake"])

    step("the configuration moves to S3")
    s3.create_bucket(Bucket="home")
    s3.put_object(Bucket="home", Key="prober/probes-v2.toml", Body=text.encode())
    outputs = deploy(
        SlackWebhookUrl="", ConfigObject="home/prober/probes-v2.toml", ConfigParameter="", SecretParameters="/prober/slack"
    )
    expect("a tick finds it", ticks(outputs["TickFunction"], 2)["probed"] == 1)


def taken_over(path, url, table):
    """What SAM made becomes what `prober deploy` changes, and the other way round."""
    step("prober deploy takes over what SAM made")
    said = run(PROGRAM, "--config", path, "deploy", SLACK_WEBHOOK_URL=url)
    outputs = outputs_of_stack()
    expect("it changes the stack, and sends a message", "to change" in said and "slack: delivered" in said)
    expect("the table is the same", outputs["Table"] == table)
    # The schedule may have ticked a moment ago.
    time.sleep(1.2)
    expect("a tick finds its configuration", ticks(outputs["TickFunction"], 1)["probed"] == 1)
    step("and SAM takes it back")
    outputs = deploy(SlackWebhookUrl=url, ConfigObject="")
    expect("the table is the same", outputs["Table"] == table)
    # The schedule may have ticked a moment ago.
    time.sleep(1.2)
    expect("a tick finds its configuration", ticks(outputs["TickFunction"], 1)["probed"] == 1)


def green_and_dead(folder):
    """A secret that only the builder has is found before the deployment."""
    path = Path(folder) / "dead.toml"
    path.write_text('[[heartbeat]]\nname = "backup"\ninterval = "1d"\nkey = "${BACKUP_KEY}"\n')
    said = refused("sam", "build", PROBES=path, BACKUP_KEY="a-key-of-the-builder-alone")
    expect("a variable that the functions lack ends the build", "`BACKUP_KEY` is not set" in said)
    expect("and where to keep it is said", "ssm:/prober/backup-key" in said)
    path.write_text(
        '[notify.phone]\ntype = "ntfy"\nurl = "https://ntfy.sh/${TOPIC}"\n'
        '[[target]]\nname = "photos"\nurl = "tcp://127.0.0.1:1"\n'
    )
    said = refused("sam", "build", PROBES=path, TOPIC="a-topic-of-the-builder-alone")
    expect("so does a channel that would be dead", "`TOPIC` is not set" in said)


def first_deployment(url):
    """As docs/deploy.md leads through it; what it saves must deploy the same again."""
    expect("it asks 30 questions", deploy_guided(SlackWebhookUrl=url) == 30)
    asked = parameters_of_stack()
    run("sam", "deploy", "--no-confirm-changeset", "--no-fail-on-empty-changeset")
    again = parameters_of_stack()
    expect("the answers that it saved are those that it was given", again == asked)
    expect("the pattern for logs is whole", asked["LogPattern"].endswith('?": 60}"'))
    return outputs_of_stack()


def main():
    # The second shows prober that its own network works.
    home, internet, slack = Server(), Server(), Server()
    url = f"http://127.0.0.1:{slack.port}/services/T0/B0/hook"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "probes.toml"
        path.write_text(config(home, internet, "${SLACK_WEBHOOK_URL}"))
        step("sam build && sam deploy")
        green_and_dead(folder)
        run("sam", "build", PROBES=path)
        outputs = first_deployment(url)
        expect(f"deployed, with the table {outputs['Table']}", True)
        outage(home, slack, outputs)
        laptop(path, outputs, url)
        alarm(slack, outputs)
        elsewhere(home, internet, slack, url)
        inbox.play(slack, config(home, internet, "ssm:/prober/slack"))
        taken_over(path, url, outputs["Table"])
    step("scripts/measure-lambda measures what was built")
    table = run(sys.executable, ROOT / "scripts/measure-lambda", PROGRAM)
    expect("a tick of 100 targets too", "| 100 | " in table)
    step("done")


if __name__ == "__main__":
    main()
