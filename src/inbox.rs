//! `RobofyInbox`.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use robofy_client::Error;
use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::memory::Memory;
use robofy_conversation::inbox::options::Options;
use robofy_conversation::inbox::store::Store;
use robofy_conversation::inbox::{self, Inbox};

use crate::boundary::{guard, try_guard};
use crate::client::{RobofyClient, this as client_of};
use crate::error::RobofyError;
use crate::inbox_options::RobofyInboxOptions;
use crate::outcome::RobofyOutcome;
use crate::polling::Pollers;
use crate::text::{optional, required, to_c};

/// Takes what users write, asks the agent once for each burst of messages, in the order of each session, and has the
/// answers polled. What it accepts ends in one outcome, also after a restart if its options have a path. Any number of
/// threads may use an inbox at once. An idle one has no thread and wakes nobody.
///
/// An inbox keeps what it needs of its client, which may be freed before it. After fork() it belongs to the parent: in
/// the child every call fails with ROBOFY_STATUS_STORAGE, there is nothing to poll, and it should be freed there too.
///
/// Methods:
/// - robofy_inbox_new, robofy_inbox_free
/// - robofy_inbox_offer, robofy_inbox_offer_text: what users write
/// - robofy_inbox_poll, robofy_inbox_poll_fd: what to do about it
/// - robofy_inbox_sent, robofy_inbox_failed: what became of that
/// - robofy_inbox_pause, robofy_inbox_resume: a person has the conversation
/// - robofy_inbox_stats: figures for a dashboard
///
/// Since 0.1.0.
pub struct RobofyInbox(Arc<Inbox>, Arc<Pollers>);

/// An inbox for an agent. What an earlier one has left at its path is taken up at once.
///
/// @param client     The client to ask the agent with.
/// @param pid        The project.
/// @param chatbot_id The agent of that project which is to answer.
/// @param options    How it behaves; NULL for every default. They are copied.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return An inbox to be freed with robofy_inbox_free. Or NULL and an error: ROBOFY_STATUS_INVALID_ARGUMENT with the
///     parameter's or option's name; ROBOFY_STATUS_STORAGE with the path, what is wrong there and what to do, for
///     example if another inbox has it; ROBOFY_STATUS_CONNECT if the process has no thread or descriptor left for the
///     library.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_new(
    client: Option<&RobofyClient>,
    pid: *const c_char,
    chatbot_id: *const c_char,
    options: Option<&RobofyInboxOptions>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyInbox>> {
    try_guard(error, || {
        let client = client_of(client)?;
        let refuse = Error::invalid_argument;
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let (pid, chatbot_id) = unsafe { (required(pid), required(chatbot_id)) };
        let pid = pid.map_err(|problem| refuse("pid", problem))?;
        let chatbot_id = chatbot_id.map_err(|problem| refuse("chatbot_id", problem))?;
        let defaults = Options::default();
        let (path, options) = match options {
            Some(options) => options.checked()?,
            None => (None, &defaults),
        };
        let store: Arc<dyn Store> = match path {
            Some(path) => Arc::new(Lmdb::open(path).map_err(Error::storage)?),
            None => Arc::new(Memory::new()),
        };
        let inbox = Inbox::new(client, pid, chatbot_id, options.clone(), store).map_err(told)?;
        Ok(Box::new(RobofyInbox(Arc::new(inbox), Pollers::new())))
    })
}

/// Frees an inbox. Whoever waits in robofy_inbox_poll has NULL at once; no other call may use it at that moment or later.
/// Chats under way are ended. What was queued stays at its path: the next inbox there goes on with it, and hands out once
/// more what was polled and not reported. Outcomes that were polled are the caller's and stay. The descriptor of
/// robofy_inbox_poll_fd is closed.
///
/// @param inbox What robofy_inbox_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_free(inbox: Option<Box<RobofyInbox>>) {
    guard(|| {
        if let Some(inbox) = inbox {
            inbox.0.close();
            // They have the store, which is let go of when this returns.
            inbox.1.wait();
        }
    });
}

/// Takes the next outcome: something to send, to show or to know. Several threads may poll at once; each outcome goes to
/// one of them, and one session's come in their order.
///
/// @param inbox      The inbox to poll.
/// @param timeout_ms How many milliseconds to wait for one: 0 does not wait; less than 0 waits until there is one, which
///     may be for ever. With a path, an outcome that is handed out is first noted on disk, and that is waited for, too.
/// @return An outcome to be freed with robofy_outcome_free, or NULL if there was none in time, in a forked child, and for
///     a NULL inbox.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_poll(
    inbox: *const RobofyInbox,
    timeout_ms: i64,
) -> Option<Box<RobofyOutcome>> {
    guard(|| {
        // Another thread may free the handle while this one waits.
        // SAFETY: NULL or a handle that is not freed before the call has begun, as its documentation says.
        let handle = unsafe { inbox.as_ref() }?;
        // Dropped after the inbox.
        let _poller = handle.1.enter()?;
        let inbox = handle.0.clone();
        let timeout = u64::try_from(timeout_ms).ok().map(Duration::from_millis);
        let outcome = inbox.poll(timeout)?;
        Some(Box::new(outcome.into()))
    })
}

/// A file descriptor for event loops, as robofy_client_poll_fd: readable while outcomes wait, and only then. When it is,
/// call robofy_inbox_poll with a timeout of 0 until that returns NULL. It belongs to the inbox, which closes it when it is
/// freed: it must not be read, written or closed.
///
/// @param inbox The inbox to watch.
/// @return The descriptor, the same one at each call; -1 if the process has none left, in a forked child, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_poll_fd(inbox: Option<&RobofyInbox>) -> i32 {
    let descriptor = guard(|| inbox.and_then(|inbox| inbox.0.poll_fd().ok()));
    descriptor.unwrap_or(-1)
}

