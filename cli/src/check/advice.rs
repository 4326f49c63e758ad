//! What to do about a step that failed.

use std::time::Duration;

use robofy_client::diagnosis::{Cause, Diagnosis, Failed, Step};

use super::report::readable;
use crate::arguments::Check;
use crate::failure::Status;
use crate::key::ApiKey;

/// For a step on the way to the service, which has `limit` to be reached.
pub fn of_step(diagnosis: &Diagnosis, failed: &Failed, limit: Duration) -> String {
    // Where the host that the step is about was named.
    let set_by = match (failed.step, diagnosis.proxy()) {
        (Step::Proxy, Some(proxy)) => proxy.variable.unwrap_or("--proxy"),
        _ => "--base-url",
    };
    match (failed.cause, failed.step) {
        (Cause::Late, step) => format!(
            "{}; more than {} is allowed with --connect-timeout SECONDS",
            of_silence(step, set_by),
            readable(limit)
        ),
        (Cause::Name, _) => of_name(set_by),
        (Cause::Refused, Step::Proxy) => dead_proxy(set_by),
        (Cause::Refused, _) => {
            format!("check host and port of {set_by}, and that the service is running")
        }
        (Cause::Unreachable, _) => "check this machine's network connection".to_owned(),
        (Cause::Untrusted, _) => "if the authority is yours (a private service, a company's proxy), name its PEM file with --ca-file; \
             on a bare system install the package ca-certificates; otherwise do not trust this connection"
            .to_owned(),
        (Cause::Dates, _) => "have the certificate renewed, and check this machine's clock".to_owned(),
        (Cause::WrongName, _) => format!(
            "use the name that the certificate is for in {set_by}, or have it issued for this one"
        ),
        (Cause::Certificate, _) => "have the certificate issued anew".to_owned(),
        (Cause::NoTls, _) => format!("check the scheme and the port of {set_by}"),
        (Cause::Handshake, _) => cut_off(set_by),
        (Cause::Credentials { given: false, .. }, _) => format!(
            "set a user name and a password in the proxy's URL: {}=http://user:password@host:port",
            diagnosis.proxy()
                .and_then(|proxy| proxy.variable)
                .unwrap_or("HTTPS_PROXY")
        ),
        (Cause::Credentials { .. }, _) => {
            format!("correct the user name and the password in {set_by}")
        }
        (Cause::Forbidden, _) => {
            "have the proxy allow CONNECT to this host and port, or use another proxy".to_owned()
        }
        (Cause::BeyondProxy, _) => {
            "check host and port of --base-url; if they are right, ask who runs the proxy".to_owned()
        }
        (Cause::NoTunnel, _) => {
            format!("correct the host, the port and the scheme of the proxy in {set_by}")
        }
        _ => "mend what the message names, and check again".to_owned(),
    }
}

/// For a message that was not answered.
pub fn of_message(status: Status, arguments: &Check, key: &ApiKey) -> String {
    match status {
        Status::UNAUTHORIZED => format!("correct the key in {}", key.source),
        Status::TIMEOUT => format!(
            "look at what the agent does so long (tools, knowledge), or allow more than {} with --timeout SECONDS",
            readable(arguments.connection.timeout)
        ),
        Status::FORBIDDEN => {
            "use the key of the account that --pid and --chatbot-id belong to".to_owned()
        }
        Status::NOT_FOUND => "correct --pid, --chatbot-id or --base-url".to_owned(),
        Status::INVALID_ARGUMENT | Status::BAD_REQUEST => {
            "correct what the message names: --pid, --chatbot-id or --message".to_owned()
        }
        Status::PROTOCOL => {
            "check that --base-url is the Robofy service's, and what stands in between".to_owned()
        }
        Status::RATE_LIMITED => "check again later; have this account send less often".to_owned(),
        Status::SERVER => "check again later; if it stays so, tell who runs the service".to_owned(),
        _ => {
            "check again; if it stays so, look at what stands in between (firewall, load balancer)"
                .to_owned()
        }
    }
}

fn of_silence(step: Step, set_by: &str) -> String {
    match step {
        Step::Dns => of_name(set_by),
        Step::Proxy => dead_proxy(set_by),
        Step::Tcp => format!(
            "check host and port of {set_by}, and whether a firewall drops the connection; \
             where a proxy has to be used, name it with --proxy or HTTPS_PROXY"
        ),
        Step::Tls => cut_off(set_by),
    }
}

fn of_name(set_by: &str) -> String {
    format!(
        "check the spelling of the host in {set_by}; if it is right, check the network and the DNS servers (/etc/resolv.conf)"
    )
}

fn dead_proxy(set_by: &str) -> String {
    format!(
        "start the proxy, or correct its host and port in {set_by}; --proxy \"\" goes without one"
    )
}

fn cut_off(set_by: &str) -> String {
    format!(
        "check that the port in {set_by} is a TLS service's, and whether something in between intercepts it"
    )
}
