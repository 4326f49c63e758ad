//! The program itself, between a stand-in of the agent and stand-ins of providers.
#![allow(dead_code, reason = "each test program uses some of it")]

pub mod provider;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use reqwest::StatusCode;
use robofy_gateway::standins::Meta;
use robofy_gateway::web;
use robofy_standin::Standin;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub const NUMBER: &str = "106540352242922";
pub const SECRET: &str = "an-app-secret";
pub const TOKEN: &str = "a-token";
pub const USER: &str = "16505551234";
/// Long enough for a busy machine; nothing waits as long that goes well.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A gateway's surroundings.
pub struct World {
    pub runtime: Runtime,
    pub agent: Standin,
    pub meta: Meta,
    pub folder: TempDir,
    pub port: u16,
    http: reqwest::Client,
}

impl World {
    pub fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let meta = Meta::start(runtime.handle(), NUMBER, TOKEN, SECRET).unwrap();
        let world = Self {
            agent: Standin::builder().start(),
            meta,
            folder: tempfile::tempdir().unwrap(),
            port: own_port(),
            http: web::client().no_proxy().build().unwrap(),
            runtime,
        };
        world.write("gateway.toml", &world.config("quiet = 0.05\n"));
        world
    }

    /// A channel of Meta's, with these keys more.
    pub fn config(&self, more: &str) -> String {
        let meta = self.meta.url();
        self.configured(&format!(
            "provider = \"meta\"\nphone_number_id = \"{NUMBER}\"\nurl = \"{meta}\"\ntoken = \"env:TOKEN\"\n\
             app_secret = \"env:SECRET\"\nverify_token = \"env:VERIFY\"\n{more}"
        ))
    }

    /// A channel with these keys.
    pub fn configured(&self, channel: &str) -> String {
        let (port, agent) = (self.port, self.agent.base_url());
        format!(
            "listen = \"127.0.0.1:{port}\"\nadmin_token = \"env:ADMIN\"\n\n[agent.a]\npid = \"1\"\nchatbot_id = \"2\"\n\
             api_key = \"env:KEY\"\nbase_url = \"{agent}\"\n\n[channel.main]\nagent = \"a\"\n{channel}"
        )
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_robofy-gateway"));
        command.args(arguments).current_dir(self.folder.path());
        for (name, value) in [
            ("TOKEN", TOKEN),
            ("SECRET", SECRET),
            ("VERIFY", "a-verify-token"),
            ("KEY", "a-key"),
            ("ADMIN", "an-admin-token"),
            ("NO_PROXY", "*"),
        ] {
            command.env(name, value);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn start(&self) -> Gateway {
        let mut command = self.command(&["run", "gateway.toml"]);
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        let log = fs::File::create(self.folder.path().join("log")).unwrap();
        let gateway = Gateway(command.stderr(log).spawn().unwrap());
        eventually("it listens", || self.get("/healthz").is_some());
        gateway
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// The status and the body, if anybody listens.
    pub fn get(&self, path: &str) -> Option<(StatusCode, String)> {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        self.runtime.block_on(async {
            let answer = self.http.get(url).send().await.ok()?;
            Some((answer.status(), answer.text().await.ok()?))
        })
    }

    /// The status, if anybody listens.
    pub fn post(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Option<StatusCode> {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let mut request = self.http.post(url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.runtime.block_on(request.send());
        answer.ok().map(|answer| answer.status())
    }

    /// Meta's webhook of these messages of one user.
    pub fn webhook(&self, user: &str, messages: &[(&str, &str)]) -> Option<StatusCode> {
        let (body, signature) = self.meta.webhook(user, messages);
        self.post(
            "/webhook/main",
            &[("x-hub-signature-256", &signature)],
            &body,
        )
    }

    /// As Meta does: until it is taken.
    pub fn deliver(&self, user: &str, messages: &[(&str, &str)]) {
        eventually("it is taken", || {
            self.webhook(user, messages) == Some(StatusCode::OK)
        });
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A port for this test's gateway over its restarts: below those that systems hand out (RFC 6335, section 8.1.2, and Linux' default), and
/// another one in each process of tests.
fn own_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 600).unwrap() * 20;
    first + NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A process that is killed in the end.
pub struct Gateway(pub Child);

impl Gateway {
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Asks it to end, as a process manager does: whether it says that all is well.
    pub fn terminate(&mut self) -> bool {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        self.0.wait().unwrap().success()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for what takes the other side a moment.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