/// A part of an outcome was sent. Only when each part is reported does the session go on, and only then is it certain that
/// the part does not come again after a restart. Reported twice, or too late, nothing changes.
///
/// @param inbox       The inbox that the outcome was polled from.
/// @param outcome     The outcome.
/// @param part        Which of its parts, from 0 on.
/// @param provider_id The channel's identifier of the message that was sent; NULL if it gave none. Should the channel show
///     it like a person's message, that is a duplicate, and no takeover.
/// @param[out] error  Receives NULL or the error, which is the caller's; may be NULL.
/// @return True if it is kept. Otherwise false and an error: ROBOFY_STATUS_INVALID_ARGUMENT if there is no such part;
///     ROBOFY_STATUS_STORAGE if it is not kept: report it again.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_sent(
    inbox: Option<&RobofyInbox>,
    outcome: Option<&RobofyOutcome>,
    part: u32,
    provider_id: *const c_char,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> bool {
    let kept = try_guard(error, || {
        let (inbox, outcome) = (this(inbox)?, RobofyOutcome::given(outcome)?);
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let provider_id = unsafe { optional(provider_id) }
            .map_err(|problem| Error::invalid_argument("provider_id", problem))?;
        let sent = inbox.sent(outcome, part as usize, provider_id.unwrap_or_default());
        sent.map_err(told)
    });
    kept.is_some()
}

/// A part of an outcome could not be sent. Send no more of that outcome's parts: what is left of them comes again in another
/// outcome, which may be polled when it is time to send it. The part that has failed is among them, unless its code says
/// that it will never be sent or it has failed too often.
///
/// @param inbox      The inbox that the outcome was polled from.
/// @param outcome    The outcome.
/// @param part       Which of its parts, from 0 on.
/// @param code       Meta's error code; else the HTTP status, from 400 on; less than 0 for a connection that was lost.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return True if it is kept. Otherwise false and an error: as for robofy_inbox_sent.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_failed(
    inbox: Option<&RobofyInbox>,
    outcome: Option<&RobofyOutcome>,
    part: u32,
    code: i32,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> bool {
    let kept = try_guard(error, || {
        let (inbox, outcome) = (this(inbox)?, RobofyOutcome::given(outcome)?);
        inbox.failed(outcome, part as usize, code).map_err(told)
    });
    kept.is_some()
}

/// A person has the conversation: the agent is silent, in every channel that has brought messages. What is under way for the
/// user ends as ROBOFY_OUTCOME_KIND_EXPIRED.
///
/// @param inbox      The inbox.
/// @param session_id The session, or any other identifier of the user.
/// @param ms         How many milliseconds from now on.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return True if it is kept. Otherwise false and an error: ROBOFY_STATUS_INVALID_ARGUMENT, also if no channel has brought a
///     message yet; ROBOFY_STATUS_STORAGE if it is not kept.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_pause(
    inbox: Option<&RobofyInbox>,
    session_id: *const c_char,
    ms: u64,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> bool {
    let paused = try_guard(error, || {
        let inbox = this(inbox)?;
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let session_id = unsafe { required(session_id) }
            .map_err(|problem| Error::invalid_argument("session_id", problem))?;
        let paused = inbox.pause_everywhere(session_id, Duration::from_millis(ms));
        paused.map_err(told)
    });
    paused.is_some()
}

/// The agent has the conversation again, also if it was a person's own message that paused it. Messages that came
/// meanwhile stay unanswered.
///
/// @param inbox      The inbox.
/// @param session_id As for robofy_inbox_pause.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return True if it is kept. Otherwise false and an error: as for robofy_inbox_pause.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_resume(
    inbox: Option<&RobofyInbox>,
    session_id: *const c_char,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> bool {
    // SAFETY: as the caller promises.
    unsafe { robofy_inbox_pause(inbox, session_id, 0, error) }
}

/// A snapshot of the inbox's figures. Gauges, which a path keeps over a restart:
/// - `pending`: messages that wait or are being answered
/// - `turns`: bursts that are claimed and not settled
/// - `in_flight`: those that the agent has
/// - `unpolled`: outcomes that wait to be polled
/// - `sessions`: those that have something to do, or are paused
/// - `remembered`: messages that would be known as duplicates
///
/// Counters, which only grow, from the inbox's beginning:
/// - `queued`, `duplicates`, `paused`, `ignored`, `refused`, `took_over`: offers
/// - `answers`, `fallbacks`, `typing`, `notices`, `media`, `expired`: outcomes polled, one that comes again once more
/// - `parts_sent`, `parts_failed`: reports, a repeated one too
/// - `storage_errors`: what could not be kept or read
///
/// Later versions may add fields.
///
/// @param inbox The inbox to look at.
/// @return The text of a JSON object, to be freed with robofy_free_string; NULL if what is kept cannot be read, in a forked
///     child, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_stats(inbox: Option<&RobofyInbox>) -> *mut c_char {
    let stats = guard(|| {
        let stats = inbox?.0.stats().ok()?;
        Some(to_c(&stats.to_json()))
    });
    stats.map_or(ptr::null_mut(), CString::into_raw)
}

/// The inbox that a call was given.
pub(crate) fn this(inbox: Option<&RobofyInbox>) -> Result<&Inbox, Error> {
    inbox
        .map(|inbox| &*inbox.0)
        .ok_or_else(|| Error::invalid_argument("inbox", "must not be NULL"))
}

pub(crate) fn told(error: inbox::Error) -> Error {
    match error {
        inbox::Error::Client(error) => error,
        inbox::Error::Storage(error) => Error::storage(error),
    }
}
