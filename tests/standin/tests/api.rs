//! The rest of the API: what was received comes back, samples and directives in its place.

mod support;

use reqwest::blocking::Response;
use robofy_standin::Standin;
use serde_json::{Value, json};
use support::client_builder;

fn get(standin: &Standin, path: &str) -> Response {
    let request = client_builder()
        .build()
        .unwrap()
        .get(format!("{}{path}", standin.base_url()));
    request.bearer_auth("key").send().unwrap()
}

fn data(standin: &Standin, path: &str) -> Value {
    get(standin, path).json::<Value>().unwrap()["data"].clone()
}

#[test]
fn what_was_received_comes_back_without_the_key() {
    let standin = Standin::builder().start();
    let data = data(&standin, "/v1/projects/7?a=b%20c");
    assert_eq!(data["method"], "GET");
    assert_eq!(data["path"], "/v1/projects/7");
    assert_eq!(data["query"], json!([["a", "b c"]]));
    assert_eq!(data["headers"].get("authorization"), None);
}

#[test]
fn the_query_directs_what_a_message_would() {
    let standin = Standin::builder().start();
    let refused = get(&standin, "/v1/projects?standin=status%3D403%20code%3DX");
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.json::<Value>().unwrap()["error"]["code"], "X");
    let raw = get(&standin, "/v1/account/details?standin=raw%3D%5B1%5D");
    assert_eq!(raw.text().unwrap(), "[1]");
    let unknown = get(&standin, "/v1/projects?standin=what");
    assert_eq!(unknown.status(), 400);
}

#[test]
fn leads_have_pages_and_settings_a_secret() {
    let standin = Standin::builder().start();
    let page = data(&standin, "/v1/ai-agent/leads/1/2?nextPageToken=2");
    assert_eq!(page["report"]["next_page_token"], Value::Null);
    let settings = data(&standin, "/v1/ai-agent/chatbot_ai_settings/1/2");
    assert_eq!(settings["llm_api_key"], "sk-agent-secret");
    let sessions = data(&standin, "/v1/ai-agent/inbox/sessions/array");
    assert!(sessions.is_array());
}

#[test]
fn a_key_is_needed() {
    let standin = Standin::builder().start();
    let url = format!("{}/v1/projects", standin.base_url());
    assert_eq!(
        client_builder()
            .build()
            .unwrap()
            .get(url)
            .send()
            .unwrap()
            .status(),
        401
    );
}
