//! A file as a part of a body: read while it is sent, a piece at a time, on a thread that may wait for the disk.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::disk;
use crate::engine::errors::causes::io_words;
use crate::engine::errors::request::of_file;
use crate::error::{Error, Resend};

const PIECE: usize = 128 << 10;

/// An open file, and how much of it is still to be sent.
pub(super) struct FileBody {
    path: PathBuf,
    left: u64,
    state: State,
}

type Reading = dyn Future<Output = Result<(File, Vec<u8>), Error>> + Send + Sync;

enum State {
    Idle(File),
    Reading(Pin<Box<Reading>>),
    Over,
}

impl FileBody {
    /// Waits for the disk, or whatever the path leads to.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let refuse = |error: std::io::Error| of_file(path, &io_words(&error));
        // Opening a pipe would wait for its other end.
        if !std::fs::metadata(path).map_err(refuse)?.is_file() {
            return Err(of_file(path, "is no regular file"));
        }
        let mut file = File::open(path).map_err(refuse)?;
        let left = file.metadata().map_err(refuse)?.len();
        // As in /proc: what it has is not known before it is read.
        if left == 0 && file.read(&mut [0]).map_err(refuse)? > 0 {
            return Err(of_file(
                path,
                "does not tell its length; send its bytes instead",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            left,
            state: State::Idle(file),
        })
    }

    pub(super) fn len(&self) -> u64 {
        self.left
    }

    fn start_reading(&mut self, mut file: File) {
        let length = usize::try_from(self.left).map_or(PIECE, |left| left.min(PIECE));
        let path = self.path.clone();
        self.state = State::Reading(Box::pin(async move {
            let read = move || {
                let piece = read_piece(&mut file, &path, length);
                piece.map(|piece| (file, piece))
            };
            let read = disk::wait_for(read).await;
            // A part of the request has left.
            read.map_err(|error| error.with_resend(Resend::Ambiguous))?
        }));
    }
}

fn read_piece(file: &mut File, path: &Path, length: usize) -> Result<Vec<u8>, Error> {
    let mut piece = vec![0; length];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Err(of_file(path, "has become shorter while it was sent")),
            Ok(count) => {
                piece.truncate(count);
                return Ok(piece);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(of_file(path, &io_words(&error))),
        }
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if let State::Idle(_) = self.state
            && let State::Idle(file) = std::mem::replace(&mut self.state, State::Over)
        {
            self.start_reading(file);
        }
        let State::Reading(reading) = &mut self.state else {
            return Poll::Ready(None);
        };
        let read = ready!(reading.as_mut().poll(cx));
        self.state = State::Over;
        let (file, piece) = read?;
        self.left = self.left.saturating_sub(piece.len() as u64);
        self.state = State::Idle(file);
        Poll::Ready(Some(Ok(Frame::data(piece.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::future::poll_fn;

    use super::*;

    async fn next(body: &mut FileBody) -> Option<Result<Bytes, Error>> {
        let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
        Some(frame.map(|frame| frame.into_data().unwrap()))
    }

    #[tokio::test]
    async fn a_file_comes_in_pieces_and_no_further_than_it_was_long() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let contents: Vec<u8> = (0..PIECE + 10).map(|at| at as u8).collect();
        fs::write(&file, &contents).unwrap();
        let mut body = FileBody::open(file.path()).unwrap();
        fs::write(&file, [&contents[..], b"more"].concat()).unwrap();
        let mut read = Vec::new();
        while let Some(piece) = next(&mut body).await {
            let piece = piece.unwrap();
            assert!(piece.len() <= PIECE);
            read.extend_from_slice(&piece);
        }
        assert_eq!(read, contents);
    }

    #[tokio::test]
    async fn a_file_that_has_shrunk_fails() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, b"contents").unwrap();
        let mut body = FileBody::open(file.path()).unwrap();
        fs::write(&file, b"").unwrap();
        let error = next(&mut body).await.unwrap().unwrap_err();
        assert!(error.message().contains("shorter"), "{error}");
        assert!(next(&mut body).await.is_none());
    }

    #[test]
    fn what_is_no_file_is_refused() {
        for path in ["/nonexistent/x.pdf", "/", "/dev/zero", "/proc/self/status"] {
            let error = FileBody::open(Path::new(path)).err().unwrap();
            assert!(error.message().starts_with("file "), "{error}");
        }
    }
}
