//! `RobofyInboxOptions`: where an inbox keeps what it has, and its times and limits.

use std::ffi::c_char;
use std::path::PathBuf;

use robofy_client::Error;
use robofy_conversation::inbox::options::Options;

use crate::boundary::guard;
use crate::text::{BadValues, Problem, optional};

/// How an inbox behaves. An inbox copies its options: they may be reused, changed or freed afterwards.
/// robofy_inbox_new reports a bad value by its name. Only one thread at a time may set their values.
///
/// Methods:
/// - robofy_inbox_options_new, robofy_inbox_options_free
/// - robofy_inbox_options_set_path: where messages are kept
/// - robofy_inbox_options_set_quiet_ms, robofy_inbox_options_set_max_wait_ms, robofy_inbox_options_set_join,
///   robofy_inbox_options_set_max_messages, robofy_inbox_options_set_max_characters: which messages the agent reads
///   together
/// - robofy_inbox_options_set_dedup_ms, robofy_inbox_options_set_window_ms,
///   robofy_inbox_options_set_max_pending, robofy_inbox_options_set_groups: which messages are taken
/// - robofy_inbox_options_set_takeover_ms, robofy_inbox_options_set_stop_words,
///   robofy_inbox_options_set_start_words: when the agent is silent
/// - robofy_inbox_options_set_fallback, robofy_inbox_options_set_media, robofy_inbox_options_set_retry_ambiguous:
///   what becomes of messages without an answer
/// - robofy_inbox_options_set_typing_ms, robofy_inbox_options_set_limit, robofy_inbox_options_set_dialect: how answers
///   are sent
///
/// Since 0.1.0.
#[derive(Default)]
pub struct RobofyInboxOptions {
    path: Option<PathBuf>,
    options: Options,
    bad: BadValues,
}

impl RobofyInboxOptions {
    /// Where, and how, unless a setter was given a bad value.
    pub(crate) fn checked(&self) -> Result<(Option<&PathBuf>, &Options), Error> {
        self.bad
            .report()
            .map(|()| (self.path.as_ref(), &self.options))
    }

    pub(crate) fn set<T>(
        &mut self,
        parameter: &'static str,
        value: Result<T, Problem>,
        set: impl FnOnce(&mut Options, T),
    ) {
        if let Some(value) = self.bad.check(parameter, value) {
            set(&mut self.options, value);
        }
    }
}

/// Changes options that are there.
pub(crate) fn change(
    options: Option<&mut RobofyInboxOptions>,
    set: impl FnOnce(&mut RobofyInboxOptions),
) {
    guard(|| {
        if let Some(options) = options {
            set(options);
        }
    });
}

/// More than a clock shows is for ever.
fn ms(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn count(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Options with every default.
///
/// @return Options to be freed with robofy_inbox_options_free; never NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_new() -> Option<Box<RobofyInboxOptions>> {
    guard(|| Some(Box::default()))
}

/// Frees options. Inboxes made with them are not affected.
///
/// @param options What robofy_inbox_options_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_free(options: Option<Box<RobofyInboxOptions>>) {
    guard(|| drop(options));
}

/// Where messages, and what is known of sessions, are kept: a folder on a local disk, which one process has at a time. It
/// is made if it is not there, the one above it is not.
///
/// @param options The options to change; with NULL nothing happens.
/// @param path    The path of the folder, in UTF-8; NULL, the default, for memory: what is kept ends with the inbox.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_options_set_path(
    options: Option<&mut RobofyInboxOptions>,
    path: *const c_char,
) {
    // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
    let path = unsafe { optional(path) }.and_then(|path| match path {
        Some("") => Err("must not be empty"),
        path => Ok(path),
    });
    change(options, |options| {
        if let Some(path) = options.bad.check("path", path) {
            options.path = path.map(PathBuf::from);
        }
    });
}

/// How long a user has to be quiet until the agent is asked: people write in bursts.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ms      Milliseconds after the last message; the default is 1 500.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_quiet_ms(
    options: Option<&mut RobofyInboxOptions>,
    ms: u64,
) {
    change(options, |options| options.options.quiet_ms = self::ms(ms));
}

