//! `RobofyUpload`.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::slice;

use robofy_client::{Client, Error, Progress, RequestBuilder, Upload};

use crate::boundary::{guard, try_guard};
use crate::call::RobofyCall;
use crate::client::{RobofyClient, this};
use crate::error::RobofyError;
use crate::response::RobofyResponse;
use crate::text::{BadValues, Problem, optional, required};

/// The parts of a multipart request: files, bytes in memory, fields. It may be sent again. Only one thread at a time
/// may change it; robofy_upload_sent and robofy_upload_total may be called from others while it is sent.
///
/// Methods:
/// - robofy_upload_new, robofy_upload_free
/// - robofy_upload_add_file, robofy_upload_add_bytes, robofy_upload_add_text: its parts
/// - robofy_upload_sent, robofy_upload_total: how far it has come
///
/// Since 0.1.0.
pub struct RobofyUpload {
    upload: Upload,
    progress: Progress,
    bad: BadValues,
}

impl RobofyUpload {
    fn given(upload: Option<&Self>) -> Result<&Upload, Error> {
        let upload = upload.ok_or_else(|| Error::invalid_argument("upload", "must not be NULL"))?;
        upload.bad.report()?;
        Ok(&upload.upload)
    }

    /// # Safety
    /// Each is NULL or a NUL-terminated string.
    unsafe fn describe(&mut self, file_name: *const c_char, content_type: *const c_char) {
        // SAFETY: as the caller promises.
        let (file_name, content_type) = unsafe { (optional(file_name), optional(content_type)) };
        if let Some(Some(file_name)) = self.bad.check("file_name", file_name) {
            self.upload.file_name(file_name);
        }
        if let Some(Some(content_type)) = self.bad.check("content_type", content_type) {
            self.upload.content_type(content_type);
        }
    }
}

/// An upload without parts, which cannot be sent.
///
/// @return An upload to be freed with robofy_upload_free; never NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_upload_new() -> Option<Box<RobofyUpload>> {
    guard(|| {
        let upload = Upload::new();
        Some(Box::new(RobofyUpload {
            progress: upload.progress(),
            upload,
            bad: BadValues::default(),
        }))
    })
}

/// Adds a field.
///
/// @param upload The upload to change; with NULL nothing happens.
/// @param name   The field's name, for example "chatbot_id".
/// @param value  Its value; may be an empty text.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_upload_add_text(
    upload: Option<&mut RobofyUpload>,
    name: *const c_char,
    value: *const c_char,
) {
    guard(|| {
        let Some(upload) = upload else { return };
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let (name, value) = unsafe { (required(name), required(value)) };
        let name = upload.bad.check("name", name);
        let value = upload.bad.check("value", value);
        if let (Some(name), Some(value)) = (name, value) {
            upload.upload.text(name, value);
        }
    });
}

/// Adds a file, which is opened when the upload is sent, and read from disk meanwhile: memory does not grow with it.
/// Each call that sends the upload reads it from its beginning, and no further than it was long then. A file that
/// cannot be read fails that call as ROBOFY_STATUS_INVALID_ARGUMENT.
///
/// @param upload       The upload to change; with NULL nothing happens.
/// @param name         The field's name, for example "file".
/// @param path         Where the file is.
/// @param file_name    The name that the file goes by; NULL for the last name of its path.
/// @param content_type Its media type, for example "application/pdf"; NULL for one by the file name's ending.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_upload_add_file(
    upload: Option<&mut RobofyUpload>,
    name: *const c_char,
    path: *const c_char,
    file_name: *const c_char,
    content_type: *const c_char,
) {
    guard(|| {
        let Some(upload) = upload else { return };
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        unsafe {
            let name = upload.bad.check("name", required(name));
            let path = upload.bad.check("path", required(path));
            if let (Some(name), Some(path)) = (name, path) {
                upload.upload.file(name, path);
                upload.describe(file_name, content_type);
            }
        }
    });
}

