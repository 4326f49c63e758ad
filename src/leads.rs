//! `RobofyLeads` and `RobofyPage`.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;

use robofy_client::{Error, LeadsPage, LeadsQuery};

use crate::boundary::{guard, try_guard};
use crate::call::RobofyCall;
use crate::client::{RobofyClient, this};
use crate::error::RobofyError;
use crate::text::{BadValues, borrowed, optional, required, to_c};

/// The leads that an agent has collected, page by page: which ones, and how far they were read. Only one thread at a
/// time may use it.
///
/// Methods:
/// - robofy_leads_new, robofy_leads_free
/// - robofy_leads_set_session_id: those of one conversation
/// - robofy_leads_next: the next page
///
/// Since 0.1.0.
pub struct RobofyLeads {
    query: LeadsQuery,
    bad: BadValues,
}

/// One page of leads. The service's reference does not describe columns and rows: they are JSON as it was written.
/// Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_page_columns, robofy_page_count, robofy_page_row
/// - robofy_page_next_token: what the service names the next page by
/// - robofy_page_free
///
/// Since 0.1.0.
pub struct RobofyPage {
    columns: Option<CString>,
    rows: Vec<CString>,
    next_token: Option<CString>,
}

impl From<LeadsPage> for RobofyPage {
    fn from(page: LeadsPage) -> Self {
        Self {
            columns: page.columns().map(to_c),
            rows: page.rows().map(to_c).collect(),
            next_token: page.next_page_token().map(to_c),
        }
    }
}

/// All leads of an agent, from their first page on. Asks the service for nothing yet.
///
/// @param project_id The project.
/// @param chatbot_id The agent of that project.
/// @return Leads to be freed with robofy_leads_free; never NULL. A bad value is reported by robofy_leads_next.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_leads_new(
    project_id: *const c_char,
    chatbot_id: *const c_char,
) -> Option<Box<RobofyLeads>> {
    guard(|| {
        let mut bad = BadValues::default();
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let (project_id, chatbot_id) = unsafe { (required(project_id), required(chatbot_id)) };
        let project_id = bad.check("project_id", project_id).unwrap_or_default();
        let chatbot_id = bad.check("chatbot_id", chatbot_id).unwrap_or_default();
        let query = LeadsQuery::new(project_id, chatbot_id);
        Some(Box::new(RobofyLeads { query, bad }))
    })
}

/// Only the leads of one conversation.
///
/// @param leads      The leads to change; with NULL nothing happens.
/// @param session_id The conversation; NULL, the default, for those of all.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_leads_set_session_id(
    leads: Option<&mut RobofyLeads>,
    session_id: *const c_char,
) {
    guard(|| {
        let Some(leads) = leads else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let session_id = unsafe { optional(session_id) };
        if let Some(session_id) = leads.bad.check("session_id", session_id) {
            leads.query.session_id(session_id);
        }
    });
}

/// Asks the service for the next page and waits for it. If the request fails, the next call asks for the same page
/// again. If the response is no page of leads, there is no next page.
///
/// @param leads      The leads to go on with.
/// @param client     The client to call with.
/// @param options    Its timeout bounds the call; its other values have no effect. NULL for every default.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A page to be freed with robofy_page_free; NULL without an error after the last one. Or NULL and an error, as
///     of robofy_client_request; ROBOFY_STATUS_PROTOCOL too for a page of more than 100 000 rows, and where the leads
///     come to no end: a page token that comes again or is longer than 8 KB, more than 10 000 pages. With NULL for `error`
///     a failure looks like the last page.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_leads_next(
    leads: Option<&mut RobofyLeads>,
    client: Option<&RobofyClient>,
    options: Option<&RobofyCall>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyPage>> {
    let page = try_guard(error, || {
        let leads = leads.ok_or_else(|| Error::invalid_argument("leads", "must not be NULL"))?;
        let client = this(client)?;
        leads.bad.report()?;
        leads.query.timeout(RobofyCall::timeout(options));
        client.next_leads(&mut leads.query)
    });
    guard(|| page.flatten().map(|page| Box::new(page.into())))
}

/// Frees leads. Their pages are not affected.
///
/// @param leads What robofy_leads_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_leads_free(leads: Option<Box<RobofyLeads>>) {
    guard(|| drop(leads));
}

/// The columns of the leads.
///
/// @param page The page to read; may be NULL.
/// @return The text of a JSON value, borrowed from the page; NULL if the service sent none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_page_columns(page: Option<&RobofyPage>) -> *const c_char {
    borrowed(page.and_then(|page| page.columns.as_ref()))
}

/// How many leads the page has.
///
/// @param page The page to read; may be NULL.
/// @return Their number; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_page_count(page: Option<&RobofyPage>) -> u64 {
    page.map_or(0, |page| page.rows.len() as u64)
}

/// One lead.
///
/// @param page  The page to read; may be NULL.
/// @param index Which one, from 0 on.
/// @return The text of a JSON value, borrowed from the page; NULL if there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_page_row(page: Option<&RobofyPage>, index: u64) -> *const c_char {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    borrowed(page.and_then(|page| page.rows.get(index)))
}

/// What the service names the next page by.
///
/// @param page The page to read; may be NULL.
/// @return A text borrowed from the page; NULL on the last page, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_page_next_token(page: Option<&RobofyPage>) -> *const c_char {
    borrowed(page.and_then(|page| page.next_token.as_ref()))
}

/// Frees a page and what was read from it.
///
/// @param page What robofy_leads_next returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_page_free(page: Option<Box<RobofyPage>>) {
    guard(|| drop(page));
}
