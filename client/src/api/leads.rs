//! The leads that an agent has collected, page by page.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use super::{data, listed, unexpected};
use crate::async_client::AsyncClient;
use crate::client::Client;
use crate::error::{Error, Status};
use crate::path::segment;
use crate::request::RequestBuilder;
use crate::response::Response;
use crate::wire;

/// Of one query: a service that never comes to an end is not followed for ever.
const MAX_PAGES: usize = 10_000;
/// Of bytes; a URL does not hold many more.
const MAX_TOKEN: usize = 8 << 10;

/// Which leads, and how far they were read: the pages come in their order, each once.
///
/// ```no_run
/// use robofy_client::{Client, LeadsQuery, Options};
///
/// let client = Client::new("your-api-key", &Options::new())?;
/// for page in client.leads(LeadsQuery::new("your-project-id", "your-chatbot-id")) {
///     for row in page?.rows() {
///         println!("{row}");
///     }
/// }
/// # Ok::<(), robofy_client::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LeadsQuery {
    project_id: String,
    chatbot_id: String,
    session_id: Option<String>,
    timeout: Option<Duration>,
    next: Option<String>,
    seen: BTreeSet<String>,
    over: bool,
}

/// One page of leads. `Debug` shows how many there are, and nothing of them.
#[derive(Clone)]
pub struct LeadsPage {
    columns: Option<String>,
    rows: Vec<String>,
    next_page_token: Option<String>,
}

/// The pages of a query; it ends after its first error.
pub struct Leads<'a> {
    client: &'a Client,
    query: LeadsQuery,
}

impl LeadsQuery {
    /// All leads of the agent `chatbot_id` of a project.
    pub fn new(project_id: impl Into<String>, chatbot_id: impl Into<String>) -> Self {
        Self {
            project_id: project_id.into(),
            chatbot_id: chatbot_id.into(),
            session_id: None,
            timeout: None,
            next: None,
            seen: BTreeSet::new(),
            over: false,
        }
    }

    /// Only those of one conversation.
    pub fn session_id(&mut self, session_id: Option<&str>) -> &mut Self {
        self.session_id = session_id.map(str::to_owned);
        self
    }

    /// Bounds the call for each page; with `None` [the client's timeout](crate::Options::timeout) does.
    pub fn timeout(&mut self, timeout: Option<Duration>) -> &mut Self {
        self.timeout = timeout;
        self
    }

    fn request<'a, C>(
        &self,
        begin: impl FnOnce(&str) -> RequestBuilder<'a, C>,
    ) -> Result<RequestBuilder<'a, C>, Error> {
        let project = segment("project_id", &self.project_id)?;
        let chatbot = segment("chatbot_id", &self.chatbot_id)?;
        let mut request = begin(&format!("/v1/ai-agent/leads/{project}/{chatbot}"));
        if let Some(token) = &self.next {
            request = request.query("nextPageToken", token);
        }
        if let Some(session_id) = &self.session_id {
            request = request.query("sessionId", session_id);
        }
        Ok(match self.timeout {
            Some(timeout) => request.timeout(timeout),
            None => request,
        })
    }

    fn take(&mut self, response: &Response) -> Result<LeadsPage, Error> {
        // Whatever it is: after an error there is no next page.
        self.over = true;
        let page = LeadsPage::read(response)?;
        self.next.clone_from(&page.next_page_token);
        if let Some(token) = &self.next {
            if token.len() > MAX_TOKEN {
                return Err(endless(
                    "the service gives a page token of more than 8192 bytes, with which no page can be asked for",
                ));
            }
            if !self.seen.insert(token.clone()) {
                return Err(endless(
                    "the service gives a page token that it gave before",
                ));
            }
            if self.seen.len() >= MAX_PAGES {
                return Err(endless("there are more than 10 000 pages"));
            }
        }
        self.over = self.next.is_none();
        Ok(page)
    }
}

fn endless(why: &str) -> Error {
    let message = format!("the leads do not come to an end: {why}; narrow them with session_id");
    Error::new(Status::Protocol, message)
}

impl LeadsPage {
    fn read(response: &Response) -> Result<Self, Error> {
        let [report] = wire::members(data(response)?, ["report"]).unwrap_or_default();
        let report =
            report.and_then(|json| wire::members(json, ["columns", "rows", "next_page_token"]));
        let [columns, rows, token] =
            report.ok_or_else(|| unexpected(response, "data.report is missing"))?;
        let rows = rows
            .and_then(|json| listed(response, json))
            .ok_or_else(|| unexpected(response, "data.report.rows is no array"))??;
        Ok(Self {
            columns: columns.map(str::to_owned),
            rows: rows.into_iter().map(str::to_owned).collect(),
            next_page_token: token
                .filter(|json| !matches!(*json, "true" | "false"))
                .and_then(wire::scalar)
                .filter(|token| !token.is_empty()),
        })
    }

