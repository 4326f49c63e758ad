//! Safe types over the functions of `include/robofy.h`: the only module that calls them.
#![allow(unsafe_code)]

pub mod api;
pub mod conversation;
mod stream;

use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::c;
use crate::failure::{Failure, Status};

/// How often a waiting call looks up: for the indicator, and for Ctrl-C.
const TICK: Duration = Duration::from_millis(100);
/// One message is in flight at a time.
const TAG: u64 = 1;

/// The version of the library that is loaded.
pub fn library_version() -> String {
    // SAFETY: a static string.
    unsafe { text(c::robofy_version()) }.unwrap_or_default()
}

/// How a client is to behave.
pub struct Options(NonNull<c::RobofyOptions>);

impl Options {
    /// Every default of the library.
    pub fn new() -> Result<Self, Failure> {
        // SAFETY: takes nothing; what it returns is ours.
        NonNull::new(unsafe { c::robofy_options_new() })
            .map(Self)
            .ok_or_else(gave_nothing)
    }

    /// Where the service is.
    pub fn base_url(&mut self, url: &CStr) {
        // SAFETY: a live handle that nobody else uses, and a text that is copied.
        unsafe { c::robofy_options_set_base_url(self.0.as_ptr(), url.as_ptr()) }
    }

    /// Bounds a whole call.
    pub fn timeout(&mut self, timeout: Duration) {
        // SAFETY: a live handle that nobody else uses.
        unsafe { c::robofy_options_set_timeout_ms(self.0.as_ptr(), milliseconds(timeout)) }
    }

    /// Bounds reaching the service.
    pub fn connect_timeout(&mut self, timeout: Duration) {
        // SAFETY: a live handle that nobody else uses.
        unsafe { c::robofy_options_set_connect_timeout_ms(self.0.as_ptr(), milliseconds(timeout)) }
    }

    /// How often a message that the agent cannot have seen is sent again.
    pub fn max_retries(&mut self, retries: u32) {
        // SAFETY: a live handle that nobody else uses.
        unsafe { c::robofy_options_set_max_retries(self.0.as_ptr(), retries) }
    }

    /// The proxy to tunnel through; an empty text for none.
    pub fn proxy(&mut self, url: &CStr) {
        // SAFETY: a live handle that nobody else uses, and a text that is copied.
        unsafe { c::robofy_options_set_proxy(self.0.as_ptr(), url.as_ptr()) }
    }

    /// Certificate authorities to trust beside the platform's.
    pub fn ca_file(&mut self, pem_path: &CStr) {
        // SAFETY: a live handle that nobody else uses, and a text that is copied.
        unsafe { c::robofy_options_set_ca_file(self.0.as_ptr(), pem_path.as_ptr()) }
    }

    /// The calling product.
    pub fn user_agent(&mut self, product: &CStr) {
        // SAFETY: a live handle that nobody else uses, and a text that is copied.
        unsafe { c::robofy_options_set_user_agent(self.0.as_ptr(), product.as_ptr()) }
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: made by robofy_options_new, freed once.
        unsafe { c::robofy_options_free(self.0.as_ptr()) }
    }
}

/// One message of a user, and the agent that is to answer it.
pub struct Message(NonNull<c::RobofyMessage>);

impl Message {
    /// A message without a session.
    pub fn new(pid: &CStr, chatbot_id: &CStr, query: &CStr) -> Result<Self, Failure> {
        // SAFETY: texts that are copied; what is returned is ours.
        NonNull::new(unsafe {
            c::robofy_message_new(pid.as_ptr(), chatbot_id.as_ptr(), query.as_ptr())
        })
        .map(Self)
        .ok_or_else(gave_nothing)
    }

    /// Replaces the user's text.
    pub fn query(&mut self, query: &CStr) {
        // SAFETY: a live handle that nobody else uses, and a text that is copied.
        unsafe { c::robofy_message_set_query(self.0.as_ptr(), query.as_ptr()) }
    }

    /// The conversation that the message belongs to.
    pub fn session_id(&mut self, session_id: &CStr) {
        // SAFETY: a live handle that nobody else uses, and a text that is copied.
        unsafe { c::robofy_message_set_session_id(self.0.as_ptr(), session_id.as_ptr()) }
    }

    /// More about the user: a JSON object.
    pub fn user_context(&mut self, json: &CStr) {
        // SAFETY: a live handle that nobody else uses, and a text that is copied.
        unsafe { c::robofy_message_set_user_context(self.0.as_ptr(), json.as_ptr()) }
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: made by robofy_message_new, freed once.
        unsafe { c::robofy_message_free(self.0.as_ptr()) }
    }
}

/// What the agent answered.
pub struct Reply {
    /// The text for the user.
    pub answer: String,
    /// The conversation.
    pub session_id: Option<String>,
    /// The service's own word.
    pub message: Option<String>,
    /// The body as it was received.
    pub json: String,
    /// How many requests it took.
    pub attempts: u32,
    /// From the call to the complete answer.
    pub elapsed: Duration,
}

/// How a message fares.
#[derive(Clone, Copy)]
pub struct Progress {
    /// Since it was given to the library.
    pub passed: Duration,
    /// Requests so far: 1 without a retry.
    pub attempt: u64,
    /// No further request follows.
    pub ended: bool,
}

