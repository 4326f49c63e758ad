//! The calls that are no chats. Each waits in the library; Ctrl-C ends the program.

use std::ffi::{CStr, CString, c_char};
use std::ptr::{self, NonNull};
use std::slice;

use super::{Client, gave_nothing, owned_failure, text};
use crate::c;
use crate::failure::Failure;

/// A response of a status from 200 to 299.
pub struct Response(NonNull<c::RobofyResponse>);

impl Response {
    /// The body as it was received.
    pub fn body(&self) -> &[u8] {
        // SAFETY: a live handle; its body is NULL or has so many bytes, and lives as long as it.
        unsafe {
            let body = c::robofy_response_body(self.0.as_ptr()).cast::<u8>();
            let length = c::robofy_response_body_length(self.0.as_ptr());
            match usize::try_from(length) {
                Ok(length) if !body.is_null() => slice::from_raw_parts(body, length),
                _ => &[],
            }
        }
    }

    /// What the service's envelope holds: JSON.
    pub fn data(&self) -> Option<String> {
        // SAFETY: a live handle, and NULL or a text that is copied.
        unsafe { text(c::robofy_response_data(self.0.as_ptr())) }
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        // SAFETY: made by robofy_client_request, freed once.
        unsafe { c::robofy_response_free(self.0.as_ptr()) }
    }
}

/// One page of leads, in JSON.
pub struct Page {
    /// Of all leads.
    pub columns: Option<String>,
    /// The leads.
    pub rows: Vec<String>,
}

/// What the service lists of a conversation, by its own names.
pub type Session = [(&'static str, Option<String>); 6];

type Getter = unsafe extern "C" fn(*const c::RobofySessions, u64) -> *const c_char;

const SESSION_FIELDS: [(&str, Getter); 6] = [
    ("session_id", c::robofy_sessions_session_id),
    ("last_message_time", c::robofy_sessions_last_message_time),
    ("user_profile_name", c::robofy_sessions_user_profile_name),
    (
        "last_message_direction",
        c::robofy_sessions_last_message_direction,
    ),
    ("last_message", c::robofy_sessions_last_message),
    ("website_url", c::robofy_sessions_website_url),
];

impl Client {
    /// Calls any endpoint.
    pub fn request(
        &self,
        method: &CStr,
        path: &CStr,
        query: &[(CString, CString)],
        json_body: Option<&CStr>,
    ) -> Result<Response, Failure> {
        let call = Call::new(query)?;
        let mut error = ptr::null_mut();
        // SAFETY: handles and texts that live through the call, and a place for the error; what is returned is ours.
        let response = unsafe {
            c::robofy_client_request(
                self.0.as_ptr(),
                method.as_ptr(),
                path.as_ptr(),
                ptr::null(),
                json_body.map_or(ptr::null(), CStr::as_ptr),
                call.0.as_ptr(),
                &raw mut error,
            )
        };
        NonNull::new(response)
            .map(Response)
            .ok_or_else(|| owned_failure(error))
    }

    /// The conversations of an agent.
    pub fn sessions(&self, chatbot_id: &CStr) -> Result<Vec<Session>, Failure> {
        let mut error = ptr::null_mut();
        // SAFETY: a handle and a text that live through the call, and a place for the error; the sessions are ours, read,
        // then freed once.
        unsafe {
            let sessions = c::robofy_inbox_sessions(
                self.0.as_ptr(),
                chatbot_id.as_ptr(),
                ptr::null(),
                &raw mut error,
            );
            if sessions.is_null() {
                return Err(owned_failure(error));
            }
            let read = |at| SESSION_FIELDS.map(|(name, get)| (name, text(get(sessions, at))));
            let all = (0..c::robofy_sessions_count(sessions)).map(read).collect();
            c::robofy_sessions_free(sessions);
            Ok(all)
        }
    }
}

struct Call(NonNull<c::RobofyCall>);

impl Call {
    fn new(query: &[(CString, CString)]) -> Result<Self, Failure> {
        // SAFETY: takes nothing; what it returns is ours.
        let call = NonNull::new(unsafe { c::robofy_call_new() })
            .map(Self)
            .ok_or_else(gave_nothing)?;
        for (name, value) in query {
            // SAFETY: a live handle that nobody else uses, and texts that are copied.
            unsafe { c::robofy_call_add_query(call.0.as_ptr(), name.as_ptr(), value.as_ptr()) }
        }
        Ok(call)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // SAFETY: made by robofy_call_new, freed once.
        unsafe { c::robofy_call_free(self.0.as_ptr()) }
    }
}

/// The leads of an agent, page by page.
pub struct Leads(NonNull<c::RobofyLeads>);

impl Leads {
    /// Asks for nothing yet.
    pub fn new(pid: &CStr, chatbot_id: &CStr, session_id: Option<&CStr>) -> Result<Self, Failure> {
        // SAFETY: texts that are copied; what is returned is ours.
        let leads = NonNull::new(unsafe { c::robofy_leads_new(pid.as_ptr(), chatbot_id.as_ptr()) })
            .map(Self)
            .ok_or_else(gave_nothing)?;
        if let Some(session_id) = session_id {
            // SAFETY: a live handle that nobody else uses, and a text that is copied.
            unsafe { c::robofy_leads_set_session_id(leads.0.as_ptr(), session_id.as_ptr()) }
        }
        Ok(leads)
    }

    /// `None` after the last page.
    pub fn next(&mut self, client: &Client) -> Result<Option<Page>, Failure> {
        let mut error = ptr::null_mut();
        // SAFETY: handles that live through the call, the leads used by nobody else, and a place for the error; the page is
        // ours, read, then freed once.
        unsafe {
            let page = c::robofy_leads_next(
                self.0.as_ptr(),
                client.0.as_ptr(),
                ptr::null(),
                &raw mut error,
            );
            if !error.is_null() {
                return Err(owned_failure(error));
            }
            if page.is_null() {
                return Ok(None);
            }
            let row = |at| text(c::robofy_page_row(page, at)).unwrap_or_default();
            let read = Page {
                columns: text(c::robofy_page_columns(page)),
                rows: (0..c::robofy_page_count(page)).map(row).collect(),
            };
            c::robofy_page_free(page);
            Ok(Some(read))
        }
    }
}

impl Drop for Leads {
    fn drop(&mut self) {
        // SAFETY: made by robofy_leads_new, freed once.
        unsafe { c::robofy_leads_free(self.0.as_ptr()) }
    }
}
