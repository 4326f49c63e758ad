//! Takes an inbox's outcomes to its provider. Nothing is lost on the way: a part is settled once the store has it so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use robofy_conversation::inbox::store::Kind;
use robofy_conversation::inbox::{Error, Outcome};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tracing::{debug, info, warn};

use crate::gateway::{Channel, Gateway};

/// What the store does not note is noted again after this time, and later ever longer.
const STORE_AGAIN: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));
/// How often a poll looks whether the gateway ends.
const LOOK: Duration = Duration::from_millis(500);

/// So many outcomes of a channel are on their way at once. The others wait in the inbox, which looks once more, as it hands one out, whether a
/// person has taken over.
const AT_ONCE: usize = 256;

/// Polls an inbox until its gateway ends, on a thread of its own. A session has one outcome at a time, so that its parts leave in order.
pub fn poll(
    gateway: &Arc<Gateway>,
    channel: &Arc<Channel>,
    runtime: &Handle,
    is_over: &Arc<AtomicBool>,
) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    while !is_over.load(Ordering::Relaxed) {
        let waiting = room.clone().acquire_owned();
        let waited = runtime.block_on(async { tokio::time::timeout(LOOK, waiting).await });
        let Ok(Ok(permit)) = waited else {
            continue;
        };
        let Some(outcome) = channel.inbox.poll(Some(LOOK)) else {
            continue;
        };
        let on_its_way = OnItsWay::new(gateway);
        let (gateway, channel, is_over) = (gateway.clone(), channel.clone(), is_over.clone());
        runtime.spawn(async move {
            deliver(&gateway, &channel, outcome, &is_over).await;
            drop((permit, on_its_way));
        });
    }
}

/// Counts an outcome until it is delivered.
struct OnItsWay(Arc<Gateway>);

impl OnItsWay {
    fn new(gateway: &Arc<Gateway>) -> Self {
        gateway.deliveries.fetch_add(1, Ordering::Relaxed);
        Self(gateway.clone())
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.0.deliveries.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn deliver(
    gateway: &Gateway,
    channel: &Arc<Channel>,
    outcome: Outcome,
    is_over: &AtomicBool,
) {
    let kind = outcome.kind().name();
    gateway.metrics.outcome(&channel.name, kind);
    if outcome.kind() == Kind::Typing {
        if let Err(failure) = channel.sender.show_typing(&outcome).await {
            debug!(channel = channel.name, %failure, "typing was not shown");
        }
        return;
    }
    if matches!(outcome.kind(), Kind::Answer | Kind::Fallback) {
        channel.agent_said(outcome.error().as_ref());
    }
    let outcome = Arc::new(outcome);
    let began = Instant::now();
    let sent = parts(gateway, channel, &outcome, is_over).await;
    let agent = outcome
        .reply()
        .map(|reply| reply.elapsed().as_millis() as u64);
    let error = outcome.error().map(|error| error.to_string());
    info!(
        channel = channel.name,
        session = outcome.session_id(),
        kind,
        messages = outcome.message_ids().len(),
        parts = outcome.parts().len(),
        sent,
        agent_ms = agent,
        send_ms = began.elapsed().as_millis() as u64,
        error,
        "turn"
    );
}

/// Sends the parts, until one is not taken: what is left comes again in another outcome. How many were.
async fn parts(
    gateway: &Gateway,
    channel: &Arc<Channel>,
    outcome: &Arc<Outcome>,
    is_over: &AtomicBool,
) -> usize {
    let user = outcome.to().or(outcome.recipient()).unwrap_or_default();
    for part in 0..outcome.parts().len() {
        channel.pace.wait(user).await;
        if is_over.load(Ordering::Relaxed) {
            return part;
        }
        let began = Instant::now();
        let sent = channel.sender.send(outcome, part).await;
        let result = if sent.is_ok() { "sent" } else { "failed" };
        gateway
            .metrics
            .part(&channel.name, result, began.elapsed().as_secs_f64());
        match sent {
            Ok(id) => {
                note(channel, outcome, move |channel, outcome| {
                    channel.inbox.sent(outcome, part, &id)
                })
                .await;
            }
            Err(failure) => {
                warn!(channel = channel.name, session = outcome.session_id(), part, %failure, "a part was not sent");
                let code = failure.code;
                note(channel, outcome, move |channel, outcome| {
                    channel.inbox.failed(outcome, part, code).map(drop)
                })
                .await;
                return part;
            }
        }
    }
    outcome.parts().len()
}

/// Has the store note something, again and again where it fails: the session goes on once it has.
async fn note(
    channel: &Arc<Channel>,
    outcome: &Arc<Outcome>,
    what: impl Fn(&Channel, &Outcome) -> Result<(), Error> + Clone + Send + 'static,
) {
    let mut wait = STORE_AGAIN.0;
    loop {
        let (its, of, what) = (channel.clone(), outcome.clone(), what.clone());
        match spawn_blocking(move || what(&its, &of)).await {
            Ok(Err(error @ Error::Storage(_))) => {
                warn!(channel = channel.name, %error, "what became of a part is not kept");
            }
            _ => return,
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(STORE_AGAIN.1);
    }
}
