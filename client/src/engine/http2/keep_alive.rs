//! Pings, which find out that the other side is gone without a word, and how far it has read.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use h2::{Ping, PingPong};
use tokio::time::{Sleep, sleep};

use super::connection::{Probe, Probes};

/// While chats wait, a dead connection is found out within the sum of these two (RFC 9113, section 6.7).
pub(super) const PING_INTERVAL: Duration = Duration::from_secs(20);
pub(super) const PING_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct KeepAlive {
    pings: Option<PingPong>,
    timer: Option<Pin<Box<Sleep>>>,
    awaits_pong: bool,
    probes: Probes,
    /// Answered by the pong of the next ping, or of the one under way.
    asked: Vec<Probe>,
}

impl KeepAlive {
    pub(super) fn new(pings: Option<PingPong>, probes: Probes) -> Self {
        Self {
            pings,
            timer: None,
            awaits_pong: false,
            probes,
            asked: Vec::new(),
        }
    }

    /// A frame is read after all that were sent before it (RFC 9113, section 5.1).
    fn take_probes(&mut self, cx: &mut Context<'_>) {
        while let Poll::Ready(Some(probe)) = self.probes.0.poll_recv(cx) {
            self.asked.push(probe);
        }
    }

    /// Ready once a ping was not answered in its time. Pings are sent while the connection is in use only, so that an idle
    /// process has no wake-ups.
    pub(super) fn poll_lost(&mut self, cx: &mut Context<'_>, in_use: bool) -> Poll<()> {
        if self.awaits_pong && self.poll_pong(cx).is_ready() {
            self.awaits_pong = false;
            self.timer = None;
            self.asked.clear();
        }
        if !self.awaits_pong {
            self.take_probes(cx);
            if !self.asked.is_empty() {
                self.ping();
            }
        }
        loop {
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
            if in_use {
                self.ping();
            }
        }
    }

    fn poll_pong(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.pings {
            Some(pings) => pings.poll_pong(cx).map(drop),
            None => Poll::Pending,
        }
    }

    fn ping(&mut self) {
        let Some(pings) = &mut self.pings else {
            return;
        };
        if pings.send_ping(Ping::opaque()).is_ok() {
            self.awaits_pong = true;
            self.timer = Some(Box::pin(sleep(PING_TIMEOUT)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::duplex;
    use tokio::time::advance;

    use super::super::connection::Http2;
    use super::super::handshake::LastStream;
    use super::*;
    use crate::engine::connect::meter::Meter;

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_not_pinged_and_has_no_timer() {
        let (here, _there) = duplex(1 << 16);
        let (requests, mut http2) = h2::client::handshake(here).await.unwrap();
        let (_http2, probes) = Http2::new(requests, Meter::default(), LastStream::default());
        let mut keep_alive = KeepAlive::new(http2.ping_pong(), probes);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(keep_alive.poll_lost(&mut cx, true).is_pending());
        assert!(keep_alive.timer.is_some(), "chats wait");
        advance(PING_INTERVAL).await;
        assert!(keep_alive.poll_lost(&mut cx, false).is_pending());
        assert!(keep_alive.timer.is_none() && !keep_alive.awaits_pong);
    }
}
