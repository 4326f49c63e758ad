//! What an upload promises: its parts as they were given, read from disk while it is sent, and a progress to look at.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::io::Write;
use std::time::Duration;
use std::{fs, thread};

use robofy_client::{Client, Status, Upload};
use robofy_standin::Standin;
use serde_json::Value;
use support::{KEY, async_client_of, client_of, eventually, options_for, services};

const PATH: &str = "/v1/ai-agent/files";

fn file_of(bytes: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
    file.write_all(&vec![b'x'; bytes]).unwrap();
    file
}

fn data(response: &robofy_client::Response) -> Value {
    serde_json::from_str(response.data().unwrap()).unwrap()
}

#[test]
fn parts_arrive_as_they_were_given() {
    for service in services() {
        let file = file_of(10);
        let mut upload = Upload::new();
        upload
            .text("chatbot_id", "DKDvwn")
            .file("file", file.path())
            .bytes("file", "caf\u{e9} \"1\".md", *b"# Prices")
            .text("a \"b\"", "c");
        let progress = upload.progress();
        let response = client_of(&service).upload(PATH, &upload).send().unwrap();
        let data = data(&response);
        let body = data["body"].as_str().unwrap();
        let kind = data["headers"]["content-type"].as_str().unwrap();
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
        let name = file.path().file_name().unwrap().to_str().unwrap();
        let expected = format!(
            "--B\r\nContent-Disposition: form-data; name=\"chatbot_id\"\r\n\r\nDKDvwn\r\n\
             --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/pdf\r\n\r\nxxxxxxxxxx\r\n\
             --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"caf\u{e9} \\\"1\\\".md\"\r\n\
             Content-Type: text/markdown\r\n\r\n# Prices\r\n\
             --B\r\nContent-Disposition: form-data; name=\"a %22b%22\"\r\n\r\nc\r\n--B--\r\n"
        );
        assert_eq!(body.replace(boundary, "B"), expected);
        let length = body.len() as u64;
        assert_eq!(data["headers"]["content-length"], length.to_string());
        assert_eq!((progress.sent(), progress.total()), (length, length));
    }
}

#[test]
fn a_large_file_is_sent_whole_and_its_progress_can_be_polled() {
    const BYTES: usize = 20 << 20;
    let file = file_of(BYTES);
    for service in services() {
        let client = client_of(&service);
        let mut upload = Upload::new();
        upload.file("file", file.path());
        let progress = upload.progress();
        let poller = thread::spawn(move || {
            let mut seen = Vec::new();
            while progress.total() == 0 || progress.sent() < progress.total() {
                seen.push(progress.sent());
                thread::yield_now();
            }
            seen.push(progress.sent());
            seen
        });
        let request = client.upload(PATH, &upload).max_response_bytes(64 << 20);
        let response = request.send().unwrap();
        assert!(data(&response)["bytes"].as_u64().unwrap() > BYTES as u64);
        let seen = poller.join().unwrap();
        assert!(seen.is_sorted() && seen.last().unwrap() > &(BYTES as u64));
        assert_eq!(client.stats().bytes_sent, *seen.last().unwrap());
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let mut upload = Upload::new();
    upload.file("file", "/nonexistent/prices.pdf");
    let error = client.upload(PATH, &upload).send().unwrap_err();
    assert_eq!(error.status(), Status::InvalidArgument);
    assert_eq!(
        error.message(),
        "file /nonexistent/prices.pdf: No such file or directory"
    );
    let mut upload = Upload::new();
    upload.bytes("file", "a", *b"a").content_type("no type");
    let error = client.upload(PATH, &upload).send().unwrap_err();
    assert!(error.message().starts_with("content_type "), "{error}");
    assert_eq!(service.stats().requests, 0);
}

#[test]
fn a_file_that_shrinks_meanwhile_ends_the_request() {
    for service in services() {
        let file = file_of(64 << 20);
        let path = file.path().to_owned();
        let client = client_of(&service);
        let mut upload = Upload::new();
        upload.file("file", &path);
        let progress = upload.progress();
        let sending = thread::spawn(move || client.upload(PATH, &upload).send());
        eventually("it is under way", || progress.sent() > 0);
        fs::write(&path, b"").unwrap();
        let error = sending.join().unwrap().unwrap_err();
        assert_eq!(error.status(), Status::InvalidArgument, "{error}");
        assert!(error.message().contains("has become shorter"), "{error}");
    }
}

#[test]
fn it_is_submitted_awaited_and_cancelled_as_requests_are() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let mut upload = Upload::new();
    upload.bytes("file", "a.txt", *b"a");
    client.upload(PATH, &upload).submit(7).unwrap();
    let completion = client.poll(Some(Duration::from_secs(30))).unwrap();
    assert_eq!(completion.response().unwrap().status(), 200);
    let awaited = async_client_of(&service).upload(PATH, &upload).send();
    assert_eq!(pollster::block_on(awaited).unwrap().status(), 200);
    let slow = client
        .upload(PATH, &upload)
        .query("standin", "delay-ms=600000");
    slow.submit(8).unwrap();
    eventually("it arrived", || service.stats().in_flight == 1);
    assert!(client.cancel(8));
    eventually("it is given up", || service.stats().in_flight == 0);
}

#[test]
fn it_is_sent_again_only_where_nobody_has_seen_it() {
    let [_, _, http2] = services();
    let mut upload = Upload::new();
    let file = file_of(1000);
    upload.file("file", file.path());
    let client = Client::new(KEY, &options_for(&http2)).unwrap();
    let request = client
        .upload(PATH, &upload)
        .query("standin", "refuse-stream fails=1");
    let response = request.send().unwrap();
    assert_eq!(response.attempts(), 2);
    assert!(data(&response)["bytes"].as_u64().unwrap() > 1000);
    let request = client
        .upload(PATH, &upload)
        .query("standin", "status=503 fails=1");
    assert_eq!(request.send().unwrap_err().status(), Status::Server);
}
