//! Bounds what the bytes of a peer may cost: in one poll, and before they come to anything.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::engine::errors::Flood;

/// Response heads have at most 256 KB. The rest is room for what surrounds them: TLS records, interim responses, frames.
const MAX_WITHOUT_PROGRESS: usize = 512 << 10;

/// Counts what a connection has received that no progress of a response makes up for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter(Arc<AtomicUsize>);

impl Meter {
    /// Fails where a peer sends on and on, and none of it is a part of an answer.
    pub(crate) fn received(&self, bytes: usize) -> io::Result<()> {
        let before = self.0.fetch_add(bytes, Ordering::Relaxed);
        match before > MAX_WITHOUT_PROGRESS {
            true => Err(io::Error::other(Flood)),
            false => Ok(()),
        }
    }

    /// So much has come since the last answer that it is more than a word on the connection.
    pub(crate) fn is_flooded(&self) -> bool {
        self.without_progress() > MAX_PER_TURN
    }

    pub(crate) fn without_progress(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// The head or the end of a response has come.
    pub(crate) fn progress(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// So much of a body has come in one frame. It makes up for as much again that surrounds it: frames of some bytes
    /// each, without end, are no progress.
    pub(crate) fn progress_by(&self, bytes: usize) {
        let made_up = |before: usize| Some(before.saturating_sub(2 * bytes));
        _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, made_up);
    }
}

/// What a task may read before others have their turn, while its responses make progress and once they do not: small
/// frames and interim responses take a hundred times the work of a body.
const MAX_PER_TURN: usize = 4 << 10;
const MAX_PER_IDLE_TURN: usize = 1 << 10;

/// What is left of a task's turn. A turn ends when a read is pending.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    read: usize,
}

impl Turn {
    /// How much may be read now; none once the turn is over, after which a new one begins.
    pub(crate) fn room(&mut self, meter: &Meter) -> Option<usize> {
        let max = match meter.without_progress() > MAX_PER_TURN {
            true => MAX_PER_IDLE_TURN,
            false => MAX_PER_TURN,
        };
        let room = max.saturating_sub(self.read);
        if room == 0 {
            self.read = 0;
            return None;
        }
        Some(room)
    }

    pub(crate) fn took(&mut self, bytes: usize) {
        self.read += bytes;
    }

    pub(crate) fn end(&mut self) {
        self.read = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write;
    use std::net::TcpListener;
    use std::sync::atomic::AtomicBool;
    use std::task::Poll;
    use std::thread;

    use tokio::io::AsyncReadExt;
    use url::Url;

    use super::*;
    use crate::engine::connect::Connector;
    use crate::engine::connect::stream::Stream;
    use crate::engine::connect::trust::Trusts;
    use crate::engine::process::budget::Budget;

    async fn connect(service: &TcpListener) -> Stream {
        let url = format!("http://{}", service.local_addr().unwrap());
        let url = Url::parse(&url).unwrap();
        let trust = Trusts::default().load(None).unwrap();
        let share = Budget::new().join();
        let connector = Connector::new(&url, None, &trust, Arc::default(), share).unwrap();
        connector.connect().await.unwrap().stream
    }

    /// Once behind the tasks that are ready. Tokio's own yields to the I/O driver too.
    async fn yield_now() {
        let mut yielded = false;
        poll_fn(|cx| match std::mem::replace(&mut yielded, true) {
            true => Poll::Ready(()),
            false => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await;
    }

    #[tokio::test]
    async fn others_have_their_turn_amid_a_flood() {
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut stream = connect(&service).await;
        let (mut peer, _) = service.accept().unwrap();
        peer.write_all(&vec![0; 4 * MAX_PER_TURN]).unwrap();
        let (sent, more) = (peer.try_clone().unwrap(), MAX_WITHOUT_PROGRESS);
        thread::spawn(move || (&sent).write_all(&vec![0; 2 * more]));
        let read = Arc::new(AtomicUsize::new(0));
        let over = Arc::new(AtomicBool::new(false));
        let (counted, done) = (read.clone(), over.clone());
        tokio::spawn(async move {
            let mut buffer = [0; 1 << 10];
            let failed = loop {
                match stream.read(&mut buffer).await {
                    Ok(count) => counted.fetch_add(count, Ordering::Relaxed),
                    Err(error) => break error,
                };
            };
            assert!(failed.get_ref().unwrap().is::<Flood>());
            done.store(true, Ordering::Relaxed);
        });
        let neighbour = tokio::spawn(async move {
            let mut before = 0;
            while !over.load(Ordering::Relaxed) {
                yield_now().await;
                let now = read.load(Ordering::Relaxed);
                assert!(now - before <= MAX_PER_TURN, "in one turn");
                before = now;
            }
            before
        });
        let read = neighbour.await.unwrap();
        assert!(read <= MAX_WITHOUT_PROGRESS + MAX_PER_TURN);
    }

    #[test]
    fn a_peer_that_never_comes_to_the_point_is_found_out() {
        let meter = Meter::default();
        let part = MAX_WITHOUT_PROGRESS / 4;
        for _ in 0..40 {
            meter.received(part).unwrap();
            meter.progress();
        }
        let read = (0..40).find_map(|_| meter.received(part).err());
        assert!(read.unwrap().to_string().contains("no part of an answer"));
    }

    /// How much is read until the turn is over, in parts of up to 1000 bytes.
    fn read(turn: &mut Turn, meter: &Meter) -> usize {
        let mut read = 0;
        while let Some(room) = turn.room(meter) {
            turn.took(room.min(1000));
            read += room.min(1000);
        }
        read
    }

    #[test]
    fn a_turn_ends_after_its_bytes_and_another_begins() {
        let (mut turn, meter) = (Turn::default(), Meter::default());
        assert_eq!(read(&mut turn, &meter), MAX_PER_TURN);
        assert_eq!(read(&mut turn, &meter), MAX_PER_TURN);
    }

    #[test]
    fn who_makes_no_progress_has_short_turns() {
        let (mut turn, meter) = (Turn::default(), Meter::default());
        meter.received(MAX_PER_TURN + 1).unwrap();
        assert_eq!(read(&mut turn, &meter), MAX_PER_IDLE_TURN);
        meter.progress();
        assert_eq!(read(&mut turn, &meter), MAX_PER_TURN);
    }

    /// A frame's head has 9 bytes.
    #[test]
    fn a_body_in_frames_of_some_bytes_each_is_no_progress() {
        let ends_as_flood = |payload: usize| {
            let meter = Meter::default();
            (0..=MAX_WITHOUT_PROGRESS / 8 + 1).any(|_| {
                let ended = meter.received(9 + payload).is_err();
                meter.progress_by(payload);
                ended
            })
        };
        assert!(ends_as_flood(1));
        assert!(!ends_as_flood(16));
    }
}
