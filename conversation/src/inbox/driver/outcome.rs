//! What the program is to do, or to know.

use robofy_client::{Reply, hooks};

use super::error::Error;
use super::request;
use crate::inbox::store::{self, Kind};

/// What the program is to do, or to know: an answer to send, typing to show, a message that ends unanswered.
///
/// Each part of one that has parts is to be reported with [`Inbox::sent`](super::Inbox::sent) or
/// [`Inbox::failed`](super::Inbox::failed): only then does the session go on. One without parts, as that of a turn that has expired, is settled as it is
/// polled, and does not come again if the process ends at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome(pub(super) store::Outcome);

impl Outcome {
    /// What it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The session, as the agent knows it: the first identifier under which the user was seen.
    pub fn session_id(&self) -> &str {
        &self.0.session.session
    }

    /// The business's side, as the channel names it: Meta's `phone_number_id`.
    pub fn channel_id(&self) -> &str {
        &self.0.session.channel
    }

    /// The user's latest phone number, if one is known.
    pub fn to(&self) -> Option<&str> {
        self.0.to.as_deref()
    }

    /// The user's latest identifier without a phone number, if one is known.
    pub fn recipient(&self) -> Option<&str> {
        self.0.recipient.as_deref()
    }

    /// The message to quote: the last one.
    pub fn reply_to(&self) -> Option<&str> {
        self.0.messages.last().map(|id| &**id)
    }

    /// The channel's identifiers of the messages that end in it, in the order of acceptance.
    pub fn message_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.messages.iter().map(|id| &**id)
    }

    /// The texts to send, in this order, each with [`request`](Self::request) or as the channel wants it. After a restart or a
    /// failure, those that are not settled.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.parts.iter().map(|(_, text)| &**text)
    }

    /// The agent's reply, of an answer. One that is not to be sent any more has none.
    pub fn reply(&self) -> Option<Reply> {
        if self.0.kind != Kind::Answer {
            return None;
        }
        hooks::kept(&self.0.note)?.ok()
    }

    /// Why the agent has not answered, of a fallback.
    pub fn error(&self) -> Option<robofy_client::Error> {
        if self.0.kind != Kind::Fallback {
            return None;
        }
        let kept = hooks::kept(&self.0.note);
        kept.map_or_else(|| Some(hooks::unknown()), Result::err)
    }

    /// The JSON body of Meta's `POST /<phone_number_id>/messages` for this part; of typing, which has no parts, that of the
    /// indicator, as part 0. `None`: there is no such part, or nobody to send it to.
    pub fn request(&self, part: usize) -> Option<String> {
        request::body(&self.0, part)
    }

    /// The part's number in its turn.
    pub(super) fn number(&self, part: usize) -> Result<u32, Error> {
        let number = self.0.parts.get(part).map(|(number, _)| *number);
        number.ok_or_else(|| Error::argument("part", "is not one of the outcome's"))
    }
}
