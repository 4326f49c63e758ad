//! The program: what it prints, and that it never outlives its use.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use reqwest::blocking::Client;
use robofy_standin::Stats;
use support::{CHAT_PATH, PATIENCE, client_builder, eventually, message};

struct Program {
    child: Child,
    url: String,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_robofy-standin"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("its output");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("a first line");
        let url = line
            .strip_prefix("listening on ")
            .expect("where it listens")
            .trim_end()
            .to_owned();
        Self { child, url }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .expect("a shell")
                .success()
        );
    }

    fn exit_status(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "it still runs");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn errors(&mut self) -> String {
        let mut errors = String::new();
        self.child
            .stderr
            .take()
            .expect("its errors")
            .read_to_string(&mut errors)
            .expect("text");
        errors
    }

    fn chat(&self, query: &str) -> u16 {
        let request = client()
            .post(format!("{}{CHAT_PATH}", self.url))
            .bearer_auth("key");
        let response = request.json(&message("session", query)).send();
        response.expect("a response").status().as_u16()
    }

    fn in_flight(&self) -> u64 {
        let response = client().get(format!("{}/standin/stats", self.url)).send();
        response
            .expect("a response")
            .json::<Stats>()
            .expect("stats")
            .in_flight
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended by itself in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> Client {
    client_builder().build().expect("an HTTP client")
}

#[test]
fn it_prints_where_it_listens_and_serves_there_in_silence() {
    let mut program = Program::start(&[]);
    assert!(
        program.url.starts_with("http://127.0.0.1:"),
        "{}",
        program.url
    );
    assert_eq!(program.chat("Hello"), 200);
    program.signal("TERM");
    assert!(program.exit_status().success());
    assert_eq!(program.errors(), "");
}

#[test]
fn verbose_writes_one_line_a_request() {
    let mut program = Program::start(&["--verbose"]);
    program.chat("Hello");
    program.chat("Hello again");
    program.signal("TERM");
    program.exit_status();
    assert_eq!(
        program
            .errors()
            .matches("POST /v1/ai-agent/whatsapp/chat HTTP/1.1")
            .count(),
        2
    );
}

#[test]
fn an_interrupt_ends_it_at_once_with_a_chat_in_flight() {
    let mut program = Program::start(&["--delay-ms", "600000"]);
    let url = format!("{}{CHAT_PATH}", program.url);
    let chat = std::thread::spawn(move || {
        let request = client().post(url).bearer_auth("key");
        request.json(&message("session", "Hello")).send()
    });
    eventually("the chat is in flight", || program.in_flight() == 1);
    program.signal("INT");
    assert!(program.exit_status().success());
    assert_eq!(program.errors(), "");
    assert!(chat.join().expect("no panic").is_err());
}

#[test]
fn it_exits_with_its_parent_when_told() {
    let mut program = Program::start(&["--exit-with-parent"]);
    assert_eq!(program.chat("Hello"), 200);
    drop(program.child.stdin.take());
    assert!(program.exit_status().success());
}

#[test]
fn it_outlives_its_standard_input_unless_told() {
    let mut program = Program::start(&[]);
    drop(program.child.stdin.take());
    assert_eq!(program.chat("!delay-ms=300"), 200);
}

#[test]
fn it_writes_the_certificate_authority_where_it_is_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let ca_file = directory.path().join("ca.pem");
    let program = Program::start(&[
        "--tls",
        "valid",
        "--ca-out",
        ca_file.to_str().expect("a path"),
    ]);
    assert!(
        program.url.starts_with("https://localhost:"),
        "{}",
        program.url
    );
    let pem = fs::read_to_string(ca_file).expect("the CA file");
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
}

#[test]
fn an_api_key_can_be_named() {
    let program = Program::start(&["--api-key", "another key"]);
    assert_eq!(program.chat("Hello"), 401);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let first = Program::start(&[]);
    let port = first.url.rsplit(':').next().expect("a port");
    let output = Command::new(env!("CARGO_BIN_EXE_robofy-standin"))
        .args(["--port", port])
        .output()
        .expect("it ran");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors.contains(&format!("cannot serve on 127.0.0.1:{port}")),
        "{errors}"
    );
}

#[test]
fn help_names_every_option() {
    let output = Command::new(env!("CARGO_BIN_EXE_robofy-standin"))
        .arg("--help")
        .output()
        .expect("it ran");
    assert!(output.status.success());
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    for option in [
        "--port",
        "--host",
        "--api-key",
        "--delay-ms",
        "--http",
        "--max-concurrent-streams",
        "--tls",
        "--ca-out",
        "--exit-with-parent",
        "--verbose",
    ] {
        assert!(help.contains(option), "{option} is missing from:\n{help}");
    }
}
