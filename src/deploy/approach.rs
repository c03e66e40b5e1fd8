//! What to do about a stack in the state in which it is found: an earlier deployment may
//! have been interrupted, may have failed, or may still be going on.

/// What is to be done first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approach {
    /// There is no stack, or only the name of one: make it.
    Make,
    /// There is one: change it.
    Change,
    /// It could not be made, and nothing works that is left of it: delete that, and look again.
    ClearAway,
    /// A change could not be taken back: go on with taking it back, and look again.
    TakeBack,
    /// Somebody is at work: wait, and look again.
    Wait,
    /// Only a person can help.
    Stuck(&'static str),
}

/// What to do about a stack of the status `status`; `None`: there is no stack
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>).
#[must_use]
pub fn approach(status: Option<&str>) -> Approach {
    match status {
        None | Some(ONLY_PLANNED | "DELETE_COMPLETE") => Approach::Make,
        Some(
            "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE",
        ) => Approach::Change,
        Some("CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED") => {
            Approach::ClearAway
        }
        Some("UPDATE_ROLLBACK_FAILED") => Approach::TakeBack,
        Some("UPDATE_FAILED") => Approach::Stuck(
            "somebody changed it without letting AWS take back what fails: choose Roll back in \
             the console of CloudFormation, and run this again",
        ),
        Some(status) if is_at_work(status) => Approach::Wait,
        Some(_) => Approach::Stuck("see what the console of CloudFormation says of it"),
    }
}

/// The status of a stack for which a change set was made, and never carried out: nothing of
/// it is there.
const ONLY_PLANNED: &str = "REVIEW_IN_PROGRESS";

/// Whether something is still being done to a stack of this status.
#[must_use]
pub fn is_at_work(status: &str) -> bool {
    status.ends_with("_IN_PROGRESS") && exists(status)
}

/// Whether anything of a stack of this status is there.
#[must_use]
pub fn exists(status: &str) -> bool {
    status != ONLY_PLANNED
}

/// What a stack's status means, for somebody who does not know AWS's word.
#[must_use]
pub fn meaning(status: &str) -> &'static str {
    match status {
        "ROLLBACK_COMPLETE" => "it could not be made, and all that was made is deleted again",
        "UPDATE_ROLLBACK_COMPLETE" => "it could not be changed, and is as it was before",
        "ROLLBACK_FAILED" | "UPDATE_ROLLBACK_FAILED" => {
            "it failed, and so did taking back what was done"
        }
        "DELETE_FAILED" => "it could not be deleted",
        _ => "it did not come to its end",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_way() {
        for (status, expected) in [
            (None, Approach::Make),
            (Some("REVIEW_IN_PROGRESS"), Approach::Make),
            (Some("CREATE_COMPLETE"), Approach::Change),
            (Some("UPDATE_ROLLBACK_COMPLETE"), Approach::Change),
            (Some("ROLLBACK_COMPLETE"), Approach::ClearAway),
            (Some("DELETE_FAILED"), Approach::ClearAway),
            (Some("UPDATE_ROLLBACK_FAILED"), Approach::TakeBack),
            (Some("CREATE_IN_PROGRESS"), Approach::Wait),
            (Some("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"), Approach::Wait),
            (Some("DELETE_IN_PROGRESS"), Approach::Wait),
        ] {
            assert_eq!(approach(status), expected, "{status:?}");
        }
        assert!(matches!(approach(Some("UPDATE_FAILED")), Approach::Stuck(_)));
        assert!(matches!(approach(Some("SOMETHING_NEW")), Approach::Stuck(_)));
    }
}
