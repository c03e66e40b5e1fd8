//! template.yaml says what the program reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use prober::signal::logs;
use serde_json::json;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn template() -> String {
    fs::read_to_string(root().join("template.yaml")).unwrap()
}

/// The names that follow `Variables:` in the template.
fn variables(template: &str) -> BTreeSet<&str> {
    let (_, after) = template.split_once("Variables:\n").unwrap();
    // A value may go on below its name, further in.
    let block = after.lines().map_while(|line| line.strip_prefix("        "));
    let names = block.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_once(':'));
    names.map(|(name, _)| name).collect()
}

/// Each resource of this type, from its type to the next resource.
fn resources<'a>(template: &'a str, kind: &str) -> Vec<&'a str> {
    let (_, resources) = template.split_once("\nResources:\n").unwrap();
    let (resources, _) = resources.split_once("\nOutputs:\n").unwrap();
    let of_kind = format!("{kind}\n");
    resources.split("    Type: ").filter(|resource| resource.starts_with(&of_kind)).collect()
}

fn sources(folder: PathBuf) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: PathBuf| {
        if path.is_dir() { sources(path) } else { fs::read_to_string(path).unwrap() }
    };
    entries.map(text).collect()
}

#[test]
fn its_variables_are_those_that_prober_reads() {
    let (template, sources) = (template(), sources(root().join("src")));
    let sample = fs::read_to_string(root().join("probes.toml")).unwrap();
    let names = variables(&template);
    let expected = [
        "PROBER_ALARMS",
        "PROBER_CONFIG",
        "PROBER_SCREENED_LOG_GROUP",
        "PROBER_TABLE",
        "PROBER_VARIABLES",
        "SLACK_WEBHOOK_URL",
    ];
    assert_eq!(names, BTreeSet::from(expected));
    for name in names {
        let is_read = sources.contains(&format!("set(\"{name}\")"));
        assert!(is_read || sample.contains(&format!("${{{name}}}")), "nobody reads {name}");
    }
}

#[test]
fn its_table_has_the_keys_that_the_store_writes() {
    let template = template();
    let store = fs::read_to_string(root().join("src/store/dynamo/item.rs")).unwrap();
    for (constant, place) in [
        ("KIND", "AttributeName: {}, KeyType: HASH"),
        ("NAME", "AttributeName: {}, KeyType: RANGE"),
        ("EXPIRES", "TimeToLiveSpecification: { AttributeName: {},"),
    ] {
        let (_, value) = store.split_once(&format!("const {constant}: &str = \"")).unwrap();
        let name = value.split('"').next().unwrap();
        assert!(template.contains(&place.replacen("{}", name, 1)), "{constant}");
    }
}

/// The lines with a `*` that stands for anything: it is no alias, whose names
/// here begin with a capital, no pattern of a parameter and no comment.
fn wildcards(template: &str) -> Vec<&str> {
    let is_alias = |after: &str| after.starts_with(|next: char| next.is_ascii_uppercase());
    let stands_for_anything = |line: &&str| line.split('*').skip(1).any(|after| !is_alias(after));
    let lines = template.lines().map(str::trim);
    let said = lines.filter(|line| !line.starts_with('#') && !line.starts_with("AllowedPattern:"));
    said.filter(stands_for_anything).collect()
}

#[test]
fn nothing_is_allowed_on_everything() {
    // Everybody may use the URL. What else is for everybody is for its own account
    // alone, or forbidden; the rest are parts of one log group and one bucket.
    let allowed = [
        "Principal: \"*\"",
        "Action: sqs:*",
        "Resource: !Sub arn:${AWS::Partition}:s3:::${HeartbeatBucket}/*",
        "Resource: !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${VariablesPath}/*",
        "Principal: \"*\"",
        "Principal: \"*\"",
        "Principal: { AWS: \"*\" }",
        "Principal: \"*\"",
        "SourceArn: !Sub arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${LogGroup}:*",
        "- Event: s3:ObjectCreated:*",
        "Principal: \"*\"",
        "Action: s3:*",
        "Resource: [!GetAtt Heartbeats.Arn, !Sub \"${Heartbeats.Arn}/*\"]",
        "Principal: \"*\"",
    ];
    assert_eq!(wildcards(&template()), allowed);
    assert_eq!(wildcards("Action: dynamodb:*\nNames: *Names\n# all: *").len(), 1);
}