/// When the agent is asked at the latest, although the user goes on writing.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ms      Milliseconds after the first message; the default is 8 000.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_max_wait_ms(
    options: Option<&mut RobofyInboxOptions>,
    ms: u64,
) {
    change(options, |options| {
        options.options.max_wait_ms = self::ms(ms);
    });
}

/// What stands between the messages that the agent reads together.
///
/// @param options The options to change; with NULL nothing happens.
/// @param join    A text, which may be empty; NULL for the default, a line break.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_options_set_join(
    options: Option<&mut RobofyInboxOptions>,
    join: *const c_char,
) {
    // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
    let join = unsafe { optional(join) };
    change(options, |options| {
        options.set("join", join, |options, join| {
            options.join = join.map_or_else(|| Options::default().join, str::to_owned);
        });
    });
}

/// How many messages the agent reads together at most; when there are as many it is asked at once.
///
/// @param options  The options to change; with NULL nothing happens.
/// @param messages Greater than 0; the default is 20.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_max_messages(
    options: Option<&mut RobofyInboxOptions>,
    messages: u32,
) {
    change(options, |options| {
        options.options.max_messages = count(messages);
    });
}

/// How much the agent reads together at most, unless one message alone has more; when there is as much it is asked at
/// once.
///
/// @param options    The options to change; with NULL nothing happens.
/// @param characters Greater than 0; the default is 8 000.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_max_characters(
    options: Option<&mut RobofyInboxOptions>,
    characters: u32,
) {
    change(options, |options| {
        options.options.max_characters = count(characters);
    });
}

/// How long a message's identifier is known, so that the message is a duplicate when it comes again. Meta delivers again
/// for seven days.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ms      Milliseconds, greater than 0; the default is 691 200 000 (8 days).
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_dedup_ms(
    options: Option<&mut RobofyInboxOptions>,
    ms: u64,
) {
    change(options, |options| options.options.dedup_ms = self::ms(ms));
}

/// How old a message may be when it is answered. WhatsApp takes no free text after 24 hours. An older one ends as
/// ROBOFY_OUTCOME_KIND_EXPIRED.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ms      Milliseconds, greater than 0; the default is 86 400 000 (24 hours).
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_window_ms(
    options: Option<&mut RobofyInboxOptions>,
    ms: u64,
) {
    change(options, |options| options.options.window_ms = self::ms(ms));
}

/// How many messages may wait or be under way; beyond them an offer is ROBOFY_ACCEPT_REFUSED. Of one session 1 000 may wait.
///
/// @param options  The options to change; with NULL nothing happens.
/// @param messages Greater than 0; the default is 100 000.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_max_pending(
    options: Option<&mut RobofyInboxOptions>,
    messages: u32,
) {
    change(options, |options| {
        options.options.max_pending = count(messages);
    });
}

/// Also takes messages of groups, each group being one session. They are ROBOFY_ACCEPT_IGNORED otherwise.
///
/// @param options The options to change; with NULL nothing happens.
/// @param groups  True to do so; the default is false.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_groups(
    options: Option<&mut RobofyInboxOptions>,
    groups: bool,
) {
    change(options, |options| options.options.groups = groups);
}

/// How long the agent is silent after a person has written from the business's own phone. What is under way for that
/// user then ends as ROBOFY_OUTCOME_KIND_EXPIRED.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ms      Milliseconds; the default is 1 800 000 (30 minutes).
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_takeover_ms(
    options: Option<&mut RobofyInboxOptions>,
    ms: u64,
) {
    change(options, |options| {
        options.options.takeover_ms = self::ms(ms);
    });
}

/// How often ROBOFY_OUTCOME_KIND_TYPING comes while the agent thinks. WhatsApp ends the indicator after 25 seconds.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ms      Milliseconds; the default is 20 000, and 0 is for never.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_inbox_options_set_typing_ms(
    options: Option<&mut RobofyInboxOptions>,
    ms: u64,
) {
    change(options, |options| options.options.typing_ms = self::ms(ms));
}
