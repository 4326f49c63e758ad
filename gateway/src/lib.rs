//! Joins WhatsApp numbers and Robofy agents: webhooks in, one answer out, in order, once.
//!
//! [`config`] reads what it is told; [`channel`] speaks with the providers; [`delivery`] takes an inbox's outcomes to them;
//! [`http`] takes webhooks; [`gateway`] joins all of it, and [`commands`] are what a person runs.

pub mod channel;
pub mod commands;
pub mod config;
pub mod delivery;
pub mod gateway;
pub mod http;
pub mod metrics;
pub mod pace;
pub mod standins;
pub mod web;