#[test]
fn no_two_policies_of_a_role_have_one_name() {
    let template = template();
    let names: Vec<&str> = template
        .lines()
        .filter_map(|line| line.trim_start().split_once("PolicyName: "))
        .map(|(_, name)| name)
        .collect();
    assert_eq!(names.len(), 5);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
}

#[test]
fn only_ticks_may_delete_items() {
    let template = template();
    let policies = resources(&template, "AWS::IAM::Policy");
    let deletes = |policy: &&&str| policy.contains("dynamodb:DeleteItem");
    let deleting: Vec<_> = policies.iter().filter(deletes).collect();
    assert_eq!(deleting.len(), template.matches("dynamodb:DeleteItem").count());
    assert!(deleting.iter().all(|policy| policy.contains("Roles: [!Ref TickRole]\n")));
    assert_eq!(deleting.len(), 1);
}

#[test]
fn the_inbox_knows_each_alarm_that_watches_prober_by_its_name() {
    let template = template();
    let (_, known) = template.split_once("PROBER_ALARMS: !Sub ").unwrap();
    let known: Vec<&str> = known.lines().next().unwrap().split(',').collect();
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    assert_eq!(alarms.len(), known.len());
    for (alarm, name) in alarms.iter().zip(known) {
        assert!(alarm.contains(&format!("AlarmName: !Sub {name}\n")), "{name} is not of {alarm}");
    }
}

/// What the ARNs of the stack's alarms begin with.
const ALARM: &str = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:\
    ${AWS::StackName}-";

#[test]
fn each_alarm_that_watches_prober_may_call_the_inbox_and_does() {
    let template = template();
    let (tells, permissions) =
        (["AlarmActions: ", "OKActions: "], resources(&template, "AWS::Lambda::Permission"));
    let alarms = template.split("\n\n").filter(|part| part.contains("AWS::CloudWatch::Alarm\n"));
    for alarm in alarms {
        let (_, name) = alarm.split_once("AlarmName: !Sub ${AWS::StackName}-").unwrap();
        let name = name.lines().next().unwrap();
        assert!(tells.iter().all(|action| alarm.contains(action)), "{alarm}");
        let arn = format!("SourceArn: &{name} !Sub {ALARM}{name}\n");
        assert!(permissions.iter().any(|permission| permission.contains(&arn)), "{name}");
        // It acts once, when it changes: by then it must be allowed to.
        let made_after = format!("    DependsOn: {name}MayTell\n");
        assert!(alarm.contains(&made_after), "{alarm}");
    }
}

#[test]
fn a_channel_that_refuses_raises_an_alarm_by_the_line_that_is_logged_of_it() {
    let template = template();
    let source = fs::read_to_string(root().join("src/notify.rs")).unwrap();
    let (before, _) = source.split_once("\"refused; ").expect("the line is called otherwise");
    assert!(before.ends_with("tracing::error!(%channel, why, advice, "));
    let (_, line) = source.split_at(before.len());
    let line = line.split('"').nth(1).unwrap();
    let [filter] = resources(&template, "AWS::Logs::MetricFilter")[..] else { panic!() };
    assert!(filter.contains(&format!("FilterPattern: '{{ $.message = \"{line}\" }}'\n")));
    for named in ["Namespace: !Sub prober/${AWS::StackName}\n", "MetricName: Refusals\n"] {
        let alarms = resources(&template, "AWS::CloudWatch::Alarm");
        assert!(filter.contains(named) && alarms.iter().any(|alarm| alarm.contains(named)));
    }
}

#[test]
fn what_the_inbox_could_not_handle_raises_an_alarm() {
    let template = template();
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    let queues = resources(&template, "AWS::SQS::Queue");
    assert_eq!(queues.len(), 1);
    let watches = |alarm: &&&str| alarm.contains("Value: !GetAtt InboxFailures.QueueName }");
    let alarm = alarms.iter().find(watches).expect("nobody is told that something lies there");
    for line in [
        "MetricName: ApproximateNumberOfMessagesVisible\n",
        "Threshold: 0\n",
        "ComparisonOperator: GreaterThanThreshold\n",
        "TreatMissingData: ignore\n",
    ] {
        assert!(alarm.contains(line), "{line} is not in {alarm}");
    }
}

