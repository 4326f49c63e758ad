//! What the chats of a blocked caller run on: a connection, kept from call to call, and an executor.

use std::sync::Arc;
use std::task::Waker;

use super::connection::LocalConnection;
use super::dialer::Dialer;
use super::executor::Executor;
use crate::engine::connect::Connected;
use crate::engine::exchange::{Attempt, Dispatch, Received, Request};
use crate::error::Error;

pub(crate) struct Caller {
    pub(crate) executor: Arc<Executor>,
    pub(crate) waker: Waker,
    pub(crate) dispatcher: Dispatcher,
    /// The thread that had it last.
    pub(super) thread: usize,
}

impl Caller {
    /// `connected` is for the first chat, which otherwise connects.
    pub(super) fn new(dialer: Arc<Dialer>, connected: Option<Connected>) -> Self {
        let executor = Arc::new(Executor::new());
        Self {
            waker: executor.clone().into(),
            dispatcher: Dispatcher {
                dialer,
                executor: executor.clone(),
                connected,
                connection: None,
            },
            executor,
            thread: 0,
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.dispatcher.connection.is_some()
    }
}

pub(crate) struct Dispatcher {
    dialer: Arc<Dialer>,
    executor: Arc<Executor>,
    /// Not yet taken over from the process-wide runtime.
    connected: Option<Connected>,
    /// Nothing is under way on it.
    connection: Option<LocalConnection>,
}

impl Dispatcher {
    async fn connect(&mut self, attempt: &mut Attempt<'_>) -> Result<LocalConnection, Error> {
        let connected = match self.connected.take() {
            Some(connected) => connected,
            None => Box::pin(self.dialer.connect(attempt)).await?,
        };
        LocalConnection::new(connected, &self.executor).await
    }
}

impl Dispatch for Dispatcher {
    async fn dispatch(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Received, Error> {
        loop {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => self.connect(attempt).await?,
            };
            attempt.await_pace(request).await?;
            let received = connection.exchange(request, attempt).await;
            if connection.is_reusable() {
                self.connection = Some(connection);
            }
            if let Some(received) = received? {
                return Ok(received);
            }
        }
    }
}
