//! `RobofyInboxOptions`: what users are told, and in which form.

use std::ffi::c_char;

use robofy_client::Status;
use robofy_conversation::inbox::options::MediaPolicy;

use crate::inbox_options::{RobofyInboxOptions, change};
use crate::parts::RobofyDialect;
use crate::text::{Problem, optional, required};

/// What becomes of a medium without a caption, and of what a channel cannot hand on.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum RobofyMediaPolicy {
    /// Nothing comes of it.
    Ignore = 0,
    /// The user is told a text, unless there are words in the same turn: then the agent answers those.
    Reply = 1,
    /// The agent reads a text in its place.
    Tell = 2,
}

/// What a user is told if the agent does not answer.
///
/// @param options The options to change; with NULL nothing happens.
/// @param status  The RobofyStatus of the failure that this text is for; ROBOFY_STATUS_OK for all that have none of their own.
/// @param text    WhatsApp text; empty for none. NULL, the default, is for none too, and for a status for that of
///     ROBOFY_STATUS_OK.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_options_set_fallback(
    options: Option<&mut RobofyInboxOptions>,
    status: u32,
    text: *const c_char,
) {
    let known = match status {
        0 => Ok(None),
        _ => Status::from_number(status)
            .map(Some)
            .ok_or("is not a RobofyStatus"),
    };
    // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
    let text = unsafe { optional(text) };
    change(options, |options| {
        options.set("status", known, |_, _| {});
        let Ok(status) = known else { return };
        options.set("fallback", text, |options, text| {
            let Some(status) = status.map(|status| status as i32) else {
                options.fallback = text.unwrap_or_default().to_owned();
                return;
            };
            let own = &mut options.fallback_by_status;
            own.retain(|(of, _)| *of != status);
            own.extend(text.map(|text| (status, text.to_owned())));
        });
    });
}

/// What becomes of a medium without a text, and of what a channel cannot hand on. A caption is a text, and so is the name of
/// a document's file.
///
/// @param options The options to change; with NULL nothing happens.
/// @param policy  A RobofyMediaPolicy; the default is ROBOFY_MEDIA_POLICY_IGNORE.
/// @param text    What the user is told, or the agent reads; not empty. Not read for ROBOFY_MEDIA_POLICY_IGNORE, for which it
///     may be NULL, the default.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_options_set_media(
    options: Option<&mut RobofyInboxOptions>,
    policy: u32,
    text: *const c_char,
) {
    const ALL: [RobofyMediaPolicy; 3] = [
        RobofyMediaPolicy::Ignore,
        RobofyMediaPolicy::Reply,
        RobofyMediaPolicy::Tell,
    ];
    // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
    let text = || unsafe { required(text) }.and_then(|text| filled(text).map(str::to_owned));
    let policy = match ALL.get(policy as usize) {
        Some(RobofyMediaPolicy::Ignore) => Ok(MediaPolicy::Ignore),
        Some(RobofyMediaPolicy::Reply) => text().map(MediaPolicy::Reply),
        Some(RobofyMediaPolicy::Tell) => text().map(MediaPolicy::Tell),
        None => Err("is not a RobofyMediaPolicy"),
    };
    change(options, |options| {
        options.set("media", policy, |options, policy| options.media = policy);
    });
}

fn filled(text: &str) -> Result<&str, Problem> {
    if text.trim().is_empty() {
        Err("must not be empty")
    } else {
        Ok(text)
    }
}

/// Words with which a user ends all answers, until one of robofy_inbox_options_set_start_words. What is under way ends
/// as ROBOFY_OUTCOME_KIND_EXPIRED. A word counts if it is the whole message, in whatever case.
///
/// @param options The options to change; with NULL nothing happens.
/// @param words   The words, one a line, for example "stop\nunsubscribe"; NULL, the default, for none.
/// @param text    What the user is told then (ROBOFY_OUTCOME_KIND_NOTICE), WhatsApp text; NULL, the default, for nothing.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_options_set_stop_words(
    options: Option<&mut RobofyInboxOptions>,
    words: *const c_char,
    text: *const c_char,
) {
    // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
    let given = unsafe { words_and_text(words, text) };
    change(options, |options| {
        options.set("stop_words", given, |options, (words, text)| {
            options.stop_words = words;
            options.stop_text = text;
        });
    });
}

/// Words with which a user who has ended all answers begins them again. From other users they are messages like any
/// other.
///
/// @param options The options to change; with NULL nothing happens.
/// @param words   The words, one a line, for example "start"; NULL, the default, for none.
/// @param text    What the user is told then (ROBOFY_OUTCOME_KIND_NOTICE), WhatsApp text; NULL, the default, for nothing.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_options_set_start_words(
    options: Option<&mut RobofyInboxOptions>,
    words: *const c_char,
    text: *const c_char,
) {
    // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
    let given = unsafe { words_and_text(words, text) };
    change(options, |options| {
        options.set("start_words", given, |options, (words, text)| {
            options.start_words = words;
            options.start_text = text;
        });
    });
}

/// # Safety
/// As [`optional`].
unsafe fn words_and_text(
    words: *const c_char,
    text: *const c_char,
) -> Result<(Vec<String>, String), Problem> {
    // SAFETY: as the caller promises.
    let (words, text) = unsafe { (optional(words)?, optional(text)?) };
    let words = words.unwrap_or_default().lines().map(str::trim);
    let words = words.filter(|word| !word.is_empty());
    Ok((
        words.map(str::to_owned).collect(),
        text.unwrap_or_default().to_owned(),
    ))
}

/// Which markup the agent writes in.
///
/// @param options The options to change; with NULL nothing happens.
/// @param dialect A RobofyDialect; the default is ROBOFY_DIALECT_AUTO.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_dialect(
    options: Option<&mut RobofyInboxOptions>,
    dialect: u32,
) {
    change(options, |options| {
        let dialect = RobofyDialect::of(dialect);
        options.set("dialect", dialect, |options, dialect| {
            options.dialect = dialect;
        });
    });
}

/// How long each part of an answer may be, as for robofy_whatsapp_split.
///
/// @param options The options to change; with NULL nothing happens.
/// @param limit   UTF-16 units; the default is 4 096, and 0 is taken as 4 096. Twilio takes 1 600.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_limit(
    options: Option<&mut RobofyInboxOptions>,
    limit: u32,
) {
    change(options, |options| {
        options.set("limit", Ok(limit), |options, limit| options.limit = limit);
    });
}

/// Also asks the agent again where the process has ended after the messages were sent to it and before its answer came.
/// An agent that books appointments could then book twice. While the process lives it is
/// robofy_options_set_retry_ambiguous that decides.
///
/// @param options The options to change; with NULL nothing happens.
/// @param retry   True to do so; the default is false: the messages end as ROBOFY_OUTCOME_KIND_FALLBACK.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_retry_ambiguous(
    options: Option<&mut RobofyInboxOptions>,
    retry: bool,
) {
    change(options, |options| {
        options.set("retry_ambiguous", Ok(retry), |options, retry| {
            options.retry_ambiguous = retry;
        });
    });
}
