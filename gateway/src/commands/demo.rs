//! `robofy-gateway demo`: an agent, Meta and a user, all on this machine.

use std::time::{Duration, Instant};
use std::{fs, process, thread};

use robofy_standin::Standin;
use tokio::runtime::Runtime;

use super::run::Running;
use super::say;
use crate::config::Config;
use crate::standins::Meta;
use crate::web;

const NUMBER: &str = "106540352242922";
const SECRET: &str = "demo-app-secret";
const TOKEN: &str = "demo-token";
const USER: &str = "16505551234";
/// An answer of the stand-in's comes within this.
const PATIENCE: Duration = Duration::from_secs(30);

/// Plays a conversation, and prints what happens.
pub(super) fn run() -> Result<(), String> {
    let runtime = Runtime::new().map_err(|error| format!("no threads: {error}"))?;
    let folder = std::env::temp_dir().join(format!("robofy-gateway-demo-{}", process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let played = play(&runtime, &folder);
    // What is left there is the demonstration's own.
    let _ = fs::remove_dir_all(&folder);
    played
}

fn play(runtime: &Runtime, folder: &std::path::Path) -> Result<(), String> {
    let agent = Standin::builder().delay(Duration::from_millis(300)).start();
    let meta =
        Meta::start(runtime.handle(), NUMBER, TOKEN, SECRET).map_err(|error| error.to_string())?;
    for (name, secret) in [
        ("key", "demo-key"),
        ("token", TOKEN),
        ("secret", SECRET),
        ("verify", "demo-verify"),
    ] {
        fs::write(folder.join(name), secret).map_err(|error| error.to_string())?;
    }
    let file = folder.join("gateway.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\n\n[agent.demo]\npid = \"demo\"\nchatbot_id = \"demo\"\napi_key = \"file:key\"\nbase_url = \"{}\"\n\n\
         [channel.demo]\nagent = \"demo\"\nprovider = \"meta\"\nphone_number_id = \"{NUMBER}\"\nurl = \"{}\"\ntoken = \"file:token\"\n\
         app_secret = \"file:secret\"\nverify_token = \"file:verify\"\n",
        agent.base_url(),
        meta.url()
    );
    fs::write(&file, text).map_err(|error| error.to_string())?;
    let config = Config::read(&file).map_err(|invalid| invalid.to_string())?;
    let running = Running::start(&config, runtime)?;
    let scene = Scene {
        runtime,
        meta: &meta,
        url: format!("http://{}/webhook/demo", running.address),
    };
    let outcome = scene.play();
    running.stop(runtime)?;
    outcome
}

struct Scene<'a> {
    runtime: &'a Runtime,
    meta: &'a Meta,
    url: String,
}

impl Scene<'_> {
    fn play(&self) -> Result<(), String> {
        say("A user writes a burst of three messages, in three webhooks:");
        for (id, text) in [
            ("wamid.1", "Hello"),
            ("wamid.2", "I would like a table"),
            ("wamid.3", "for two, please"),
        ] {
            self.write(&[(id, text)])?;
        }
        say("Meta sends the second one again, since it has lost the answer:");
        self.write(&[("wamid.2", "I would like a table")])?;
        say("The agent is asked once, and its answer goes out:");
        self.answers(1)?;
        say(
            "The user asks for something long; it goes out in parts of at most 4 096 characters, in order:",
        );
        self.write(&[("wamid.4", "!huge=9000")])?;
        self.answers(3)?;
        say("Somebody else sends a webhook, with a signature of their own:");
        let (body, _) = self.meta.webhook(USER, &[("wamid.5", "forged")]);
        self.post(&body, "sha256=00")?;
        say("That is all: nothing was lost, and nothing was answered twice.");
        say("Write a configuration of your own now: robofy-gateway --help");
        Ok(())
    }

    fn write(&self, messages: &[(&str, &str)]) -> Result<(), String> {
        for (_, text) in messages {
            say(format!("  user:    {text}"));
        }
        let (body, signature) = self.meta.webhook(USER, messages);
        self.post(&body, &signature)
    }

    fn post(&self, body: &str, signature: &str) -> Result<(), String> {
        let began = Instant::now();
        let status = self.runtime.block_on(async {
            let http = web::client().no_proxy().build()?;
            let request = http
                .post(&self.url)
                .header("x-hub-signature-256", signature);
            let answer = request.body(body.to_owned()).send().await?;
            Ok::<_, reqwest::Error>(answer.status())
        });
        let status = status.map_err(|error| error.to_string())?;
        say(format!(
            "  gateway: {status}, after {:.1} ms",
            began.elapsed().as_secs_f64() * 1000.0
        ));
        Ok(())
    }

    /// Prints what the user gets, until there are so many parts more.
    fn answers(&self, parts: usize) -> Result<(), String> {
        let before = self.meta.texts(USER).len();
        let began = Instant::now();
        let mut shown = before;
        while shown < before + parts {
            if began.elapsed() > PATIENCE {
                return Err("no answer came".into());
            }
            thread::sleep(Duration::from_millis(20));
            for text in self.meta.texts(USER).iter().skip(shown) {
                shown += 1;
                let first: String = text.chars().take(60).collect();
                say(format!(
                    "  agent:   {first} ({} characters)",
                    text.chars().count()
                ));
            }
        }
        Ok(())
    }
}
