//! The service's contract, which the stand-in holds its clients to.

mod support;

use robofy_standin::Standin;
use serde_json::{Value, json};
use support::{CHAT_PATH, Visitor, message};

fn refusal(visitor: &Visitor, body: &Value) -> (u16, Value) {
    let response = visitor.post(body).expect("a response");
    (
        response.status().as_u16(),
        response.json().expect("an envelope"),
    )
}

fn without(key: &str) -> Value {
    let mut body = message("session", "Hello");
    body.as_object_mut().expect("an object").remove(key);
    body
}

#[test]
fn a_message_that_keeps_the_contract_is_answered() {
    let standin = Standin::builder().start();
    for visitor in [Visitor::http1(&standin), Visitor::http2(&standin)] {
        let response = visitor
            .post(&message("918727", "Hello"))
            .expect("a response");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/json");
        let body: Value = response.json().expect("a JSON body");
        assert_eq!(body["message"], "Success");
        assert_eq!(body["data"]["session_id"], "918727");
        assert!(
            body["data"]["answer"]
                .as_str()
                .expect("a string")
                .contains("Hello")
        );
    }
}

#[test]
fn a_missing_or_empty_bearer_is_unauthorized() {
    let standin = Standin::builder().start();
    let url = format!("{}{CHAT_PATH}", standin.base_url());
    let unauthorized = json!({
        "message": "Unauthorized",
        "error": {
            "code": "UNAUTHORIZED",
            "detail": "Authentication token is missing or invalid.",
        },
    });
    for visitor in [Visitor::http1(&standin), Visitor::http2(&standin)] {
        for authorization in ["", "Bearer ", "Basic a2V5", "key"] {
            let request = visitor
                .client
                .post(&url)
                .header("authorization", authorization);
            let response = request
                .json(&message("session", "Hello"))
                .send()
                .expect("a response");
            assert_eq!(response.status(), 401, "{authorization:?}");
            assert_eq!(response.json::<Value>().expect("an envelope"), unauthorized);
        }
    }
}

#[test]
fn a_named_api_key_is_the_only_one_accepted() {
    let right = Standin::builder().api_key("key").start();
    assert_eq!(
        Visitor::http1(&right)
            .send("Hello")
            .expect("a response")
            .status(),
        200
    );
    let other = Standin::builder().api_key("another key").start();
    assert_eq!(
        Visitor::http1(&other)
            .send("Hello")
            .expect("a response")
            .status(),
        401
    );
}

#[test]
fn each_missing_field_is_named_in_a_bad_request() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    for field in ["query", "pid", "chatbot_id", "user_context"] {
        let (status, envelope) = refusal(&visitor, &without(field));
        assert_eq!(
            (status, &envelope["error"]["code"]),
            (400, &json!("BAD_REQUEST")),
            "{field}"
        );
        assert_eq!(envelope["error"]["detail"], format!("{field} is required."));
    }
}

#[test]
fn each_field_of_the_wrong_type_is_named_in_a_bad_request() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    for (pointer, detail) in [
        ("/query", "query must be a string."),
        ("/pid", "pid must be a string."),
        ("/chatbot_id", "chatbot_id must be a string."),
        ("/user_context", "user_context must be a JSON object."),
        (
            "/user_context/platform",
            "user_context.platform must be a string.",
        ),
        (
            "/user_context/session_id",
            "user_context.session_id must be a string.",
        ),
    ] {
        let mut body = message("session", "Hello");
        *body.pointer_mut(pointer).expect("a field") = json!(42);
        let (status, envelope) = refusal(&visitor, &body);
        assert_eq!(
            (status, &envelope["error"]["detail"]),
            (400, &json!(detail))
        );
    }
}

#[test]
fn an_empty_query_is_a_bad_request() {
    let standin = Standin::builder().start();
    let (status, envelope) = refusal(&Visitor::http1(&standin), &message("session", ""));
    assert_eq!(
        (status, &envelope["error"]["detail"]),
        (400, &json!("query must not be empty."))
    );
}

