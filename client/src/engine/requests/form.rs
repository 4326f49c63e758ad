//! An upload as a form, which reqwest writes; and how much of it was handed to the connection.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;
use http_body::{Body, Frame};
use reqwest::multipart::{self, Part};

use super::disk;
use super::file::FileBody;
use crate::engine::errors::causes::Causes;
use crate::engine::exchange::{Form, Streamed};
use crate::error::Error;
use crate::upload::{self, Progress, Source, Upload};

/// What has become of a form that a connection was given.
#[derive(Default)]
pub(super) struct Handed {
    bytes: AtomicUsize,
    /// The service is told of it, and nobody here.
    failure: OnceLock<Error>,
}

impl Handed {
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Why it came to no end: a file could not be read.
    pub(super) fn failure(&self) -> Option<&Error> {
        self.failure.get()
    }
}

/// The form of an upload for one attempt, its files open at their beginning.
pub(super) async fn prepare(upload: &Upload, handed: Arc<Handed>) -> Result<Form, Error> {
    let parts = upload.parts.clone();
    let (form, length) = match parts.iter().any(upload::Part::is_file) {
        true => disk::wait_for(move || written(parts)).await??,
        false => written(parts)?,
    };
    let content_type = format!("multipart/form-data; boundary={}", form.boundary());
    let progress = upload.progress();
    progress.begin(length);
    let counted = Counted {
        stream: Box::pin(form.into_stream()),
        handed,
        progress,
    };
    Ok(Form {
        content_type: HeaderValue::try_from(content_type).map_err(Error::internal)?,
        body: Streamed::new(length, counted),
    })
}

/// A form, and its length: that of the same form with empty parts, and of what is in them.
fn written(parts: Vec<upload::Part>) -> Result<(multipart::Form, u64), Error> {
    let new = || multipart::Form::new().percent_encode_noop();
    let (mut form, mut empty, mut length) = (new(), new(), 0);
    for part in parts {
        let name = quoted(&part.name);
        let (body, bytes) = open(&part.source)?;
        form = form.part(name.clone(), described(&part, Part::stream(body))?);
        empty = empty.part(name, described(&part, Part::bytes(&b""[..]))?);
        length += bytes;
    }
    Ok((form, length + length_of(empty)?))
}

fn open(source: &Source) -> Result<(reqwest::Body, u64), Error> {
    match source {
        Source::Memory(bytes) => Ok((bytes.clone().into(), bytes.len() as u64)),
        Source::File(path) => {
            let file = FileBody::open(path)?;
            let length = file.len();
            Ok((reqwest::Body::wrap(file), length))
        }
    }
}

fn described(part: &upload::Part, mut described: Part) -> Result<Part, Error> {
    if let Some(file_name) = &part.file_name {
        described = described.file_name(file_name.clone());
    }
    if let Some(media_type) = part.media_type() {
        let problem = "is no media type such as application/pdf";
        described = described
            .mime_str(media_type)
            .map_err(|_| Error::invalid_argument("content_type", problem))?;
    }
    Ok(described)
}

/// Of a form that waits for nothing.
fn length_of(form: multipart::Form) -> Result<u64, Error> {
    let mut stream = std::pin::pin!(form.into_stream());
    let mut length = 0;
    loop {
        match stream
            .as_mut()
            .poll_next(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(Some(Ok(piece))) => length += piece.len() as u64,
            Poll::Ready(None) => return Ok(length),
            _ => return Err(Error::internal("an empty form has no end")),
        }
    }
}

/// A name as it may stand in quotes (WHATWG HTML, "multipart/form-data encoding algorithm").
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
}

type Pieces = dyn Stream<Item = Result<Bytes, reqwest::Error>> + Send;

/// A form that keeps account of what is read of it.
struct Counted {
    stream: Pin<Box<Pieces>>,
    handed: Arc<Handed>,
    progress: Progress,
}

impl Body for Counted {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let piece = ready!(self.stream.as_mut().poll_next(cx));
        Poll::Ready(piece.map(|piece| match piece {
            Ok(piece) => {
                self.handed.bytes.fetch_add(piece.len(), Ordering::Relaxed);
                self.progress.add(piece.len() as u64);
                Ok(Frame::data(piece))
            }
            Err(error) => {
                let own = Causes::of(&error).find::<Error>().cloned();
                let own = own.unwrap_or_else(|| Error::internal("a form broke off"));
                _ = self.handed.failure.set(own.clone());
                Err(own)
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    /// It would wait for a thread.
    #[test]
    fn a_form_without_a_file_waits_for_nothing() {
        let mut upload = Upload::new();
        upload.text("a", "b").bytes("c", "d.txt", *b"e");
        let preparing = pin!(prepare(&upload, Arc::default()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(preparing.poll(&mut context).is_ready());
        assert!(upload.progress().total() > 0);
    }
}
