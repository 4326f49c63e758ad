//! What becomes of a turn whose worker is gone.

/// How far a turn has come. A settled one is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A worker has it; the agent has not been asked.
    Claimed,
    /// The request has left, or was about to: nobody knows whether the agent has answered.
    Sent,
    /// The answer is kept, and its parts are being sent.
    Answered,
}

/// What the next worker does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// It asks the agent.
    Ask,
    /// It tells the user that there is no answer.
    Fallback,
    /// It hands out the parts that are not settled.
    HandOut,
}

/// What the next worker does with a turn that has come this far.
pub fn recover(stage: Stage, retry_ambiguous: bool) -> Recovery {
    match stage {
        Stage::Claimed => Recovery::Ask,
        Stage::Sent if retry_ambiguous => Recovery::Ask,
        Stage::Sent => Recovery::Fallback,
        Stage::Answered => Recovery::HandOut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sent_is_ambiguous() {
        for (stage, retry, expected) in [
            (Stage::Claimed, false, Recovery::Ask),
            (Stage::Claimed, true, Recovery::Ask),
            (Stage::Sent, false, Recovery::Fallback),
            (Stage::Sent, true, Recovery::Ask),
            (Stage::Answered, false, Recovery::HandOut),
            (Stage::Answered, true, Recovery::HandOut),
        ] {
            assert_eq!(recover(stage, retry), expected, "{stage:?} {retry}");
        }
    }
}