#[test]
fn both_alarms_of_ticks_watch_for_as_long_as_the_schedule_asks_for() {
    let template = template();
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    let of_ticks = |alarm: &&&str| alarm.contains("Value: !Ref TickFunction }");
    assert_eq!(alarms.iter().filter(of_ticks).count(), 2);
    for alarm in alarms.iter().filter(of_ticks) {
        assert!(alarm.contains("Period: !Ref SilentSeconds\n"), "{alarm}");
        assert!(alarm.contains("EvaluationPeriods: 1\n"), "{alarm}");
    }
}

#[test]
fn callers_are_named_unless_they_come_through_the_url() {
    let template = template();
    let permissions = resources(&template, "AWS::Lambda::Permission");
    assert_eq!(permissions.len(), 9);
    let (named, through_url): (Vec<&str>, Vec<&str>) =
        permissions.into_iter().partition(|permission| permission.contains("SourceArn: "));
    assert_eq!((named.len(), through_url.len()), (7, 2));
    for permission in through_url {
        let is_scoped = permission.contains("FunctionUrlAuthType: NONE\n")
            || permission.contains("InvokedViaFunctionUrl: true\n");
        assert!(is_scoped && permission.contains("Condition: HasInboxUrl\n"), "{permission}");
    }
}

#[test]
fn each_way_into_the_inbox_exists_only_if_asked_for() {
    let template = template();
    for (kind, condition) in [
        ("AWS::Lambda::Url", "HasInboxUrl"),
        ("AWS::Logs::SubscriptionFilter", "HasLogGroup"),
        ("AWS::S3::Bucket", "HasHeartbeatBucket"),
    ] {
        let resources = resources(&template, kind);
        assert_eq!(resources.len(), 1, "{kind}");
        assert!(resources[0].contains(&format!("Condition: {condition}\n")), "{kind}");
    }
    for parameter in ["InboxUrl", "AlarmTopic", "LogGroup", "HeartbeatBucket"] {
        let (_, declared) = template.split_once(&format!("\n  {parameter}:\n")).unwrap();
        let default = declared.lines().find(|line| line.contains("Default: ")).unwrap();
        assert!(["\"false\"", "\"\""].iter().any(|off| default.ends_with(off)), "{default}");
    }
}

/// What is declared of the parameter called `name`.
fn parameter<'a>(template: &'a str, name: &str) -> &'a str {
    let (_, declared) = template.split_once(&format!("\n  {name}:\n")).unwrap();
    let is_other = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let length = declared.split_inclusive('\n').take_while(|line| !is_other(line)).map(str::len);
    &declared[..length.sum()]
}

/// The text that is folded below the line that ends with `>-` behind `before`.
fn folded(text: &str, before: &str) -> String {
    let (_, after) = text.split_once(&format!("{before}>-\n")).unwrap();
    let indent = after.len() - after.trim_start().len();
    let is_part = |line: &&str| line.len() - line.trim_start().len() >= indent;
    after.lines().take_while(is_part).map(str::trim).collect::<Vec<_>>().join(" ")
}

fn log_pattern() -> String {
    folded(parameter(&template(), "LogPattern"), "Default: ")
}

/// Whether `pattern` lets `line` through, by AWS's rule for terms with a
/// question mark: any of them, as it is written.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html>
fn lets_through(pattern: &str, line: &str) -> bool {
    let terms = pattern.split('?').skip(1).map(str::trim_end);
    terms.map(|term| term.trim_matches('"')).any(|term| line.contains(term))
}

/// Whether an error is told of `line`: the pattern lets it through, and prober
/// takes it for one.
fn is_told(line: &str) -> bool {
    let document = json!({
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "/home/nas",
        "logStream": "nas", "subscriptionFilters": ["prober"],
        "logEvents": [{ "id": "1", "timestamp": 1_783_227_600_000_i64, "message": line }],
    });
    let errors = logs::decode_document(&document.to_string()).unwrap();
    lets_through(&log_pattern(), line) && errors.is_some_and(|errors| errors.screened().is_some())
}

#[test]
fn what_is_said_of_an_error_in_a_log_is_told() {
    for line in include_str!("../logs/errors.txt").lines() {
        assert!(lets_through(&log_pattern(), line), "the pattern keeps back: {line}");
        assert!(is_told(line), "prober takes it for none: {line}");
    }
}

#[test]
fn what_is_no_error_in_a_log_is_not_told() {
    for line in include_str!("../logs/harmless.txt").lines() {
        assert!(!is_told(line), "{line}");
    }
}