#[test]
fn a_query_of_megabytes_is_answered() {
    let standin = Standin::builder().start();
    let query = "x".repeat(3 << 20);
    for visitor in [Visitor::http1(&standin), Visitor::http2(&standin)] {
        assert_eq!(visitor.send(&query).expect("a response").status(), 200);
    }
}

#[test]
fn a_request_beyond_64_mib_is_too_large() {
    let standin = Standin::builder().start();
    let response = Visitor::http2(&standin)
        .send(&"x".repeat(65 << 20))
        .expect("a response");
    assert_eq!(response.status(), 413);
    assert_eq!(
        response.json::<Value>().expect("an envelope")["error"]["code"],
        "PAYLOAD_TOO_LARGE"
    );
    assert_eq!(standin.requests()[0].body, Value::Null);
}

#[test]
fn a_platform_other_than_whatsapp_is_a_bad_request() {
    let standin = Standin::builder().start();
    let mut body = message("session", "Hello");
    body["user_context"]["platform"] = json!("web");
    let (status, envelope) = refusal(&Visitor::http1(&standin), &body);
    assert_eq!(status, 400);
    assert_eq!(
        envelope["error"]["detail"],
        "user_context.platform must be \"whatsapp\" on this endpoint."
    );
}

#[test]
fn more_keys_in_user_context_are_welcome() {
    let standin = Standin::builder().start();
    let mut body = message("session", "Hello");
    body["user_context"]["profile"] = json!({ "name": "Ada" });
    assert_eq!(
        Visitor::http1(&standin)
            .post(&body)
            .expect("a response")
            .status(),
        200
    );
}

#[test]
fn a_body_that_is_not_json_is_a_bad_request() {
    let standin = Standin::builder().start();
    let request = Visitor::http1(&standin)
        .client
        .post(format!("{}{CHAT_PATH}", standin.base_url()));
    let request = request
        .bearer_auth("key")
        .header("content-type", "application/json");
    let response = request.body("{\"query\":").send().expect("a response");
    assert_eq!(response.status(), 400);
    let envelope: Value = response.json().expect("an envelope");
    let detail = envelope["error"]["detail"].as_str().expect("a string");
    assert!(
        detail.starts_with("The request body is not JSON"),
        "{detail}"
    );
}

#[test]
fn a_content_type_other_than_json_is_a_bad_request() {
    let standin = Standin::builder().start();
    let request = Visitor::http1(&standin)
        .client
        .post(format!("{}{CHAT_PATH}", standin.base_url()));
    let body = message("session", "Hello").to_string();
    let response = request
        .bearer_auth("key")
        .body(body)
        .send()
        .expect("a response");
    assert_eq!(response.status(), 400);
    let envelope: Value = response.json().expect("an envelope");
    assert_eq!(
        envelope["error"]["detail"],
        "Content-Type must be application/json."
    );
}

#[test]
fn another_path_is_not_found() {
    let standin = Standin::builder().start();
    let client = Visitor::http1(&standin).client;
    let response = client
        .post(format!("{}/v1/elsewhere", standin.base_url()))
        .send()
        .expect("a response");
    assert_eq!(response.status(), 404);
    assert_eq!(
        response.json::<Value>().expect("an envelope")["error"]["code"],
        "NOT_FOUND"
    );
}

#[test]
fn another_method_is_not_allowed() {
    let standin = Standin::builder().start();
    let client = Visitor::http1(&standin).client;
    let response = client
        .get(format!("{}{CHAT_PATH}", standin.base_url()))
        .send()
        .expect("a response");
    assert_eq!(response.status(), 405);
    assert_eq!(
        response.json::<Value>().expect("an envelope")["error"]["code"],
        "METHOD_NOT_ALLOWED"
    );
}
