//! A chat whose result is awaited, on whichever executor.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::engine::traffic::Traffic;
use crate::engine::{Chat, Network, Outgoing};
use crate::error::Error;
use crate::message::Reply;

/// A chat on the process-wide runtime; dropped before its result was taken, it is given up.
pub(crate) struct Awaited {
    traffic: Arc<Traffic>,
    result: oneshot::Receiver<Result<Reply, Error>>,
    chat: AbortHandle,
    over: bool,
}

impl Awaited {
    pub(in crate::engine) fn begin(
        traffic: &Arc<Traffic>,
        network: &Network,
        outgoing: Outgoing,
    ) -> Result<Self, Error> {
        let handle = network.runtime.handle()?;
        traffic.completions.enter(traffic)?;
        traffic.tally.started();
        let (done, result) = oneshot::channel();
        let chat = Chat::accept(traffic, outgoing);
        Ok(Self {
            traffic: traffic.clone(),
            result,
            chat: network.spawn(handle, chat, |result| _ = done.send(result)),
            over: false,
        })
    }

    fn end(&mut self) {
        self.over = true;
        self.traffic.completions.leave();
    }
}

impl Future for Awaited {
    type Output = Result<Reply, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(Pin::new(&mut self.result).poll(cx))
            .unwrap_or_else(|_| Err(Error::internal("a chat ended without a result")));
        self.end();
        self.traffic.tally.finished(&result);
        Poll::Ready(result)
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        if !self.over {
            self.chat.abort();
            self.end();
            self.traffic.tally.cancelled();
        }
    }
}
