//! A chat's one timer, on the process-wide runtime or on the caller's own thread.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::time::Sleep;

pub(crate) trait Timer: Send {
    /// Ready once the time has come. Only the last time asked for counts.
    fn poll_at(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()>;

    /// Whether other chats wait for the thread that this one runs on.
    fn shares_thread(&self) -> bool;
}

impl Timer for Pin<&mut Sleep> {
    fn poll_at(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        // Set for too early a time it stays, and is set anew when it fires: that spares work on the runtime's timer wheel.
        if self.deadline().into_std() > at {
            self.as_mut().reset(at.into());
        }
        loop {
            ready!(self.as_mut().poll(cx));
            if self.deadline().into_std() >= at {
                return Poll::Ready(());
            }
            self.as_mut().reset(at.into());
        }
    }

    fn shares_thread(&self) -> bool {
        true
    }
}
