//! One chat from its deadline to its reply: attempts, and the waits between them.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::alarm::Alarm;
use super::attempt::{Way, attempt};
use crate::error::Error;
use crate::message::Reply;
use crate::options::Settings;
use crate::secret::ApiKey;

/// What all chats of a client have in common.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) key: ApiKey,
    pub(crate) settings: Settings,
}

/// A message on its way to the service.
pub(crate) struct Chat {
    pub(crate) account: Arc<Account>,
    pub(crate) body: Bytes,
    pub(crate) started: Instant,
    pub(crate) deadline: Instant,
}

impl Chat {
    /// The reply, or the last attempt's error, before the deadline.
    pub(crate) async fn run(
        &self,
        way: &mut impl Way,
        alarm: &mut dyn Alarm,
    ) -> Result<Reply, Error> {
        let retry = self.account.settings.retry;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let error = match attempt(self, way, alarm).await {
                Ok(received) => {
                    return Ok(Reply {
                        answer: received.answer.answer,
                        session_id: received.answer.session_id,
                        message: received.answer.message,
                        json: received.json,
                        attempts,
                        elapsed: self.started.elapsed(),
                    });
                }
                Err(error) => error,
            };
            match retry.next_wait(attempts, &error, self.deadline) {
                Some(wait) => {
                    let due = Instant::now() + wait;
                    poll_fn(|cx| alarm.poll_at(cx, due)).await;
                }
                None => return Err(error),
            }
        }
    }
}