/// What a waiting caller wants.
pub enum Wish {
    /// To go on waiting.
    Wait,
    /// To have no answer any more.
    Cancel,
}

/// The way to the agents of one account.
pub struct Client(NonNull<c::RobofyClient>);

impl Client {
    /// Checks the options; connects to nothing yet.
    pub fn new(api_key: &CStr, options: &Options) -> Result<Self, Failure> {
        let mut error = ptr::null_mut();
        // SAFETY: a text and a handle that live through the call, and a place for the error.
        let client =
            unsafe { c::robofy_client_new(api_key.as_ptr(), options.0.as_ptr(), &raw mut error) };
        NonNull::new(client)
            .map(Self)
            .ok_or_else(|| owned_failure(error))
    }

    /// Sends the message and waits for its end; `meanwhile` is asked again and again, and once at the end.
    pub fn ask(
        &self,
        message: &Message,
        mut meanwhile: impl FnMut(Progress) -> Wish,
    ) -> Result<Reply, Failure> {
        let began = Instant::now();
        let retried = self.retried();
        let mut error = ptr::null_mut();
        // SAFETY: handles that live through the call, and a place for the error.
        let accepted = unsafe {
            c::robofy_whatsapp_submit(self.0.as_ptr(), message.0.as_ptr(), TAG, &raw mut error)
        };
        if !accepted {
            return Err(owned_failure(error));
        }
        loop {
            let completion = self.poll();
            let wish = meanwhile(Progress {
                passed: began.elapsed(),
                attempt: 1 + self.retried().saturating_sub(retried),
                ended: completion.is_some(),
            });
            if let Some(completion) = completion {
                return completion.outcome();
            }
            if let Wish::Cancel = wish {
                // SAFETY: a live handle. Of no effect if the completion has come in between.
                unsafe { c::robofy_client_cancel(self.0.as_ptr(), TAG) };
            }
        }
    }

    /// All attempts of this client after a message's first.
    fn retried(&self) -> u64 {
        // SAFETY: a live handle; the text is ours, read, then freed once.
        let stats = unsafe {
            let stats = c::robofy_client_stats(self.0.as_ptr());
            let copy = text(stats);
            c::robofy_free_string(stats);
            copy
        };
        let stats: Option<Value> = stats.and_then(|stats| serde_json::from_str(&stats).ok());
        stats
            .and_then(|stats| stats["retried"].as_u64())
            .unwrap_or(0)
    }

    fn poll(&self) -> Option<Completion> {
        let timeout = i64::try_from(TICK.as_millis()).unwrap_or(i64::MAX);
        // SAFETY: a live handle; what is returned is ours.
        NonNull::new(unsafe { c::robofy_client_poll(self.0.as_ptr(), timeout) }).map(Completion)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // SAFETY: made by robofy_client_new, freed once, and no call is under way: each borrows the client.
        unsafe { c::robofy_client_free(self.0.as_ptr()) }
    }
}

struct Completion(NonNull<c::RobofyCompletion>);

impl Completion {
    fn outcome(&self) -> Result<Reply, Failure> {
        // SAFETY: a live handle; what it lends lives as long, and is copied here.
        unsafe {
            let reply = c::robofy_completion_reply(self.0.as_ptr());
            if reply.is_null() {
                return Err(failure(c::robofy_completion_error(self.0.as_ptr())));
            }
            Ok(Reply {
                answer: text(c::robofy_reply_answer(reply)).unwrap_or_default(),
                session_id: text(c::robofy_reply_session_id(reply)),
                message: text(c::robofy_reply_message(reply)),
                json: text(c::robofy_reply_json(reply)).unwrap_or_default(),
                attempts: c::robofy_reply_attempts(reply),
                elapsed: Duration::from_micros(c::robofy_reply_elapsed_us(reply)),
            })
        }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        // SAFETY: given by robofy_client_poll, freed once.
        unsafe { c::robofy_completion_free(self.0.as_ptr()) }
    }
}

/// A text as C wants it; `parameter` is what it is for.
pub fn c_text(parameter: &str, text: &str) -> Result<CString, Failure> {
    CString::new(text)
        .map_err(|_| Failure::usage(format!("{parameter} holds a NUL character: remove it")))
}

fn owned_failure(error: *mut c::RobofyError) -> Failure {
    // SAFETY: the error that the call before left to us: read, then freed once. All of them take NULL.
    unsafe {
        let failure = failure(error);
        c::robofy_error_free(error);
        failure
    }
}

/// # Safety
/// `error` is NULL or a live error.
unsafe fn failure(error: *const c::RobofyError) -> Failure {
    // SAFETY: the caller's promise.
    unsafe {
        Failure {
            status: Status::Library(c::robofy_error_status(error)),
            message: text(c::robofy_error_message(error)).unwrap_or_default(),
            http_status: Some(c::robofy_error_http_status(error)).filter(|status| *status != 0),
            code: text(c::robofy_error_code(error)),
            detail: text(c::robofy_error_detail(error)),
            retryable: c::robofy_error_is_retryable(error),
            retry_after_ms: c::robofy_error_retry_after_ms(error),
        }
    }
}

/// # Safety
/// `text` is NULL or a C string that lives through the call.
unsafe fn text(text: *const std::ffi::c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_string_lossy().into_owned())
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn gave_nothing() -> Failure {
    Failure::tool("the library gave no handle".to_owned())
}
