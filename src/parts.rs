//! `RobofyParts`, and the text layer.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use robofy_client::Error;
use robofy_conversation::text::{self, Dialect};

use crate::boundary::{guard, try_guard};
use crate::error::RobofyError;
use crate::reply::RobofyReply;
use crate::text::{Problem, borrowed, required, to_c};

/// Which markup an agent's answer is written in.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum RobofyDialect {
    /// Guessed: Markdown if something in the text says so, else WhatsApp's. What says so is `**`, `~~`, `[text](url)`, a
    /// heading or a table.
    Auto = 0,
    /// CommonMark with tables, strikethrough and footnotes.
    Markdown = 1,
    /// WhatsApp's own markup, in which `*x*` is bold.
    Whatsapp = 2,
}

impl RobofyDialect {
    const ALL: [Self; 3] = [Self::Auto, Self::Markdown, Self::Whatsapp];

    pub(crate) fn of(number: u32) -> Result<Dialect, Problem> {
        match Self::ALL.get(number as usize) {
            Some(Self::Auto) => Ok(Dialect::Auto),
            Some(Self::Markdown) => Ok(Dialect::Markdown),
            Some(Self::Whatsapp) => Ok(Dialect::WhatsApp),
            None => Err("is not a RobofyDialect"),
        }
    }
}

/// A text as the messages to send, in their order. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_whatsapp_split, robofy_reply_parts, robofy_outcome_parts: where they come from
/// - robofy_parts_count, robofy_parts_text
/// - robofy_parts_free
///
/// Since 0.1.0.
pub struct RobofyParts(Vec<CString>);

impl From<Vec<String>> for RobofyParts {
    fn from(parts: Vec<String>) -> Self {
        parts.iter().map(String::as_str).collect()
    }
}

impl<'p> FromIterator<&'p str> for RobofyParts {
    fn from_iter<I: IntoIterator<Item = &'p str>>(parts: I) -> Self {
        Self(parts.into_iter().map(to_c).collect())
    }
}

/// An agent's answer as WhatsApp text: `*bold*`, `_italic_`, `~struck~` and code; `text: url` for a link, blocks of code
/// or lines for a table. Code and URLs are left as they are. Formatting twice changes nothing, unless the dialect is
/// ROBOFY_DIALECT_MARKDOWN, in which one asterisk is italics. No thread, no I/O; the time is linear in the length.
///
/// @param text       The answer; it may be empty.
/// @param dialect    What it is written in: a RobofyDialect.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A text to be freed with robofy_free_string, empty only for an empty one. Or NULL and an error:
///     ROBOFY_STATUS_INVALID_ARGUMENT.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_whatsapp_format(
    text: *const c_char,
    dialect: u32,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> *mut c_char {
    let formatted = try_guard(error, || {
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let text = unsafe { given(text) }?;
        let dialect = RobofyDialect::of(dialect)
            .map_err(|problem| Error::invalid_argument("dialect", problem))?;
        Ok(to_c(&text::format(text, dialect)))
    });
    formatted.map_or(ptr::null_mut(), CString::into_raw)
}

/// Splits a WhatsApp text into messages that fit. A part ends between paragraphs and items of a list where it can, else
/// after a line, a sentence or a word. URLs, and characters that are drawn as one, are kept whole. A mark or a block of
/// code that goes on is closed and opened again. The parts, less what was added, are the text. No thread, no I/O; the time
/// is linear in the length.
///
/// @param text       The text, as robofy_whatsapp_format gives it.
/// @param limit      The most UTF-16 units of a part; 0 for the 4 096 of the Cloud API. Twilio takes 1 600, a caption
///     1 024. 1 is taken as 2.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return Parts to be freed with robofy_parts_free, none of them blank: a blank text has none. Or NULL and an error:
///     ROBOFY_STATUS_INVALID_ARGUMENT.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_whatsapp_split(
    text: *const c_char,
    limit: u32,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyParts>> {
    try_guard(error, || {
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let text = unsafe { given(text) }?;
        Ok(Box::new(text::split(text, limit).into()))
    })
}

/// The answer of a reply as the messages to send: robofy_whatsapp_format with ROBOFY_DIALECT_AUTO, then
/// robofy_whatsapp_split.
///
/// @param reply The reply to read; may be NULL.
/// @param limit The most UTF-16 units of a part, as for robofy_whatsapp_split.
/// @return Parts to be freed with robofy_parts_free; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_reply_parts(
    reply: Option<&RobofyReply>,
    limit: u32,
) -> Option<Box<RobofyParts>> {
    guard(|| {
        let answer = reply?.answer().to_str().unwrap_or_default();
        Some(Box::new(text::parts(answer, Dialect::Auto, limit).into()))
    })
}

/// # Safety
/// As [`required`].
unsafe fn given<'a>(text: *const c_char) -> Result<&'a str, Error> {
    // SAFETY: as the caller promises.
    unsafe { required(text) }.map_err(|problem| Error::invalid_argument("text", problem))
}

/// How many parts there are.
///
/// @param parts The parts to read; may be NULL.
/// @return Their number; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_parts_count(parts: Option<&RobofyParts>) -> u32 {
    parts.map_or(0, |parts| u32::try_from(parts.0.len()).unwrap_or(u32::MAX))
}

/// The text of a part.
///
/// @param parts The parts to read; may be NULL.
/// @param index Which one, from 0 on.
/// @return A text borrowed from the parts; NULL if there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_parts_text(parts: Option<&RobofyParts>, index: u32) -> *const c_char {
    borrowed(parts.and_then(|parts| parts.0.get(index as usize)))
}

/// Frees parts and the strings that were read from them.
///
/// @param parts What robofy_whatsapp_split or robofy_reply_parts returned; may be NULL. An outcome's parts are
///     freed with the outcome.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_parts_free(parts: Option<Box<RobofyParts>>) {
    guard(|| drop(parts));
}
