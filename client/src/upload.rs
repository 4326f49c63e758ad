//! What a multipart request carries: files, bytes and fields; and how much of it has been sent.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use crate::error::Error;

/// The formats that the service's reference names for an agent's files.
const CONTENT_TYPES: [(&str, &str); 10] = [
    ("pdf", "application/pdf"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("doc", "application/msword"),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("txt", "text/plain"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("md", "text/markdown"),
    ("json", "application/json"),
];
const BYTES: &str = "application/octet-stream";

/// The parts of a multipart request (RFC 7578), in their order. A file is read from disk while it is sent, a part at a time.
///
/// Setters keep a bad value, and the call that sends the upload reports it by name.
///
/// ```no_run
/// use robofy_client::{Client, Options, Upload};
///
/// let client = Client::new("your-api-key", &Options::new())?;
/// let mut upload = Upload::new();
/// upload.text("chatbot_id", "your-chatbot-id").file("file", "prices.pdf");
/// let progress = upload.progress();
/// std::thread::spawn(move || println!("{} of {} bytes", progress.sent(), progress.total()));
/// client.upload("/v1/the/path/of/the/service", &upload).send()?;
/// # Ok::<(), robofy_client::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Upload {
    pub(crate) parts: Vec<Part>,
    progress: Progress,
}

#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// A field has none.
    pub(crate) file_name: Option<String>,
    content_type: Option<String>,
    pub(crate) source: Source,
}

#[derive(Clone)]
pub(crate) enum Source {
    File(PathBuf),
    Memory(Bytes),
}

impl Upload {
    /// Without parts, which cannot be sent.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    pub fn text(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        let value = Bytes::from(value.into());
        self.add(name.into(), None, Source::Memory(value))
    }

    /// Adds a file, which is opened when it is sent. It goes by the last name of its path.
    pub fn file(&mut self, name: impl Into<String>, path: impl Into<PathBuf>) -> &mut Self {
        let path = path.into();
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        self.add(
            name.into(),
            Some(file_name.into_owned()),
            Source::File(path),
        )
    }

    /// Adds a file that is in memory.
    pub fn bytes(
        &mut self,
        name: impl Into<String>,
        file_name: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> &mut Self {
        let bytes = Bytes::from(bytes.into());
        self.add(name.into(), Some(file_name.into()), Source::Memory(bytes))
    }

    fn add(&mut self, name: String, file_name: Option<String>, source: Source) -> &mut Self {
        self.parts.push(Part {
            name,
            file_name,
            content_type: None,
            source,
        });
        self
    }

    /// The name that the file which was added last goes by.
    pub fn file_name(&mut self, file_name: impl Into<String>) -> &mut Self {
        if let Some(part) = self.parts.last_mut() {
            part.file_name = Some(file_name.into());
        }
        self
    }

    /// The media type of the part that was added last, such as `text/csv`. The default goes by the file name's ending.
    pub fn content_type(&mut self, content_type: impl Into<String>) -> &mut Self {
        if let Some(part) = self.parts.last_mut() {
            part.content_type = Some(content_type.into());
        }
        self
    }

    /// How far the call that sends this upload has come, for any thread to look at. Of several calls, the last that began.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Everything wrong with it that can be seen before a file is opened.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.parts.is_empty() {
            return Err(Error::invalid_argument("upload", "must have a part"));
        }
        for part in &self.parts {
            if part.name.is_empty() {
                return Err(Error::invalid_argument("name", "must not be empty"));
            }
            for (parameter, value) in [
                ("name", Some(&part.name)),
                ("file_name", part.file_name.as_ref()),
                ("content_type", part.content_type.as_ref()),
            ] {
                // It would begin a header line.
                if value.is_some_and(|value| value.chars().any(char::is_control)) {
                    let problem = "must not have a control character";
                    return Err(Error::invalid_argument(parameter, problem));
                }
            }
        }
        Ok(())
    }
}

impl Part {
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.source, Source::File(_))
    }

    /// As it was given, or by the file name's ending; a field has none.
    pub(crate) fn media_type(&self) -> Option<&str> {
        let by_name = || self.file_name.as_deref().map(content_type_of);
        self.content_type.as_deref().or_else(by_name)
    }
}

fn content_type_of(file_name: &str) -> &'static str {
    let ending = Path::new(file_name).extension().unwrap_or_default();
    let known = CONTENT_TYPES
        .iter()
        .find(|(known, _)| ending.eq_ignore_ascii_case(known));
    known.map_or(BYTES, |(_, content_type)| content_type)
}

/// Parts by their names and sizes, without what is in them.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.parts.iter().map(|part| &part.name);
        f.debug_list().entries(names).finish()
    }
}

/// How much of an upload has been sent. Clones look at the same one.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// The bytes of the request's body that were handed to its connection, what stands between the parts included. It begins
    /// anew with a retry.
    pub fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// The bytes of the whole body; 0 before the first attempt has begun.
    pub fn total(&self) -> u64 {
        self.0.total.load(Ordering::Relaxed)
    }

    pub(crate) fn begin(&self, total: u64) {
        self.0.total.store(total, Ordering::Relaxed);
        self.0.sent.store(0, Ordering::Relaxed);
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.0.sent.fetch_add(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_by_its_name_and_its_ending() {
        let mut upload = Upload::new();
        upload
            .file("file", "/home/asha/prices.PDF")
            .bytes("more", "notes", *b"a");
        upload.content_type("text/plain").text("chatbot_id", "b");
        let shown: Vec<_> = upload
            .parts
            .iter()
            .map(|part| (part.file_name.as_deref(), part.media_type()))
            .collect();
        let expected = [
            (Some("prices.PDF"), Some("application/pdf")),
            (Some("notes"), Some("text/plain")),
            (None, None),
        ];
        assert_eq!(shown, expected);
        assert_eq!(content_type_of("archive.tar.gz"), BYTES);
        upload.check().unwrap();
    }

    #[test]
    fn what_would_break_its_headers_is_refused_by_name() {
        let refused = |build: &dyn Fn(&mut Upload)| {
            let mut upload = Upload::new();
            build(&mut upload);
            upload.check().unwrap_err().message().to_owned()
        };
        assert!(refused(&|_| {}).starts_with("upload "));
        assert!(refused(&|upload| _ = upload.text("", "a")).starts_with("name "));
        assert!(refused(&|upload| _ = upload.text("a\r\nX: y", "a")).starts_with("name "));
        let named = |upload: &mut Upload| _ = upload.bytes("a", "x\ny", *b"a");
        assert!(refused(&named).starts_with("file_name "));
        let typed = |upload: &mut Upload| _ = upload.text("a", "b").content_type("text/x\0");
        assert!(refused(&typed).starts_with("content_type "));
    }

    #[test]
    fn nothing_of_its_contents_is_shown() {
        let mut upload = Upload::new();
        upload
            .text("token", "canary")
            .bytes("file", "canary.txt", *b"canary");
        assert_eq!(format!("{upload:?}"), r#"["token", "file"]"#);
    }
}