    /// The JSON of the columns, as the service has written it.
    pub fn columns(&self) -> Option<&str> {
        self.columns.as_deref()
    }

    /// The JSON of each row, as the service has written it.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &str> {
        self.rows.iter().map(String::as_str)
    }

    /// What the next page is asked for with; `None` on the last.
    pub fn next_page_token(&self) -> Option<&str> {
        self.next_page_token.as_deref()
    }
}

impl fmt::Debug for LeadsPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeadsPage")
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The pages of leads, each asked for when it is taken.
    pub fn leads(&self, query: LeadsQuery) -> Leads<'_> {
        Leads {
            client: self,
            query,
        }
    }

    /// The next page of a query; `None` after the last, and after an error of the service's answer.
    ///
    /// # Errors
    ///
    /// As of [a request](crate::RequestBuilder::send). [`Protocol`](Status::Protocol) too for a page of more than 100 000 rows,
    /// and for leads that do not come to an end: a page token that comes again or is longer than 8 KB, more than 10 000 pages.
    pub fn next_leads(&self, query: &mut LeadsQuery) -> Result<Option<LeadsPage>, Error> {
        if query.over {
            return Ok(None);
        }
        let response = query.request(|path| self.request("GET", path))?.send()?;
        query.take(&response).map(Some)
    }
}

impl AsyncClient {
    /// The next page of a query; `None` after the last, and after an error of the service's answer.
    ///
    /// # Errors
    ///
    /// As [`Client::next_leads`].
    pub async fn next_leads(&self, query: &mut LeadsQuery) -> Result<Option<LeadsPage>, Error> {
        if query.over {
            return Ok(None);
        }
        let request = query.request(|path| self.request("GET", path))?;
        let response = request.send().await?;
        query.take(&response).map(Some)
    }
}

impl Iterator for Leads<'_> {
    type Item = Result<LeadsPage, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.client.next_leads(&mut self.query);
        self.query.over |= next.is_err();
        next.transpose()
    }
}

impl fmt::Debug for Leads<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leads").field("query", &self.query).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::MAX_LISTED;
    use crate::api::sessions::InboxSession;

    fn response(data: &str) -> Response {
        Response {
            status: 200,
            headers: http::HeaderMap::new(),
            body: format!(r#"{{"data":{data}}}"#).into_bytes(),
            attempts: 1,
            elapsed: Duration::ZERO,
            data: Default::default(),
        }
    }

    /// The page that a token comes with, and whether there is another.
    fn taken(token: &str) -> (Result<LeadsPage, Error>, bool) {
        let report = format!(r#"{{"report":{{"rows":[],"next_page_token":{token}}}}}"#);
        let mut query = LeadsQuery::new("1", "2");
        let page = query.take(&response(&report));
        (page, !query.over)
    }

    #[test]
    #[cfg_attr(miri, ignore = "a hundred thousand entries take minutes")]
    fn a_list_takes_no_more_memory_than_many_real_entries() {
        let list = |entries| format!("[{}{{}}]", "{},".repeat(entries - 1));
        let leads = |entries| {
            LeadsPage::read(&response(&format!(
                r#"{{"report":{{"rows":{}}}}}"#,
                list(entries)
            )))
        };
        let sessions = |entries| InboxSession::read(&response(&list(entries)));
        assert_eq!(leads(MAX_LISTED).unwrap().rows().len(), MAX_LISTED);
        assert_eq!(sessions(MAX_LISTED).unwrap().len(), MAX_LISTED);
        for error in [
            leads(MAX_LISTED + 1).unwrap_err(),
            sessions(MAX_LISTED + 1).unwrap_err(),
        ] {
            assert_eq!(error.status(), Status::Protocol);
            assert!(error.message().contains("100 000"), "{error}");
        }
    }

    #[test]
    fn a_token_is_a_text_or_a_number() {
        for (json, token) in [
            ("\"a\"", Some("a")),
            ("7", Some("7")),
            ("\"\"", None),
            ("null", None),
            ("false", None),
            ("{}", None),
        ] {
            let (page, goes_on) = taken(json);
            assert_eq!(page.unwrap().next_page_token(), token, "{json}");
            assert_eq!(goes_on, token.is_some(), "{json}");
        }
    }

    #[test]
    fn a_token_that_no_url_holds_is_the_services_fault() {
        let (page, goes_on) = taken(&format!("\"{}\"", "x".repeat(MAX_TOKEN + 1)));
        let error = page.unwrap_err();
        assert_eq!((error.status(), goes_on), (Status::Protocol, false));
        assert!(error.message().contains("token"), "{error}");
    }
}
