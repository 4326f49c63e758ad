//! A message for tests that need no client.

use std::sync::Arc;

use bytes::Bytes;

use super::{Account, Request, What};
use crate::engine::metrics::Metrics;
use crate::options::Options;
use crate::secret::ApiKey;
use crate::wire::Endpoint;

pub(crate) const ANSWER: &str = r#"{"message":"Success","data":{"answer":"Hi!"}}"#;

pub(crate) struct Fixture {
    account: Arc<Account>,
    pub(crate) metrics: Metrics,
    body: Bytes,
}

impl Fixture {
    pub(crate) fn new(body: Vec<u8>) -> Self {
        Self {
            account: Arc::new(Account {
                key: ApiKey::new("a-test-key").unwrap(),
                settings: Options::new().validate().unwrap(),
            }),
            metrics: Metrics::default(),
            body: body.into(),
        }
    }

    pub(crate) fn request(&self) -> Request<'_> {
        Request {
            account: &self.account,
            metrics: &self.metrics,
            what: What::Message(Endpoint::WhatsApp),
            body: &self.body,
            form: None,
            reservation: None,
            streaming: None,
        }
    }
}