/// Adds a file that is in memory. The bytes are copied.
///
/// @param upload       The upload to change; with NULL nothing happens.
/// @param name         The field's name, for example "file".
/// @param bytes        What the file holds: any bytes; may be NULL where there are none.
/// @param length       How many there are.
/// @param file_name    The name that the file goes by, for example "prices.md".
/// @param content_type Its media type, for example "application/pdf"; NULL for one by the file name's ending.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_upload_add_bytes(
    upload: Option<&mut RobofyUpload>,
    name: *const c_char,
    bytes: *const c_char,
    length: u64,
    file_name: *const c_char,
    content_type: *const c_char,
) {
    guard(|| {
        let Some(upload) = upload else { return };
        // SAFETY: NULL or NUL-terminated strings, and as many bytes as the caller says.
        unsafe {
            let name = upload.bad.check("name", required(name));
            let given = upload.bad.check("file_name", required(file_name));
            let bytes = upload.bad.check("bytes", copied(bytes, length));
            if let (Some(name), Some(given), Some(bytes)) = (name, given, bytes) {
                upload.upload.bytes(name, given, bytes);
                upload.describe(std::ptr::null(), content_type);
            }
        }
    });
}

/// # Safety
/// `bytes` is NULL or points to `length` bytes.
unsafe fn copied(bytes: *const c_char, length: u64) -> Result<Vec<u8>, Problem> {
    if length == 0 {
        return Ok(Vec::new());
    }
    if bytes.is_null() {
        return Err("must not be NULL");
    }
    let length = usize::try_from(length).map_err(|_| "are too many")?;
    if isize::try_from(length).is_err() {
        return Err("are too many");
    }
    // SAFETY: as the caller promises, and no more than a slice may have.
    Ok(unsafe { slice::from_raw_parts(bytes.cast::<u8>(), length) }.to_vec())
}

/// How much of the request's body was handed to its connection, what stands between the parts included. Any thread may
/// ask while the upload is sent. It begins anew with each call and each retry.
///
/// @param upload The upload to look at; may be NULL.
/// @return Bytes; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_upload_sent(upload: Option<&RobofyUpload>) -> u64 {
    upload.map_or(0, |upload| upload.progress.sent())
}

/// How large the request's whole body is. Any thread may ask while the upload is sent.
///
/// @param upload The upload to look at; may be NULL.
/// @return Bytes; 0 before it is sent for the first time, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_upload_total(upload: Option<&RobofyUpload>) -> u64 {
    upload.map_or(0, |upload| upload.progress.total())
}

/// Frees an upload. A call that was submitted with it goes on.
///
/// @param upload What robofy_upload_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_upload_free(upload: Option<Box<RobofyUpload>>) {
    guard(|| drop(upload));
}

/// Sends an upload as a multipart POST and waits for the whole response. In all else as robofy_client_request.
///
/// @param client     The client to call with.
/// @param path       The path below the base URL, as for robofy_client_request.
/// @param upload     The upload. It is not changed and may be sent again.
/// @param options    How the call behaves; NULL for every default.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A response of a status from 200 to 299, to be freed with robofy_response_free. Or NULL and an error, of
///     every status but ROBOFY_STATUS_CANCELLED and ROBOFY_STATUS_OVERLOADED.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_client_upload(
    client: Option<&RobofyClient>,
    path: *const c_char,
    upload: Option<&RobofyUpload>,
    options: Option<&RobofyCall>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyResponse>> {
    try_guard(error, || {
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let request = unsafe { built(this(client)?, path, upload) }?;
        let response = RobofyCall::shape(options, request)?.send()?;
        Ok(Box::new(RobofyResponse::from(response)))
    })
}

/// Sends an upload without waiting for the response: as robofy_request_submit does with a request.
///
/// @param client     The client to call with, and to poll later.
/// @param path       The path below the base URL, as for robofy_client_request.
/// @param upload     The upload. It may be freed at once; kept, it tells how far it has come.
/// @param options    How the call behaves; NULL for every default.
/// @param tag        The caller's name for this call, which its completion bears, as for robofy_request_submit.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return True if it was accepted. Otherwise false and an error, and there will be no completion: as for
///     robofy_whatsapp_submit.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_upload_submit(
    client: Option<&RobofyClient>,
    path: *const c_char,
    upload: Option<&RobofyUpload>,
    options: Option<&RobofyCall>,
    tag: u64,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> bool {
    let accepted = try_guard(error, || {
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let request = unsafe { built(this(client)?, path, upload) }?;
        RobofyCall::shape(options, request)?.submit(tag)
    });
    accepted.is_some()
}

/// # Safety
/// `path` is NULL or a NUL-terminated string.
unsafe fn built<'a>(
    client: &'a Client,
    path: *const c_char,
    upload: Option<&RobofyUpload>,
) -> Result<RequestBuilder<'a, Client>, Error> {
    // SAFETY: as the caller promises.
    let path = unsafe { required(path) };
    let path = path.map_err(|problem| Error::invalid_argument("path", problem))?;
    Ok(client.upload(path, RobofyUpload::given(upload)?))
}
