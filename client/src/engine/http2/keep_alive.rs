//! Keep-alive pings, which find out that the other side is gone without a word.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use h2::{Ping, PingPong};
use tokio::time::{Sleep, sleep};

/// While chats wait, a dead connection is found out within the sum of these two (RFC 9113, section 6.7).
pub(super) const PING_INTERVAL: Duration = Duration::from_secs(20);
pub(super) const PING_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct KeepAlive {
    pings: Option<PingPong>,
    timer: Option<Pin<Box<Sleep>>>,
    awaits_pong: bool,
}

impl KeepAlive {
    pub(super) fn new(pings: Option<PingPong>) -> Self {
        Self {
            pings,
            timer: None,
            awaits_pong: false,
        }
    }

    /// Ready once a ping was not answered in its time. Pings are sent while the connection is in use only, so that an idle
    /// process has no wake-ups.
    pub(super) fn poll_lost(&mut self, cx: &mut Context<'_>, in_use: bool) -> Poll<()> {
        let Some(pings) = &mut self.pings else {
            return Poll::Pending;
        };
        loop {
            if self.awaits_pong && pings.poll_pong(cx).is_ready() {
                self.awaits_pong = false;
                self.timer = None;
            }
            let timer = match &mut self.timer {
                Some(timer) => timer,
                None if in_use => self.timer.insert(Box::pin(sleep(PING_INTERVAL))),
                None => return Poll::Pending,
            };
            ready!(timer.as_mut().poll(cx));
            self.timer = None;
            if self.awaits_pong {
                return Poll::Ready(());
            }
            if in_use && pings.send_ping(Ping::opaque()).is_ok() {
                self.awaits_pong = true;
                self.timer = Some(Box::pin(sleep(PING_TIMEOUT)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::duplex;
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_not_pinged_and_has_no_timer() {
        let (here, _there) = duplex(1 << 16);
        let (_requests, mut http2) = h2::client::handshake(here).await.unwrap();
        let mut keep_alive = KeepAlive::new(http2.ping_pong());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(keep_alive.poll_lost(&mut cx, true).is_pending());
        assert!(keep_alive.timer.is_some(), "chats wait");
        advance(PING_INTERVAL).await;
        assert!(keep_alive.poll_lost(&mut cx, false).is_pending());
        assert!(keep_alive.timer.is_none() && !keep_alive.awaits_pong);
    }
}
