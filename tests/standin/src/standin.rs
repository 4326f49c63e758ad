//! The running stand-in as an object.

use std::path::Path;
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::background::Background;
use crate::builder::Builder;
use crate::record::RecordedRequest;
use crate::service::Service;
use crate::stats::Stats;

/// A running stand-in service. Dropping it cuts every connection and ends its thread.
pub struct Standin {
    pub(crate) base_url: String,
    pub(crate) ca_file: Option<NamedTempFile>,
    pub(crate) service: Arc<Service>,
    pub(crate) _background: Background,
}

impl Standin {
    /// Starts from plain HTTP on a free port of 127.0.0.1, answering at once.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// `http://127.0.0.1:PORT`, or with TLS `https://localhost:PORT`, and `https://[ADDRESS]:PORT` at an IPv6 address.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The private certificate authority's PEM file, which lives as long as the stand-in.
    ///
    /// # Panics
    ///
    /// When the stand-in was started without TLS.
    pub fn ca_file(&self) -> &Path {
        let ca_file = self.ca_file.as_ref();
        ca_file
            .expect(
                "a stand-in without TLS has no certificate authority: start it with Builder::tls",
            )
            .path()
    }

    /// What was received, oldest first; the last 10 000 requests are kept.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.service.records.all()
    }

    /// Forgets the recorded requests, the conversations and the counts behind `fails=N`.
    pub fn clear(&self) {
        self.service.clear();
    }

    /// Counters since the start.
    pub fn stats(&self) -> Stats {
        self.service.counters.stats()
    }
}
