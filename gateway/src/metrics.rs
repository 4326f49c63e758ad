//! What the gateway has done, as Prometheus reads it.

use std::fmt;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use robofy_conversation::inbox::Stats;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    channel: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    channel: String,
    result: &'static str,
}

/// The figures of a gateway.
pub struct Metrics {
    registry: Registry,
    webhooks: Family<Labels, Counter>,
    events: Family<Labels, Counter>,
    outcomes: Family<Labels, Counter>,
    parts: Family<Labels, Counter>,
    webhook_seconds: Family<Of, Histogram>,
    send_seconds: Family<Of, Histogram>,
    pending: Family<Of, Gauge>,
    turns: Family<Of, Gauge>,
    in_flight: Family<Of, Gauge>,
    sessions: Family<Of, Gauge>,
    remembered: Family<Of, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds = || Family::new_with_constructor(histogram as fn() -> Histogram);
        let mut metrics = Self {
            registry: Registry::with_prefix("robofy_gateway"),
            webhooks: Family::default(),
            events: Family::default(),
            outcomes: Family::default(),
            parts: Family::default(),
            webhook_seconds: seconds(),
            send_seconds: seconds(),
            pending: Family::default(),
            turns: Family::default(),
            in_flight: Family::default(),
            sessions: Family::default(),
            remembered: Family::default(),
        };
        let registry = &mut metrics.registry;
        for (name, help, family) in [
            (
                "webhooks",
                "Webhooks, by what they were answered with",
                &metrics.webhooks,
            ),
            (
                "events",
                "Events of webhooks, by what became of them",
                &metrics.events,
            ),
            (
                "outcomes",
                "Outcomes of the inbox, by kind",
                &metrics.outcomes,
            ),
            (
                "parts",
                "Parts of answers, by what the provider said",
                &metrics.parts,
            ),
        ] {
            registry.register(name, help, family.clone());
        }
        for (name, help, family) in [
            (
                "webhook",
                "From a webhook's arrival to its answer",
                &metrics.webhook_seconds,
            ),
            (
                "send",
                "What a provider takes to take a part",
                &metrics.send_seconds,
            ),
        ] {
            registry.register_with_unit(name, help, Unit::Seconds, family.clone());
        }
        for (name, help, family) in [
            (
                "pending_messages",
                "Messages that wait or are being answered",
                &metrics.pending,
            ),
            ("turns", "Turns that are not settled", &metrics.turns),
            ("in_flight", "Turns that the agent has", &metrics.in_flight),
            (
                "sessions",
                "Sessions that have something to do, or are paused",
                &metrics.sessions,
            ),
            (
                "remembered_messages",
                "Messages that would be known as duplicates",
                &metrics.remembered,
            ),
        ] {
            registry.register(name, help, family.clone());
        }
        metrics
    }
}

impl Metrics {
    /// A webhook was answered.
    pub fn webhook(&self, channel: &str, result: &'static str, seconds: f64) {
        count(&self.webhooks, channel, result);
        self.webhook_seconds
            .get_or_create(&of(channel))
            .observe(seconds);
    }

    /// Something became of an event.
    pub fn event(&self, channel: &str, result: &'static str) {
        count(&self.events, channel, result);
    }

    /// An outcome was polled.
    pub fn outcome(&self, channel: &str, kind: &'static str) {
        count(&self.outcomes, channel, kind);
    }

    /// A part was sent, or was not.
    pub fn part(&self, channel: &str, result: &'static str, seconds: f64) {
        count(&self.parts, channel, result);
        self.send_seconds
            .get_or_create(&of(channel))
            .observe(seconds);
    }

    /// What an inbox has just now.
    pub fn inbox(&self, channel: &str, stats: &Stats) {
        for (gauges, value) in [
            (&self.pending, stats.pending),
            (&self.turns, stats.turns),
            (&self.in_flight, stats.in_flight),
            (&self.sessions, stats.sessions),
            (&self.remembered, stats.remembered),
        ] {
            let gauge = gauges.get_or_create(&of(channel));
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }

    /// In the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a text does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

fn of(channel: &str) -> Of {
    Of {
        channel: channel.to_owned(),
    }
}

fn count(counters: &Family<Labels, Counter>, channel: &str, result: &'static str) {
    let labels = Labels {
        channel: channel.to_owned(),
        result,
    };
    counters.get_or_create(&labels).inc();
}

/// From a millisecond to half a minute.
fn histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 16))
}
