//! Directives about statuses, their envelopes and their headers.

mod support;

use std::time::{Duration, SystemTime};

use robofy_standin::Standin;
use serde_json::{Value, json};
use support::{Visitor, message};

#[test]
fn each_status_has_its_envelope() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    for (status, code) in [
        (400, "BAD_REQUEST"),
        (401, "UNAUTHORIZED"),
        (403, "FORBIDDEN"),
        (404, "PROJECT_NOT_FOUND"),
        (408, "REQUEST_TIMEOUT"),
        (409, "CONFLICT"),
        (413, "PAYLOAD_TOO_LARGE"),
        (418, "IM_A_TEAPOT"),
        (422, "UNPROCESSABLE_ENTITY"),
        (429, "TOO_MANY_REQUESTS"),
        (500, "INTERNAL_SERVER_ERROR"),
        (502, "BAD_GATEWAY"),
        (503, "SERVICE_UNAVAILABLE"),
        (504, "GATEWAY_TIMEOUT"),
        (599, "UNKNOWN_STATUS"),
    ] {
        let response = visitor
            .send(&format!("!status={status}"))
            .expect("a response");
        assert_eq!(response.status(), status);
        let envelope: Value = response.json().expect("an envelope");
        assert_eq!(envelope["error"]["code"], code);
        for text in [&envelope["message"], &envelope["error"]["detail"]] {
            assert!(
                text.as_str().is_some_and(|text| !text.is_empty()),
                "{envelope}"
            );
        }
    }
}

#[test]
fn another_2xx_has_the_success_body() {
    let standin = Standin::builder().start();
    let response = Visitor::http1(&standin)
        .send("!status=201 answer=x")
        .expect("a response");
    assert_eq!(response.status(), 201);
    assert_eq!(
        response.json::<Value>().expect("JSON")["data"]["answer"],
        "x"
    );
}

#[test]
fn status_204_and_304_have_no_body() {
    let standin = Standin::builder().start();
    for visitor in [Visitor::http1(&standin), Visitor::http2(&standin)] {
        for status in [204, 304] {
            let response = visitor
                .send(&format!("!status={status}"))
                .expect("a response");
            assert_eq!(response.status(), status);
            assert_eq!(response.text().expect("a body"), "");
        }
        assert_eq!(visitor.send("Hello").expect("a response").status(), 200);
    }
}

#[test]
fn code_detail_and_message_can_be_chosen() {
    let standin = Standin::builder().start();
    let query = "!status=500 code=AGENT_ASLEEP detail=It_sleeps. message=\"Bad \\u0022luck_\"";
    assert_eq!(
        Visitor::http1(&standin).json(query),
        json!({
            "message": "Bad \"luck_",
            "error": { "code": "AGENT_ASLEEP", "detail": "It sleeps." },
        })
    );
}

#[test]
fn each_body_form_is_what_it_says() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    let sent = |form: &str| {
        let response = visitor
            .send(&format!("!status=502 body={form}"))
            .expect("a response");
        assert_eq!(response.status(), 502);
        let content_type = response.headers().get("content-type").cloned();
        let content_type = content_type.map(|value| value.to_str().expect("text").to_owned());
        (
            content_type.unwrap_or_default(),
            response.text().expect("a body"),
        )
    };
    assert_eq!(sent("empty"), (String::new(), String::new()));
    let (content_type, html) = sent("html");
    assert_eq!(content_type, "text/html");
    assert!(
        html.starts_with("<html>") && html.contains("502 Bad Gateway"),
        "{html}"
    );
    assert_eq!(
        sent("text"),
        ("text/plain".into(), "upstream is not well\n".into())
    );
    assert_eq!(
        sent("json-array"),
        ("application/json".into(), "[1,\"two\",null]".into())
    );
    assert!(sent("envelope").1.contains("BAD_GATEWAY"));
}

#[test]
fn an_envelope_can_come_with_a_success_status() {
    let standin = Standin::builder().start();
    let response = Visitor::http1(&standin)
        .send("!body=envelope code=X")
        .expect("a response");
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.json::<Value>().expect("JSON")["error"]["code"],
        "X"
    );
}

#[test]
fn retry_after_takes_seconds_and_any_text() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    for (written, sent) in [
        ("7", "7"),
        ("soon", "soon"),
        ("\"a while\"", "a while"),
        ("-1", "-1"),
    ] {
        let response = visitor
            .send(&format!("!status=429 retry-after={written}"))
            .expect("a response");
        assert_eq!(response.headers()["retry-after"], sent);
    }
}

#[test]
fn retry_after_takes_a_date_before_or_after_now() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    let date = |offset: &str| {
        let response = visitor
            .send(&format!("!status=503 retry-after=date{offset}"))
            .expect("a response");
        let date = response.headers()["retry-after"].to_str().expect("text");
        httpdate::parse_http_date(date).expect("an IMF-fixdate")
    };
    let hour = Duration::from_secs(3600);
    let margin = Duration::from_secs(120);
    let ahead = date("+3600")
        .duration_since(SystemTime::now())
        .expect("a date to come");
    assert!(ahead <= hour && ahead > hour - margin, "{ahead:?}");
    let ago = SystemTime::now()
        .duration_since(date("-3600"))
        .expect("a date gone by");
    assert!(ago >= hour && ago < hour + margin, "{ago:?}");
}

#[test]
fn fails_misbehaves_that_often_and_then_answers() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    let statuses = |session: &str| {
        let send = |_| {
            visitor
                .post(&message(session, "!status=503 fails=2"))
                .expect("a response")
                .status()
                .as_u16()
        };
        (0..4).map(send).collect::<Vec<_>>()
    };
    assert_eq!(statuses("one"), [503, 503, 200, 200]);
    assert_eq!(
        statuses("two"),
        [503, 503, 200, 200],
        "each session is counted on its own"
    );
    standin.clear();
    assert_eq!(
        statuses("one"),
        [503, 503, 200, 200],
        "clear begins the count anew"
    );
}

#[test]
fn redirect_names_its_target() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    let response = visitor
        .send("!redirect=http://127.0.0.1:9/x")
        .expect("a response");
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "http://127.0.0.1:9/x");
    let response = visitor.send("!redirect=/x status=307").expect("a response");
    assert_eq!(response.status(), 307);
}

#[test]
fn headers_adds_that_many() {
    let standin = Standin::builder().start();
    let response = Visitor::http1(&standin)
        .send("!headers=40")
        .expect("a response");
    let extra = response
        .headers()
        .keys()
        .filter(|name| name.as_str().starts_with("x-standin-"));
    assert_eq!(extra.count(), 40);
}
