//! A stand-in of Meta's Cloud API: it takes messages as the real one is documented to, and signs webhooks.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use ring::hmac;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

/// The most characters of a text.
const LONGEST: usize = 4_096;

/// Meta, for one number.
#[derive(Clone)]
pub struct Meta(Arc<Shared>);

struct Shared {
    address: SocketAddr,
    phone_number_id: String,
    token: String,
    app_secret: String,
    state: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    sent: Vec<Value>,
    dropped: Vec<Value>,
    typing: Vec<String>,
    failures: VecDeque<(u16, i32)>,
}

impl Meta {
    /// Listens on loopback.
    ///
    /// # Errors
    ///
    /// There is no port.
    pub fn start(
        runtime: &Handle,
        phone_number_id: &str,
        token: &str,
        app_secret: &str,
    ) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let meta = Self(Arc::new(Shared {
            address: listener.local_addr()?,
            phone_number_id: phone_number_id.to_owned(),
            token: token.to_owned(),
            app_secret: app_secret.to_owned(),
            state: Mutex::default(),
        }));
        let router = Router::new()
            .route("/v26.0/{number}/messages", post(message))
            .route("/v26.0/{number}", get(number))
            .with_state(meta.clone());
        let _entered = runtime.enter();
        let listener = TcpListener::from_std(listener)?;
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(meta)
    }

    /// What stands before the number in its paths.
    pub fn url(&self) -> String {
        format!("http://{}/v26.0", self.0.address)
    }

    /// The messages that were taken, in their order.
    pub fn sent(&self) -> Vec<Value> {
        self.told().sent.clone()
    }

    /// The texts that this user got.
    pub fn texts(&self, user: &str) -> Vec<String> {
        let told = self.told();
        let is_theirs = |message: &&Value| message["to"] == user || message["recipient"] == user;
        let text = |message: &Value| {
            message["text"]["body"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        told.sent.iter().filter(is_theirs).map(text).collect()
    }

    /// Messages that were answered with 200 and came nowhere: an identifier without a phone number in `to`.
    pub fn dropped(&self) -> Vec<Value> {
        self.told().dropped.clone()
    }

    /// The messages for which typing was shown.
    pub fn typing(&self) -> Vec<String> {
        self.told().typing.clone()
    }

    /// The next messages are refused with these statuses and codes.
    pub fn fail(&self, failures: impl IntoIterator<Item = (u16, i32)>) {
        self.told().failures.extend(failures);
    }

    /// A webhook's body of these messages of one user, and its signature.
    pub fn webhook(&self, user: &str, messages: &[(&str, &str)]) -> (String, String) {
        let messages: Vec<_> = messages
            .iter()
            .map(|(id, text)| {
                json!({ "from": user, "id": id, "timestamp": "4102444800", "type": "text", "text": { "body": text } })
            })
            .collect();
        let value = json!({
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": self.0.phone_number_id },
            "contacts": [{ "profile": { "name": "A user" }, "wa_id": user }],
            "messages": messages,
        });
        let entry = json!({ "id": "1", "changes": [{ "field": "messages", "value": value }] });
        let body = json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string();
        let signature = format!("sha256={}", self.hmac(body.as_bytes()));
        (body, signature)
    }

    fn hmac(&self, bytes: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.app_secret.as_bytes());
        let tag = hmac::sign(&key, bytes);
        tag.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who may not be here, or asks for another number.
    fn refuse(&self, headers: &HeaderMap, number: &str) -> Option<Response> {
        let token = headers
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        if token != Some(&format!("Bearer {}", self.0.token)) {
            return Some(error(
                401,
                190,
                "Invalid OAuth access token - Cannot parse access token",
            ));
        }
        (number != self.0.phone_number_id).then(|| {
            let words = format!("Unsupported request. Object with ID '{number}' does not exist");
            error(400, 100, &words)
        })
    }

    /// What is wrong with a message, as the real one says it.
    fn fault(body: &Value) -> Option<Response> {
        let parameter = |words: &str| Some(error(400, 100, words));
        if body["messaging_product"] != "whatsapp" {
            return parameter("(#100) The parameter messaging_product is required.");
        }
        if body["type"] != "text" {
            return parameter("(#100) Param type must be one of {TEXT}");
        }
        let length = body["text"]["body"]
            .as_str()
            .map_or(0, |text| text.chars().count());
        if length == 0 {
            return parameter("(#100) The parameter text['body'] is required.");
        }
        if length > LONGEST {
            return parameter("(#100) Param text['body'] must be at most 4096 characters long.");
        }
        if body["to"].is_null() && body["recipient"].is_null() {
            return parameter("(#100) The parameter to is required.");
        }
        None
    }
}

async fn message(
    State(meta): State<Meta>,
    Path(number): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if let Some(refused) = meta.refuse(&headers, &number) {
        return refused;
    }
    if body["status"] == "read" {
        let id = body["message_id"].as_str().unwrap_or_default().to_owned();
        meta.told().typing.push(id);
        return Json(json!({ "success": true })).into_response();
    }
    if let Some(fault) = Meta::fault(&body) {
        return fault;
    }
    let mut told = meta.told();
    if let Some((status, code)) = told.failures.pop_front() {
        return error(status, code, "refused by the test");
    }
    let is_number = |to: &str| to.bytes().all(|byte| byte.is_ascii_digit());
    if body["to"].as_str().is_some_and(|to| !is_number(to)) {
        told.dropped.push(body);
    } else {
        told.sent.push(body);
    }
    let id = format!("wamid.out.{}", told.sent.len());
    Json(json!({ "messaging_product": "whatsapp", "messages": [{ "id": id }] })).into_response()
}

async fn number(
    State(meta): State<Meta>,
    Path(number): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    if let Some(refused) = meta.refuse(&headers, &number) {
        return refused;
    }
    let proof = query.iter().find(|(name, _)| name == "appsecret_proof");
    let expected = meta.hmac(meta.0.token.as_bytes());
    if proof.is_some_and(|(_, given)| *given != expected) {
        return error(
            400,
            100,
            "Invalid appsecret_proof provided in the API argument",
        );
    }
    Json(
        json!({ "display_phone_number": "+1 555-078-3881", "verified_name": "Test", "id": number }),
    )
    .into_response()
}

fn error(status: u16, code: i32, words: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let error = json!({ "message": words, "type": "OAuthException", "code": code });
    (status, Json(json!({ "error": error }))).into_response()
}
