//! What is given up by the dozen ends no connection.

use std::task::{Context, Poll};

use http_body::Frame;

use super::*;
use crate::engine::exchange::Streamed;
use crate::error::Error;

/// More resets than servers bear of requests that they have not looked at.
const MANY: usize = 60;

/// A body that cannot be read.
struct Unreadable;

impl Body for Unreadable {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Poll::Ready(Some(Err(Error::internal("the disk is gone"))))
    }
}

/// Begins many, gives them up, and has the service look at them long after that.
async fn all_are_reset_late(body: impl Fn() -> OutgoingBody, fails: bool) {
    let (connection, mut service) = served().await;
    assert!(
        timeout(Duration::from_millis(1), service.accept())
            .await
            .is_err()
    );
    for _ in 0..MANY {
        let begun = connection.begin_with(body()).unwrap();
        let mut begun = pin!(DelayedReset::new(begun, Permit(connection.clone())));
        let ended = timeout(Duration::from_millis(1), begun.as_mut()).await;
        assert_eq!(ended.is_ok(), fails);
        assert!(
            begun.take_permit().is_none(),
            "the stream counts until then"
        );
    }
    sleep(PING_TIMEOUT / 2).await;
    let mut answers = Vec::new();
    for _ in 0..MANY {
        answers.push(service.accept().await.unwrap().unwrap().1);
    }
    let driving = tokio::spawn(drive(service));
    for answer in &mut answers {
        let reason = poll_fn(|cx| answer.poll_reset(cx)).await.unwrap();
        assert_eq!(reason, Reason::CANCEL);
    }
    assert!(!connection.is_closed() && !driving.is_finished());
}

#[tokio::test(start_paused = true)]
async fn messages_are_reset_once_the_service_has_read_them_however_late() {
    let message = || OutgoingBody::new(Bytes::from_static(b"{}"), Commit::default());
    all_are_reset_late(message, false).await;
}

#[tokio::test(start_paused = true)]
async fn so_are_requests_without_a_body() {
    let nothing = || OutgoingBody::new(Bytes::new(), Commit::default());
    all_are_reset_late(nothing, false).await;
}

#[tokio::test(start_paused = true)]
async fn so_are_uploads_whose_files_cannot_be_read() {
    let upload = || OutgoingBody::streamed(Streamed::new(9, Unreadable), Commit::default());
    all_are_reset_late(upload, true).await;
}
