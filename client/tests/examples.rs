//! The examples, as a newcomer runs them.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

use std::env;
use std::path::PathBuf;
use std::process::{Command, Output};

use robofy_standin::Standin;

/// `cargo test` builds the examples beside the tests.
fn example(name: &str) -> Command {
    let mut path: PathBuf = env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push(name);
    assert!(
        path.exists(),
        "build it first: cargo build -p robofy-client --examples"
    );
    let mut command = Command::new(path);
    command.env_clear();
    command
}

fn run(name: &str, service: &Standin, arguments: &[&str]) -> Output {
    example(name)
        .env("ROBOFY_BASE_URL", service.base_url())
        .env("ROBOFY_API_KEY", "a-test-key")
        .env("ROBOFY_PID", "31415")
        .env("ROBOFY_CHATBOT_ID", "DKDvwn")
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn hello_prints_the_answer() {
    let service = Standin::builder().start();
    let done = run("hello", &service, &["Hello"]);
    assert!(done.status.success(), "{done:?}");
    assert_eq!(text(&done.stdout), "Hello! You wrote: \"Hello\".\n");
}

#[test]
fn chat_holds_a_conversation() {
    let service = Standin::builder().start();
    let done = run("chat", &service, &["I am Ana", "Who am I?"]);
    assert!(done.status.success(), "{done:?}");
    let expected = concat!(
        "you: I am Ana\nagent: Hello! You wrote: \"I am Ana\".\n",
        "you: Who am I?\nagent: You wrote: \"Who am I?\". Before that you wrote: \"I am Ana\".\n"
    );
    assert_eq!(text(&done.stdout), expected);
}

#[test]
fn chat_says_what_is_wrong_and_fails() {
    let service = Standin::builder().start();
    let done = run("chat", &service, &["!status=401", "not reached"]);
    assert_eq!(done.status.code(), Some(1));
    let said = text(&done.stderr);
    assert!(
        said.contains("Unauthorized") && said.contains("check the API key"),
        "{said}"
    );
    assert_eq!(service.stats().requests, 1);
}

#[test]
fn both_name_the_setting_that_is_missing() {
    for name in ["chat", "gateway"] {
        let done = example(name).arg("1").output().unwrap();
        assert_eq!(done.status.code(), Some(1));
        let said = text(&done.stderr);
        assert!(said.contains("set ROBOFY_API_KEY"), "{said}");
    }
}

#[test]
fn gateway_serves_hundreds_of_users_at_once() {
    let service = Standin::builder().start();
    // Each has a connection with both of its ends, of which the usual limit of descriptors allows a thousand.
    let done = run("gateway", &service, &["400"]);
    assert!(done.status.success(), "{done:?}");
    let said = text(&done.stdout);
    assert!(
        said.starts_with("400 answered, 0 failed, 0 cancelled"),
        "{said}"
    );
    assert_eq!(service.stats().requests, 400);
}
