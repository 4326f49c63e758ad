//! `RobofyWebhook`.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::slice;
use std::time::SystemTime;

use robofy_client::Error;
use robofy_conversation::webhook::{self, Channel, MAX_BODY, Malformed, Webhook};

use crate::boundary::{guard, try_guard};
use crate::error::RobofyError;
use crate::incoming::RobofyIncoming;
use crate::text::{BadValues, Problem, optional, required, to_c};

/// Where a webhook comes from.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum RobofyChannel {
    /// Meta's Cloud API, and who forwards its bodies, as 360dialog does.
    Meta = 0,
    /// WAHA, an HTTP API for WhatsApp Web.
    Waha = 1,
    /// Evolution API.
    Evolution = 2,
    /// Twilio.
    Twilio = 3,
}

impl RobofyChannel {
    const ALL: [Self; 4] = [Self::Meta, Self::Waha, Self::Evolution, Self::Twilio];

    fn of(number: u32) -> Result<Channel, Error> {
        match Self::ALL.get(number as usize) {
            Some(Self::Meta) => Ok(Channel::Meta),
            Some(Self::Waha) => Ok(Channel::Waha),
            Some(Self::Evolution) => Ok(Channel::Evolution),
            Some(Self::Twilio) => Ok(Channel::Twilio),
            None => Err(Error::invalid_argument("channel", "is not a RobofyChannel")),
        }
    }
}

/// Verifies and reads the webhooks of one channel: in one call, so that nobody reads what is not verified. It has no
/// thread and does no I/O. Any number of threads may read with it at once; only one at a time may change it. Its copies of
/// secrets are wiped when it is freed.
///
/// Methods:
/// - robofy_webhook_new, robofy_webhook_free
/// - robofy_webhook_add_secret: one more, while a secret is replaced
/// - robofy_webhook_challenge: the answer to GET
/// - robofy_webhook_read: what a POST says
///
/// Since 0.1.0.
pub struct RobofyWebhook {
    webhook: Webhook,
    bad: BadValues,
}

/// What reads the webhooks of a channel.
///
/// @param channel    Where they come from: a RobofyChannel.
/// @param secret     Meta's app secret; WAHA's HMAC key; Evolution API's jwt_key or the instance's API key; Twilio's auth
///     token. NULL reads what is not signed, as 360dialog's webhooks are: something else has to keep strangers away then.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A webhook to be freed with robofy_webhook_free. Or NULL and an error: ROBOFY_STATUS_INVALID_ARGUMENT, also for
///     an empty secret, with which anybody could sign.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_webhook_new(
    channel: u32,
    secret: *const c_char,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyWebhook>> {
    try_guard(error, || {
        let channel = RobofyChannel::of(channel)?;
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let secret = unsafe { optional(secret) }
            .map_err(|problem| Error::invalid_argument("secret", problem))?;
        let webhook = Webhook::new(channel, secret).map_err(told)?;
        let bad = BadValues::default();
        Ok(Box::new(RobofyWebhook { webhook, bad }))
    })
}

/// Accepts this secret too, while one is replaced by another. It reports nothing itself: with a bad value every
/// robofy_webhook_read fails with ROBOFY_STATUS_INVALID_ARGUMENT, which names the secret, before it looks at the request. To find
/// out at once, read with a length of 0: a good one is ROBOFY_STATUS_SIGNATURE.
///
/// @param webhook The webhook to change; with NULL nothing happens.
/// @param secret  The other secret; NULL, an empty one and what is not UTF-8 are bad values.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_webhook_add_secret(
    webhook: Option<&mut RobofyWebhook>,
    secret: *const c_char,
) {
    guard(|| {
        let Some(RobofyWebhook { webhook, bad }) = webhook else {
            return;
        };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let secret = unsafe { required(secret) }.and_then(not_empty);
        match secret {
            Ok(secret) => webhook.add_secret(secret),
            // A good one that is added later does not stand for it.
            Err(problem) => {
                bad.check::<()>("secret", Err(problem));
            }
        }
    });
}

fn not_empty(secret: &str) -> Result<&str, Problem> {
    if secret.is_empty() {
        Err("must not be empty")
    } else {
        Ok(secret)
    }
}

