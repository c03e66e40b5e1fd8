"""What calls the inbox, through the parts of template.yaml that let it in: the
topic, the URL, the bucket and the log subscription.
"""

import json
import os
import time
import urllib.error
import urllib.request

import boto3
from stage import deploy, event, expect, invoke, step, wait, words

LOG_GROUP = "/home/nas"
BUCKET = "home-heartbeats"
CONFIG = """
[[heartbeat]]
name = "thermometer"
key = "k3y-of-the-thermometer"
interval = "1d"
expect = { json = ["$.temperature <= 40"] }

[[heartbeat]]
name = "nightly-backup"
key = "k3y-of-the-backup"
interval = "1d"
expect = { json = ["$.files > 0"] }

[[reports]]
service = "map-web"
origins = ["https://map.example.com"]
"""


def play(slack, config):
    """`config` has a channel at `slack`, and the stack stands."""
    step("the inbox is opened: a URL, a topic, a log group, a bucket")
    boto3.client("s3").put_object(Bucket="home", Key="prober/inbox.toml", Body=(config + CONFIG).encode())
    boto3.client("logs").create_log_group(logGroupName=LOG_GROUP)
    outputs = deploy(
        SlackWebhookUrl="", SecretParameters="/prober/slack", ConfigParameter="",
        ConfigObject="home/prober/inbox.toml", InboxUrl="true", AlarmTopic="true",
        # Of patterns the stand-in knows plain words alone.
        LogGroup=LOG_GROUP, LogPattern="ERROR", HeartbeatBucket=BUCKET,
    )  # fmt: skip
    for act in (requests, alarms, objects, logs, failures):
        slack.said.clear()
        act(slack, outputs)


def said(slack):
    return [*map(words, slack.said)]


def call(outputs, path, body):
    """What is answered to `body` at the URL, which the stand-in serves below a path."""
    own = outputs["InboxUrl"].split("//")[1].split(".")[0]
    url = f"{os.environ['AWS_ENDPOINT_URL']}/_aws/lambda-url/{own}{path}"
    headers = {"content-type": "application/json", "origin": "https://map.example.com"}
    request = urllib.request.Request(url, body.encode() or None, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def requests(slack, outputs):
    step("pings and a report come to the URL")
    ping = "/ping/k3y-of-the-thermometer"
    expect("it is healthy", call(outputs, "/healthz", "")[:2] == (200, "OK"))
    expect("a hot ping is answered", call(outputs, ping, '{"temperature": 45}')[0] == 200)
    expect("and told by then: down", said(slack) == ["down"])
    expect("a cool one too", call(outputs, ping, '{"temperature": 23}')[0] == 200)
    expect("and told by then: recovered", said(slack) == ["down", "recovered"])
    expect("another key is nobody's", call(outputs, "/ping/k3y-of-a-stranger", "")[0] == 404)
    slack.said.clear()
    report = json.dumps({"serviceName": "map-web", "types": [], "description": "TypeError: no map"})
    status, body, headers = call(outputs, "/report", report)
    expect("a report is stored", (status, body) == (200, '{"stored":true}'))
    allowed = headers["access-control-allow-origin"] == "https://map.example.com"
    expect("its page may read that", allowed)
    expect("one message: down", said(slack) == ["down"])


def alarms(slack, outputs):
    step("an alarm is published on the topic, each of its changes twice")
    message = json.loads(event("sns_alarm")["Records"][0]["Sns"]["Message"])
    topic = boto3.client("sns")
    so_far = invocations(outputs)
    for state, at in (("ALARM", "05:03"), ("OK", "05:13")):
        message |= {"NewStateValue": state, "StateChangeTime": f"2026-07-05T{at}:27.123+0000"}
        for _ in range(2):
            topic.publish(TopicArn=outputs["AlarmTopic"], Message=json.dumps(message))
        so_far += 2
        wait(f"{state} is heard twice", 60, lambda: invocations(outputs) >= so_far)
    expect("two messages: down, recovered", said(slack) == ["down", "recovered"])

    step("CloudWatch's own alarm acts on the topic")
    slack.said.clear()
    watch = boto3.client("cloudwatch")
    watch.put_metric_alarm(
        AlarmName="nas-disk-full", AlarmActions=[outputs["AlarmTopic"]], OKActions=[outputs["AlarmTopic"]],
        Namespace="home", MetricName="disk", Statistic="Maximum", Period=60, EvaluationPeriods=1,
        Threshold=90, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    for state, told in (("ALARM", ["down"]), ("OK", ["down", "recovered"])):
        watch.set_alarm_state(AlarmName="nas-disk-full", StateValue=state, StateReason="91 % full")
        wait(f"{state} is told: {told[-1]}", 60, lambda: said(slack) == told)
        another_second()
    expect("it is told by its name", all("nas-disk-full" in text for text in slack.said))


def another_second():
    """Two changes in one second are one instant to the stand-in, and not two."""
    time.sleep(1.1)


def objects(slack, outputs):
    step("objects are written to the bucket")
    for body, told in (('{"files": 0}', ["down"]), ('{"files": 7}', ["down", "recovered"])):
        boto3.client("s3").put_object(
            Bucket=outputs["HeartbeatBucket"], Key="nightly-backup/of today.json", Body=body.encode()
        )
        wait(f"{body} is told: {told[-1]}", 60, lambda: said(slack) == told)
        another_second()


def logs(slack, outputs):
    step("a line with ERROR is logged in the group, and one without")
    client = boto3.client("logs")
    client.create_log_stream(logGroupName=LOG_GROUP, logStreamName="sync")
    now = int(time.time() * 1000)
    lines = ["INFO all is well", "ERROR sync failed: disk is full"]
    events = [{"timestamp": now + n, "message": line} for n, line in enumerate(lines)]
    client.put_log_events(logGroupName=LOG_GROUP, logStreamName="sync", logEvents=events)
    wait("one message: down", 60, lambda: said(slack) == ["down"])
    expect("of that group", LOG_GROUP.removeprefix("/aws/lambda/") in slack.said[0])
    for name, count in (("logs_documented_example", 1), ("logs_control_message", 0)):
        answer = invoke(outputs["InboxFunction"], event(name))
        expect(f"of {name} it takes {count}", answer["taken"] == count)


def failures(_slack, outputs):
    step("a damaged event is tried again, twice, and set aside")
    damaged = event("refused_logs_not_gzip")
    boto3.client("lambda").invoke(
        FunctionName=outputs["InboxFunction"], InvocationType="Event", Payload=json.dumps(damaged)
    )
    aside = []

    def is_set_aside():
        queue = boto3.client("sqs").receive_message(QueueUrl=outputs["InboxFailures"])
        aside.extend(json.loads(message["Body"]) for message in queue.get("Messages", []))
        return aside

    wait("it is in the queue of failures", 60, is_set_aside)
    expect("whole", aside[0]["requestPayload"] == damaged)


def invocations(outputs):
    """How often the inbox was invoked, and is done: each ends with a report."""
    found = boto3.client("logs").filter_log_events(logGroupName=outputs["InboxLog"])["events"]
    return sum(each["message"].startswith("REPORT ") for each in found)
