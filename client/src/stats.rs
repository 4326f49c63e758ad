//! What a client has done and is doing, for a gateway's dashboard.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::error::Status;

/// A snapshot of one client in this process. Counters only grow; they begin at 0 with the client, and anew in a forked
/// child.
///
/// ```
/// # use robofy_client::{Client, Options};
/// let stats = Client::new("your-api-key", &Options::new())?.stats();
/// assert_eq!((stats.answered, stats.in_flight, stats.latency.p99_us), (0, 0, 0));
/// assert!(stats.to_json().starts_with(r#"{"in_flight":0,"#));
/// # Ok::<(), robofy_client::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Gauge: chats and requests begun and not finished, blocking, submitted and awaited, the queued ones among them. One that
    /// is awaited is finished when its future is ready or dropped, a stream when its end was taken or it is dropped.
    pub in_flight: u64,
    /// Gauge: chats in flight that wait for their session's turn, their pace or a connection.
    pub queued: u64,
    /// Gauge: completions that wait to be polled.
    pub uncollected: u64,
    /// Gauge: connections of this client and of all others with the same base URL, proxy and trust.
    pub connections: u64,
    /// Counter: chats and requests that were answered.
    pub answered: u64,
    /// Counters: chats and requests that failed, by status.
    #[serde(serialize_with = "by_name")]
    pub failed: BTreeMap<Status, u64>,
    /// Counter: chats and requests that were cancelled, those whose future was dropped among them.
    pub cancelled: u64,
    /// Counter: messages and requests refused with [`Status::Overloaded`]; not among the failed.
    pub refused: u64,
    /// Counter: attempts after a chat's or a request's first.
    pub retried: u64,
    /// Counter: bytes of request bodies that left.
    pub bytes_sent: u64,
    /// Counter: bytes of response bodies that arrived.
    pub bytes_received: u64,
    /// Of answered chats, from the call to the complete answer. [Streams](crate::EventStream) are not among them.
    pub latency: Latency,
}

/// The distribution of latencies in microseconds, to one percent; all 0 before the first answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Latency {
    /// How many there are.
    pub count: u64,
    /// The shortest.
    pub min_us: u64,
    /// The mean.
    pub mean_us: u64,
    /// The median.
    pub p50_us: u64,
    /// Nine of ten are not longer.
    pub p90_us: u64,
    /// 99 of 100 are not longer.
    pub p99_us: u64,
    /// 999 of 1 000 are not longer.
    pub p999_us: u64,
    /// The longest.
    pub max_us: u64,
}

impl Stats {
    /// The snapshot as a JSON object, the fields by the names they have here.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn by_name<S: Serializer>(
    failed: &BTreeMap<Status, u64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(failed.iter().map(|(status, count)| (status.name(), count)))
}
