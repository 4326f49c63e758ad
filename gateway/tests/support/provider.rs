//! A stand-in of a provider that takes what its documentation allows, and nothing else.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::IntoResponse;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The members of the body, in the order of the alphabet.
    pub fn members(&self) -> Vec<String> {
        let json = self.json();
        json.as_object()
            .map(|members| members.keys().cloned().collect())
            .unwrap_or_default()
    }
}

/// What a provider answers.
pub type Answer = (u16, Value);

#[derive(Clone)]
pub struct Provider {
    pub url: String,
    taken: Arc<Mutex<Vec<Request>>>,
}

impl Provider {
    pub fn start(runtime: &Runtime, answer: fn(&Request) -> Answer) -> Self {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let taken: Arc<Mutex<Vec<_>>> = Arc::default();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let kept = taken.clone();
        let router = Router::new().fallback(
            move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
                let body = String::from_utf8(body.to_vec()).unwrap_or_default();
                let path = uri.path().to_owned();
                let request = Request {
                    method,
                    path,
                    headers,
                    body,
                };
                let (status, said) = answer(&request);
                if status < 300 {
                    kept.lock().unwrap().push(request);
                }
                (StatusCode::from_u16(status).unwrap(), axum::Json(said)).into_response()
            },
        );
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, taken }
    }

    /// What it took at this path.
    pub fn taken(&self, path: &str) -> Vec<Request> {
        let taken = self.taken.lock().unwrap();
        taken
            .iter()
            .filter(|request| request.path == path)
            .cloned()
            .collect()
    }
}