#[test]
fn the_pattern_is_one_that_aws_and_sam_take() {
    let pattern = log_pattern();
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
    assert!(pattern.len() <= 1024, "{}", pattern.len());
    // What `sam deploy --guided` saves is cut at an escaped quotation mark.
    assert!(!pattern.contains('\\'));
    for term in pattern.split(" ?") {
        let term = term.trim_start_matches('?');
        let is_word = term.chars().all(|letter| letter.is_ascii_alphanumeric());
        let is_quoted = term.len() > 2 && term.starts_with('"') && term.ends_with('"');
        assert!(is_word || (is_quoted && term.matches('"').count() == 2), "{term}");
    }
}

#[test]
fn prober_screens_a_log_as_long_as_the_pattern_is_the_template_s() {
    let template = template();
    assert_eq!(folded(&template, "- !Ref LogPattern\n      - "), log_pattern());
    assert!(template.contains("PROBER_SCREENED_LOG_GROUP: !If [ScreensLogs, !Ref LogGroup, \"\"]"));
}

#[test]
fn prober_s_own_logs_are_refused_by_the_names_that_cloudformation_gives_them() {
    let template = template();
    assert!(parameter(&template, "LogGroup").contains("AllowedPattern: ^(?!.*-(Tick|Inbox)Log-)"));
    let logs = resources(&template, "AWS::Logs::LogGroup");
    assert_eq!(logs.len(), template.matches("Log:\n    Type: AWS::Logs::LogGroup\n").count());
    for name in ["TickLog", "InboxLog"] {
        assert!(template.contains(&format!("\n  {name}:\n    Type: AWS::Logs::LogGroup\n")));
    }
    // A name of its own would be none that the pattern knows.
    assert!(logs.iter().all(|log| !log.contains("LogGroupName")));
}

#[test]
fn the_first_question_is_whom_to_tell_of_trouble() {
    let template = template();
    let (_, parameters) = template.split_once("\nParameters:\n").unwrap();
    assert!(parameters.starts_with("  AlarmEmail:\n"));
}

#[test]
fn the_silence_that_every_first_deployment_begins_with_is_known_by_its_alarm_s_name() {
    let source = fs::read_to_string(root().join("src/signal/tick_silence.rs")).unwrap();
    let (_, name) = source.split_once("const SILENCE: &str = \"").unwrap();
    let (name, _) = name.split_once('"').unwrap();
    let template = template();
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    let named = format!("AlarmName: !Sub ${{AWS::StackName}}{name}\n");
    let silence = alarms.iter().find(|alarm| alarm.contains(&named)).unwrap();
    assert!(silence.contains("TreatMissingData: breaching\n"), "{silence}");
    // Of the others none rises before it has counted something.
    assert_eq!(template.matches("TreatMissingData: breaching\n").count(), 1);
}

#[test]
fn what_survives_the_stack_does_not_survive_a_failed_creation() {
    let template = template();
    assert_eq!(template.matches("DeletionPolicy: RetainExceptOnCreate\n").count(), 2);
    assert!(!template.contains("    DeletionPolicy: Retain\n"));
}

#[test]
fn the_handbook_counts_the_questions_that_a_first_deployment_asks() {
    let template = template();
    let (_, parameters) = template.split_once("\nParameters:\n").unwrap();
    let (parameters, _) = parameters.split_once("\nConditions:\n").unwrap();
    let is_name = |line: &&str| line.starts_with("  ") && line.as_bytes()[2].is_ascii_uppercase();
    let count = parameters.lines().filter(is_name).count();
    let handbook = fs::read_to_string(root().join("docs/deploy.md")).unwrap();
    // Beside the parameters `sam deploy --guided` asks for the stack's name and
    // region, three things about deploying and three about saving the answers.
    let said = format!("asks {} questions: two about the stack, the {count} parameters", count + 8);
    assert!(handbook.contains(&said), "{said}");
}

