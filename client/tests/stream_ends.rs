//! How a stream may end: in good order, too early, in the service's words, or never.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::time::Duration;

use robofy_client::{Client, Status};
use support::streams::{failure, message, over_each, read};
use support::{KEY, STREAM, options_for, services};

#[test]
fn a_stream_that_is_cut_short_is_interrupted_and_keeps_what_came() {
    over_each(|client, service| {
        let (error, stream) = failure(client, "!answer=Hello no-done");
        assert_eq!(error.status(), Status::Interrupted, "{error}");
        assert_eq!(error.http_status(), Some(200));
        assert!(!error.is_retryable());
        assert_eq!(stream.text(), "Hello");
        assert_eq!(stream.session_id().as_deref(), Some("918727"));
        for cut in ["reset", "close", "reset-stream"] {
            let (error, stream) = failure(client, &format!("!{cut}=midway answer=Hello tools"));
            assert_eq!(error.status(), Status::Interrupted, "{cut}: {error}");
            assert!(error.message().contains("cut short"), "{error}");
            assert_eq!(stream.text(), "", "{cut}");
            let (error, stream) = failure(client, &format!("!{cut}=midway deltas=100"));
            assert_eq!(error.status(), Status::Interrupted, "{cut}: {error}");
            assert!(stream.text().starts_with("0 1 2 "), "{cut}");
            assert_eq!(stream.session_id(), None);
        }
        let (error, _) = failure(client, "!truncate answer=Hello");
        assert_eq!(error.status(), Status::Interrupted, "{error}");
        let (error, _) = failure(client, "!reset=after-headers");
        assert_eq!(error.status(), Status::Interrupted, "{error}");
        assert_eq!(client.stats().failed[&Status::Interrupted], 9);
        assert_eq!(client.stats().retried, 0);
        assert_eq!(service.requests().len(), 9);
    });
}

#[test]
fn what_has_begun_is_not_sent_again_even_on_request() {
    for service in services() {
        let mut options = options_for(&service);
        options.retry_ambiguous(true);
        let client = Client::new(KEY, &options).unwrap();
        for query in ["!reset=midway deltas=9", "!no-done", "!stream-error=No"] {
            _ = failure(&client, query);
        }
        assert_eq!((client.stats().retried, service.requests().len()), (0, 3));
    }
}

#[test]
fn what_the_service_has_not_seen_is_sent_again() {
    over_each(|client, service| {
        let query = "!status=503 fails=1";
        read(client, query).1.unwrap();
        assert_eq!((client.stats().retried, service.requests().len()), (1, 2));
    });
}

#[test]
fn the_services_own_error_ends_the_stream_in_its_words() {
    over_each(|client, _| {
        let (error, stream) = failure(client, "!answer=Hello stream-error=No_credit.");
        assert_eq!(error.status(), Status::Server);
        assert_eq!(error.detail(), Some("No credit."));
        assert!(error.message().contains("No credit;"), "{error}");
        assert_eq!(stream.text(), "Hello");
        assert!(!error.is_retryable());
    });
}

#[test]
fn events_that_are_too_large_or_not_json_end_the_stream() {
    over_each(|client, _| {
        let (error, _) = failure(client, "!huge=10000000");
        assert_eq!(error.status(), Status::Protocol);
        assert!(
            error.message().contains("larger than 1048576 bytes"),
            "{error}"
        );
        let (_, end, stream) = read(client, "!huge=1000000");
        end.unwrap();
        assert_eq!(stream.text().len(), 1_000_000);
        let (error, stream) = failure(client, r#"!answer=Hello insert="{\"type\":""#);
        assert_eq!(error.status(), Status::Protocol);
        assert!(
            error.message().contains(r#"not JSON: "{"type":""#),
            "{error}"
        );
        assert_eq!(stream.text(), "Hello");
    });
}

#[test]
fn an_answer_that_is_no_stream_is_the_usual_error() {
    over_each(|client, _| {
        for (query, status, http_status, code) in [
            (
                "!status=401",
                Status::Unauthorized,
                401,
                Some("UNAUTHORIZED"),
            ),
            (
                "!status=404 code=NO_AGENT",
                Status::NotFound,
                404,
                Some("NO_AGENT"),
            ),
            (
                "!status=500",
                Status::Server,
                500,
                Some("INTERNAL_SERVER_ERROR"),
            ),
            ("!status=502 body=html", Status::Server, 502, None),
            (
                "!redirect=https://other.example/",
                Status::Protocol,
                302,
                None,
            ),
            (
                "!body=envelope code=NO_CREDIT",
                Status::Protocol,
                200,
                Some("NO_CREDIT"),
            ),
            ("!body=json-array", Status::Protocol, 200, None),
            ("!body=html", Status::Protocol, 200, None),
            ("!body=empty", Status::Interrupted, 200, None),
            (
                r#"!raw= {"message":"Success","data":{"answer":"x"}}"#,
                Status::Protocol,
                200,
                None,
            ),
            ("!status=201", Status::Protocol, 201, None),
        ] {
            let (error, stream) = failure(client, query);
            assert_eq!(error.status(), status, "{query}: {error}");
            assert_eq!(error.http_status(), Some(http_status), "{query}");
            assert_eq!(error.code(), code, "{query}");
            assert_eq!((stream.text(), stream.session_id()), (String::new(), None));
        }
        let (error, _) = failure(client, "!body=html");
        assert!(
            error.message().contains("no stream of events: \"<html>"),
            "{error}"
        );
    });
}

#[test]
fn each_event_has_its_time_and_the_stream_has_none() {
    over_each(|client, service| {
        let mut options = options_for(service);
        options.timeout(Duration::from_millis(400)).max_retries(0);
        let hasty = Client::new(KEY, &options).unwrap();
        // Reaching the service is not what is tested.
        read(&hasty, "Hi")
            .1
            .or_else(|_| read(&hasty, "Hi").1)
            .unwrap();
        for (query, text) in [
            ("!delay-ms=60000", ""),
            ("!body-delay-ms=60000", ""),
            ("!answer=x endless=silence", "x"),
            ("!answer=x endless=comments event-delay-ms=20", "x"),
            ("!answer=x endless=letters event-delay-ms=20", "x"),
            ("!answer=x endless=comments", "x"),
            ("!answer=x endless=letters", "x"),
        ] {
            let (error, stream) = failure(&hasty, query);
            assert_eq!(error.status(), Status::Timeout, "{query}: {error}");
            assert_eq!(stream.text(), text, "{query}");
        }
        let mut message = message("!deltas=20 event-delay-ms=40");
        message.timeout(Some(Duration::from_millis(600)));
        let stream = client.stream(STREAM, &message).unwrap();
        assert!(
            stream.map(Result::unwrap).count() > 20,
            "it took longer than that"
        );
    });
}
