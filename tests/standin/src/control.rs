//! The control plane: what a test in another process asks the stand-in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};

use crate::record::RecordedRequest;
use crate::service::Service;
use crate::stats::Stats;

pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/standin/requests", get(requests).delete(clear))
        .route("/standin/stats", get(stats))
        .with_state(service)
}

async fn requests(State(service): State<Arc<Service>>) -> Json<Vec<RecordedRequest>> {
    Json(service.records.all())
}

async fn clear(State(service): State<Arc<Service>>) -> StatusCode {
    service.clear();
    StatusCode::NO_CONTENT
}

async fn stats(State(service): State<Arc<Service>>) -> Json<Stats> {
    Json(service.counters.stats())
}