#[test]
fn services_of_this_account_may_publish_on_the_topic_and_nobody_else() {
    let template = template();
    let [policy, _] = resources(&template, "AWS::SNS::TopicPolicy")[..] else { panic!() };
    let statements: Vec<&str> = policy.split("- Effect: ").skip(1).collect();
    let [own, services, bridge, insecure] = statements[..] else { panic!("{statements:#?}") };
    assert!(own.contains("Condition: { StringEquals: { aws:SourceOwner: !Ref AWS::AccountId } }"));
    assert!(services.contains("StringEquals: { aws:SourceAccount: !Ref AWS::AccountId }"));
    for service in ["budgets", "cloudwatch", "costalerts", "events.rds", "s3"] {
        assert!(services.contains(&format!("- {service}.amazonaws.com\n")), "{service}");
    }
    assert!(bridge.contains("Principal: { Service: events.amazonaws.com }\n"));
    assert!(insecure.starts_with("Deny\n") && insecure.contains("aws:SecureTransport: \"false\""));
}

#[test]
fn heartbeats_come_over_tls_or_not_at_all() {
    let template = template();
    let [policy] = resources(&template, "AWS::S3::BucketPolicy")[..] else { panic!() };
    for line in [
        "Condition: HasHeartbeatBucket\n",
        "- Effect: Deny\n",
        "Action: s3:*\n",
        "Condition: { Bool: { aws:SecureTransport: \"false\" } }\n",
    ] {
        assert!(policy.contains(line), "{line} is not in {policy}");
    }
    assert_eq!(policy.matches("Effect: ").count(), 1);
}

#[test]
fn what_a_flood_costs_can_be_bounded() {
    let template = template();
    for bound in [
        "ReservedConcurrentExecutions: !If\n        - HasReservedConcurrency\n        - !Ref ReservedConcurrency\n",
        "{ ReadCapacityUnits: !Ref ReadCapacity, WriteCapacityUnits: !Ref WriteCapacity }\n",
        "{ MaxReadRequestUnits: !Ref OnDemandMaximum, MaxWriteRequestUnits: !Ref OnDemandMaximum }\n",
    ] {
        assert_eq!(template.matches(bound).count(), 1, "{bound}");
    }
}

#[test]
fn a_build_knows_the_variables_that_the_functions_have_and_no_other() {
    let script = fs::read_to_string(root().join("scripts/package")).unwrap();
    let validation =
        "env -i \"${environment[@]}\" \"$program\" --config \"$1/probes.toml\" validate";
    assert!(script.contains(validation));
    // It reads them off the template, where they stand as far in as this.
    assert!(template().contains("\n      Variables:\n        PROBER_TABLE: "));
}

/// What stands of the resource called `name`, to the next one.
fn resource<'a>(template: &'a str, name: &str) -> &'a str {
    let (_, from) = template.split_once(&format!("\n  {name}:\n    Type: ")).unwrap();
    from.split("\n    Type: ").next().unwrap()
}

#[test]
fn a_function_is_made_after_all_that_it_may_do_and_goes_before_it() {
    let template = template();
    // A schedule ticks as soon as it is made: without these, its first tick and its
    // last would tell everybody that the table refuses prober.
    for (function, role) in [("TickFunction", "!Ref TickRole"), ("InboxFunction", "!Ref InboxRole")]
    {
        let (_, after) = resource(&template, function).split_once("DependsOn: ").unwrap();
        let after = after.lines().next().unwrap().trim_matches(['[', ']']);
        let after: BTreeSet<&str> = after.split(", ").collect();
        let names = template.lines().zip(template.lines().skip(1));
        let policies = names.filter(|(_, kind)| *kind == "    Type: AWS::IAM::Policy");
        let policies = policies.map(|(name, _)| name.trim().trim_end_matches(':'));
        // One that is not always there cannot be waited for.
        assert_eq!(template.matches("    Type: AWS::IAM::Policy\n    Condition: ").count(), 0);
        let of_role = |name: &&str| {
            let (_, roles) = resource(&template, name).split_once("Roles: [").unwrap();
            roles.split(']').next().unwrap().contains(role)
        };
        assert_eq!(after, policies.filter(of_role).collect::<BTreeSet<_>>(), "{function}");
    }
}

#[test]
fn only_the_schedules_of_this_account_may_tick() {
    let template = template();
    assert!(resource(&template, "TickFunction").contains("RoleArn: !GetAtt ScheduleRole.Arn\n"));
    let role = resource(&template, "ScheduleRole");
    for line in [
        "Principal: { Service: scheduler.amazonaws.com }\n",
        "aws:SourceAccount: !Ref AWS::AccountId\n",
        ":schedule-group/default\n",
        "Action: lambda:InvokeFunction\n",
        "Resource: !GetAtt TickFunction.Arn\n",
    ] {
        assert_eq!(role.matches(line).count(), 1, "{line} in {role}");
    }
}

