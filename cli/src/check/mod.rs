//! `robofy check`: the way to an answer, step by step, and the first step that fails.

mod advice;
mod network;
mod report;

use std::time::Duration;

use robofy_client::diagnosis::Diagnosis;

use crate::arguments::Check;
use crate::binding::{Client, Reply};
use crate::failure::{Failure, Status};
use crate::key::ApiKey;
use crate::text::harmless;
use crate::wait::{Asking, CtrlC};

use report::{Problem, Report, readable};

/// How much of an answer is shown.
const EXCERPT: usize = 60;

/// Prints the report; fails as the first step that failed.
pub fn run(arguments: &Check) -> Result<(), Failure> {
    let mut report = Report::new(arguments.json);
    let key = ApiKey::find(arguments.connection.api_key_file.as_deref());
    let plan = report.step("settings", || settings(arguments, key.as_ref().ok()));
    let reached = match &plan {
        Some((_, diagnosis)) => {
            network::walk(diagnosis, arguments.connection.connect_timeout, &mut report)
        }
        None => {
            report.skip_all(&["dns", "proxy", "tcp", "tls"], "needs settings");
            None
        }
    };
    match (plan, key, reached) {
        (Some((client, _)), Ok(key), Some(connecting)) if !arguments.no_message => {
            message(arguments, &client, &key, connecting, &mut report);
        }
        (_, key, reached) => without_message(arguments, key, reached, &mut report),
    }
    report.finish()
}

/// What the library says to the settings; a missing key is the matter of its own step.
fn settings(
    arguments: &Check,
    key: Option<&ApiKey>,
) -> Result<((Client, Diagnosis), String), Problem> {
    let connection = &arguments.connection;
    let key = key.map_or(c"missing", |key| key.text.as_c_str());
    // Sent once: a check that repeats would hide what it is to show.
    let client = connection.client_of(key, 0).map_err(Problem::of_setting)?;
    let diagnosis = network::plan(connection)?;
    let detail = network::describe(&diagnosis);
    Ok(((client, diagnosis), detail))
}

fn without_message(
    arguments: &Check,
    key: Result<ApiKey, Failure>,
    reached: Option<Duration>,
    report: &mut Report,
) {
    match key {
        Err(failure) => report.fail("key", None, Problem::new(failure, KEY_ADVICE)),
        Ok(key) if arguments.no_message => {
            let detail = format!("found in {}; not tried (--no-message)", key.source);
            report.pass("key", None, &detail);
        }
        Ok(key) => {
            let why = format!(
                "found in {}; not tried: the service was not reached",
                key.source
            );
            report.skip("key", &why);
        }
    }
    let why = match arguments.no_message {
        true => "--no-message",
        false => "needs the steps before",
    };
    report.skip("agent", why);
    match reached {
        Some(connecting) => report.pass(
            "latency",
            Some(connecting),
            "to reach the service; the agent's answer was not measured",
        ),
        None => report.skip("latency", "the service was not reached"),
    }
}

const KEY_ADVICE: &str = "put the key into ROBOFY_API_KEY, or into a file that only you can read";

/// One real message, and what its end says of the key, the agent and the time.
fn message(
    arguments: &Check,
    client: &Client,
    key: &ApiKey,
    connecting: Duration,
    report: &mut Report,
) {
    let message = match arguments.connection.message(&arguments.message) {
        Ok(message) => message,
        Err(failure) => {
            let why = format!(
                "found in {}; not tried: there is no agent to ask",
                key.source
            );
            report.skip("key", &why);
            let advice = "name the agent, or check without it: --no-message";
            report.fail("agent", None, Problem::new(failure, advice));
            report.skip("latency", "needs agent");
            return;
        }
    };
    match Asking::new(CtrlC::Ends).and_then(|asking| asking.ask(client, &message)) {
        Ok(reply) => answered(&reply, key, connecting, report),
        Err(failure) => unanswered(failure, arguments, key, report),
    }
}

fn answered(reply: &Reply, key: &ApiKey, connecting: Duration, report: &mut Report) {
    report.pass(
        "key",
        None,
        &format!("found in {}, and accepted", key.source),
    );
    let line = harmless(&reply.answer).replace(['\n', '\t'], " ");
    let excerpt = match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    };
    report.pass(
        "agent",
        Some(reply.elapsed),
        &format!("answered: {excerpt}"),
    );
    let detail = format!(
        "for the answer; reaching the service takes {} of a first message",
        readable(connecting)
    );
    report.pass("latency", Some(reply.elapsed), &detail);
}

fn unanswered(failure: Failure, arguments: &Check, key: &ApiKey, report: &mut Report) {
    let found = format!("found in {}", key.source);
    let advice = advice::of_message(failure.status, arguments, key);
    match failure.status {
        Status::UNAUTHORIZED | Status::FORBIDDEN => {
            report.fail("key", None, Problem::new(failure, &advice));
            report.skip_all(&["agent", "latency"], "needs key");
        }
        Status::TIMEOUT => {
            report.skip("key", &format!("{found}; no answer came to tell by"));
            report.skip("agent", "no answer came");
            let took = Some(arguments.connection.timeout);
            report.fail("latency", took, Problem::new(failure, &advice));
        }
        _ => {
            match failure.http_status {
                Some(_) => report.pass("key", None, &format!("{found}, and not refused")),
                None => report.skip("key", &format!("{found}; no answer came to tell by")),
            }
            report.fail("agent", None, Problem::new(failure, &advice));
            report.skip("latency", "needs agent");
        }
    }
}
