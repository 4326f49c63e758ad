//! DNS, proxy, TCP and TLS, each by its name: the library's own steps.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use robofy_client::diagnosis::{Diagnosis, Failed, Found, Step};
use robofy_client::{Error, Options};

use super::advice;
use super::report::{Problem, Report};
use crate::arguments::Connection;
use crate::failure::{Failure, Status};

/// The way that the library will take, for settings that it has accepted.
pub fn plan(connection: &Connection) -> Result<Diagnosis, Problem> {
    let mut options = Options::new();
    options
        .base_url(&connection.base_url)
        .proxy(connection.proxy.as_deref())
        .ca_file(connection.ca_file.as_deref().map(Path::new))
        .connect_timeout(connection.connect_timeout);
    Diagnosis::new(&options).map_err(|error| Problem::of_setting(failure(&error)))
}

/// The way in words.
pub fn describe(diagnosis: &Diagnosis) -> String {
    let tls = match diagnosis.is_tls() {
        true => "over TLS",
        false => "without TLS",
    };
    let words = format!("{} {tls}", diagnosis.service());
    match diagnosis.proxy() {
        Some(proxy) => match proxy.variable {
            Some(variable) => format!("{words}, through the proxy {} of {variable}", proxy.url),
            None => format!("{words}, through the proxy {}", proxy.url),
        },
        None => words,
    }
}

/// How long reaching the service took, if it was reached.
pub fn walk(diagnosis: &Diagnosis, limit: Duration, report: &mut Report) -> Option<Duration> {
    let mut took = Duration::ZERO;
    let mut rest = Step::ALL.into_iter();
    let outcome = diagnosis.run(|done| {
        skip_until(done.step, &mut rest, diagnosis, report);
        took += done.took;
        report.pass(
            name(done.step),
            Some(done.took),
            &detail(diagnosis, &done.found),
        );
    });
    let failed = outcome.err();
    if let Some(failed) = &failed {
        skip_until(failed.step, &mut rest, diagnosis, report);
        report.fail(
            name(failed.step),
            Some(failed.took),
            problem(diagnosis, failed, limit),
        );
    }
    for step in rest {
        let why = not_on_the_way(step, diagnosis).unwrap_or("needs the steps before");
        report.skip(name(step), why);
    }
    failed.is_none().then_some(took)
}

fn skip_until(
    step: Step,
    rest: &mut impl Iterator<Item = Step>,
    diagnosis: &Diagnosis,
    report: &mut Report,
) {
    for passed in rest.take_while(|passed| *passed != step) {
        report.skip(
            name(passed),
            not_on_the_way(passed, diagnosis).unwrap_or_default(),
        );
    }
}

fn not_on_the_way(step: Step, diagnosis: &Diagnosis) -> Option<&'static str> {
    if diagnosis.steps().contains(&step) {
        return None;
    }
    Some(match step {
        Step::Dns | Step::Tcp if diagnosis.proxy().is_some() => "the proxy's matter",
        Step::Dns => "the base URL has an address",
        Step::Proxy | Step::Tcp => "none is used",
        Step::Tls => "the base URL is http://, for this machine alone",
    })
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Dns => "dns",
        Step::Proxy => "proxy",
        Step::Tcp => "tcp",
        Step::Tls => "tls",
    }
}

fn detail(diagnosis: &Diagnosis, found: &Found) -> String {
    match found {
        Found::Addresses(addresses) => {
            let addresses: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
            format!("{} is {}", host(diagnosis), addresses.join(", "))
        }
        Found::Tunnel => {
            let proxy = diagnosis.proxy().map_or("the proxy", |proxy| &proxy.url);
            format!("{proxy} made a tunnel to {}", diagnosis.service())
        }
        Found::Connection(address) => format!("connected to {address}"),
        Found::Session {
            version, protocol, ..
        } => match protocol {
            Some(protocol) => format!("{version}, certificate trusted, {protocol}"),
            None => format!("{version}, certificate trusted"),
        },
        _ => String::new(),
    }
}

fn host(diagnosis: &Diagnosis) -> &str {
    let service = diagnosis.service();
    service.rsplit_once(':').map_or(service, |(host, _)| host)
}

fn problem(diagnosis: &Diagnosis, failed: &Failed, limit: Duration) -> Problem {
    let advice = advice::of_step(diagnosis, failed, limit);
    Problem::new(failure(&failed.error), &advice)
}

/// The library's error, as the C interface would have it.
fn failure(error: &Error) -> Failure {
    Failure {
        retryable: error.is_retryable(),
        ..Failure::new(
            Status::Library(error.status() as u32),
            error.message().to_owned(),
        )
    }
}