#[test]
fn a_bucket_that_somebody_else_has_made_by_now_is_not_read() {
    let template = template();
    let statements: Vec<&str> = template.split("- Effect: Allow\n").skip(1).collect();
    let of_s3 = statements.iter().filter(|statement| {
        let action = statement.lines().next().unwrap();
        action.contains("Action: s3:") || action.contains("Action: [s3:")
    });
    assert_eq!(of_s3.clone().count(), 3);
    for statement in of_s3 {
        let (own, _) = statement.split_once("!Ref AWS::NoValue").unwrap();
        assert!(own.contains("Condition: *OfThisAccount\n") || own.contains("Condition: &OfThis"));
    }
    let own = "&OfThisAccount { StringEquals: { aws:ResourceAccount: !Ref AWS::AccountId } }";
    assert!(template.contains(own));
}

#[test]
fn nobody_but_the_stack_s_alarms_tells_by_mail() {
    let template = template();
    let policy = resource(&template, "PublishTrouble");
    let [allowed, insecure] = policy.split("- Effect: ").skip(1).collect::<Vec<_>>()[..] else {
        panic!("{policy}")
    };
    assert!(allowed.contains("Principal: { Service: cloudwatch.amazonaws.com }\n"));
    assert!(allowed.contains("StringEquals: { aws:SourceAccount: !Ref AWS::AccountId }\n"));
    let alarms = resources(&template, "AWS::CloudWatch::Alarm");
    let (_, arns) = allowed.split_once("ArnEquals: { aws:SourceArn: [").unwrap();
    assert_eq!(arns.split(']').next().unwrap().split(", ").count(), alarms.len());
    assert!(insecure.starts_with("Deny\n") && insecure.contains("aws:SecureTransport: \"false\""));
}

#[test]
fn the_silence_that_every_first_deployment_begins_with_is_not_told_by_mail() {
    let template = template();
    // Without a subscription within the topic, which would be made before the alarm.
    assert!(!resource(&template, "Trouble").contains("Subscription"));
    let mail = resource(&template, "TroubleByMail");
    assert!(mail.contains("DependsOn: TickSilence\n") && mail.contains("Protocol: email\n"));
}

#[test]
fn the_queue_of_what_was_lost_is_encrypted_and_asks_for_tls() {
    let template = template();
    assert!(resource(&template, "InboxFailures").contains("SqsManagedSseEnabled: true\n"));
    let policy = resource(&template, "InboxFailuresByTlsAlone");
    assert!(policy.contains("Queues: [!Ref InboxFailures]\n"));
    assert!(policy.contains("- Effect: Deny\n") && policy.matches("Effect: ").count() == 1);
    assert!(policy.contains("Condition: { Bool: { aws:SecureTransport: \"false\" } }\n"));
}

#[test]
fn every_log_ends_and_nothing_is_traced_that_nobody_asked_for() {
    let template = template();
    let logs = resources(&template, "AWS::Logs::LogGroup");
    let end = "RetentionInDays: !Ref LogRetentionDays";
    assert!(logs.len() == 2 && logs.iter().all(|log| log.contains(end)));
    assert_eq!(template.matches("        LogGroup: !Ref ").count(), 2, "no log that Lambda makes");
    assert!(!template.contains("Tracing") && !template.contains("logs:CreateLogGroup"));
}

#[test]
fn each_parameter_is_in_a_group_and_says_what_it_is_for() {
    let template = template();
    let (metadata, after) = template.split_once("\nParameters:\n").unwrap();
    let (parameters, _) = after.split_once("\nConditions:\n").unwrap();
    let is_name = |line: &&str| line.starts_with("  ") && line.as_bytes()[2].is_ascii_uppercase();
    for name in parameters.lines().filter(is_name).map(|line| line.trim().trim_end_matches(':')) {
        let text = parameter(&template, name);
        assert!(text.contains("    Description: "), "{name}");
        let is_grouped = |after| {
            metadata.contains(&format!("[{name}{after}"))
                || metadata.contains(&format!(" {name}{after}"))
        };
        assert!(is_grouped(",") || is_grouped("]"), "{name} is in no group");
        // A pattern that is not met says in words what would be.
        if text.contains("AllowedPattern: ") && name != "LogPattern" {
            assert!(text.contains("    ConstraintDescription: "), "{name}");
        }
    }
}