/// What to answer, with 200 and as the whole of a plain text, to the GET by which Meta asks for a webhook. The token is
/// compared in constant time.
///
/// @param webhook      The webhook; may be NULL.
/// @param query        The query of the request's URL, with or without its "?".
/// @param verify_token The token that was entered at Meta.
/// @return A text to be freed with robofy_free_string; NULL if the request is not that, or has another token: answer 403.
///     NULL too for NULL, for an empty token, and for what is not UTF-8.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_webhook_challenge(
    webhook: Option<&RobofyWebhook>,
    query: *const c_char,
    verify_token: *const c_char,
) -> *mut c_char {
    let answer = guard(|| {
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let (query, token) = unsafe { (required(query), required(verify_token)) };
        let answer = webhook?.webhook.challenge(query.ok()?, token.ok()?)?;
        Some(to_c(&answer))
    });
    answer.map_or(ptr::null_mut(), CString::into_raw)
}

/// Verifies the body of a POST and reads it. Fields, types and values that are not known are no error: what they say is of
/// ROBOFY_EVENT_KIND_OTHER. Memory is at most three times the body, whatever is in it.
///
/// @param webhook    The webhook to read with.
/// @param url        The public URL as the channel calls it, with its query: for ROBOFY_CHANNEL_TWILIO, which signs it. Others
///     do not; may be NULL.
/// @param signature  The header X-Hub-Signature-256 of Meta, X-Webhook-Hmac of WAHA, Authorization of Evolution API,
///     X-Twilio-Signature of Twilio; NULL if the request has none.
/// @param body       The body's bytes as they came. One that was parsed and written again has another signature. NULL only
///     where there are none.
/// @param length     How many there are.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return What came in, to be freed with robofy_incoming_free: answer 200. Or NULL and an error: ROBOFY_STATUS_SIGNATURE,
///     answer 401; ROBOFY_STATUS_INVALID_ARGUMENT where the body is not JSON (Twilio: a form), is larger than 3 MB or nests
///     deeper than 128 levels, answer 400; and for each call after a bad value of robofy_webhook_add_secret.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_webhook_read(
    webhook: Option<&RobofyWebhook>,
    url: *const c_char,
    signature: *const c_char,
    body: *const c_char,
    length: u64,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyIncoming>> {
    try_guard(error, || {
        let webhook =
            webhook.ok_or_else(|| Error::invalid_argument("webhook", "must not be NULL"))?;
        webhook.bad.report()?;
        // SAFETY: NULL or NUL-terminated strings, and as many bytes as the caller says.
        let (url, signature, body) =
            unsafe { (optional(url), optional(signature), lent(body, length)) };
        let url = url.map_err(|problem| Error::invalid_argument("url", problem))?;
        // A stranger's: no signature is like it.
        let signature = signature.unwrap_or(Some("\u{fffd}"));
        let incoming = webhook
            .webhook
            .read(url.unwrap_or_default(), signature, body?, SystemTime::now())
            .map_err(told)?;
        Ok(Box::new(incoming.into()))
    })
}

/// # Safety
/// `bytes` is NULL or points to `length` bytes that stay as they are for `'a`.
unsafe fn lent<'a>(bytes: *const c_char, length: u64) -> Result<&'a [u8], Error> {
    match usize::try_from(length) {
        Ok(0) => Ok(&[]),
        Ok(_) if bytes.is_null() => Err(Error::invalid_argument("body", "must not be NULL")),
        Ok(length) if length <= MAX_BODY => {
            // SAFETY: as the caller promises, and no more than a slice may have.
            Ok(unsafe { slice::from_raw_parts(bytes.cast::<u8>(), length) })
        }
        _ => Err(told(Malformed::TooLarge.into())),
    }
}

fn told(error: webhook::Error) -> Error {
    match error {
        webhook::Error::EmptySecret => Error::invalid_argument("secret", "must not be empty"),
        webhook::Error::Signature(_) => Error::signature(error),
        webhook::Error::Malformed(fault) => Error::invalid_argument("body", fault),
        _ => Error::internal(error),
    }
}

/// Frees a webhook. What was read with it stays.
///
/// @param webhook What robofy_webhook_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_webhook_free(webhook: Option<Box<RobofyWebhook>>) {
    guard(|| drop(webhook));
}
