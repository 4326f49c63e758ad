//! Delivers an answer in events: each on its way at once, one after another.

use std::future::pending;
use std::sync::Arc;

use async_stream::stream;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, Version, header};
use axum::response::Response;

use crate::chat::begin;
use crate::connection::Connection;
use crate::contract::{self, ANY_PLATFORM_PATH, Refusal};
use crate::delivery::{Delivery, HEAD_START, pause};
use crate::events::{self, Events};
use crate::service::Service;
use crate::stats::InFlight;

/// A repeated event is sent in as many copies as make up this.
const FLOOD: usize = 16 << 10;

pub(crate) async fn stream(
    State(service): State<Arc<Service>>,
    Extension(connection): Extension<Connection>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    version: Version,
    headers: HeaderMap,
    received: Bytes,
) -> Result<Response, Refusal> {
    contract::check_bearer(&headers, service.api_key.as_deref())?;
    let chat = contract::check_chat(ANY_PLATFORM_PATH, &headers, &received)?;
    let directive = service.directive(&chat)?;
    let delivery = Delivery {
        directive: &directive,
        connection,
        version,
        in_flight,
    };
    let conversations = &service.conversations;
    if directive.is_no_stream() {
        return begin(&service, delivery, &chat, &received).await;
    }
    pause(directive.delay.unwrap_or(service.delay)).await;
    if let Some(broken_off) = delivery.before_answer().await {
        return Ok(broken_off);
    }
    if directive.go_away {
        delivery.connection.go_away().await;
    }
    let events = events::compose(&directive, conversations, &chat);
    let mut response = Response::new(delivery.events(events));
    let content_type = HeaderValue::from_static("text/event-stream");
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    Ok(response)
}

impl Delivery<'_> {
    fn events(self, events: Events) -> Body {
        let portion = self.portion(events.list.len());
        let finish = self.finish();
        let size = self.directive.drip.map_or(usize::MAX, |_| 1);
        let drip = self.directive.drip.unwrap_or_default();
        let delay = self.directive.stream.event_delay;
        let stamps = self.directive.stream.stamps;
        let body_delay = self.directive.body_delay;
        Body::from_stream(stream! {
            let _in_flight = self.in_flight;
            pause(body_delay).await;
            for (index, mut event) in events.list.into_iter().take(portion).enumerate() {
                if index > 0 {
                    pause(delay).await;
                }
                if stamps {
                    event = events::stamped(&event);
                }
                while !event.is_empty() {
                    yield Ok(event.split_to(event.len().min(size)));
                    pause(drip).await;
                }
            }
            if let Some(event) = events.endless {
                if event.is_empty() {
                    pending::<()>().await;
                }
                let copies = match delay.is_zero() {
                    true => FLOOD / event.len(),
                    false => 1,
                };
                let flood = Bytes::from(event.repeat(copies));
                loop {
                    pause(delay).await;
                    yield Ok(flood.clone());
                }
            }
            if let Some(failure) = finish.carry_out(&self.connection, HEAD_START).await {
                yield Err(failure);
            }
        })
    }
}
