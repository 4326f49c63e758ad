//! The program that dies: an inbox on disk. What it is told comes by standard input, what it has done goes to standard output, a line each.
//!
//! `offer NUMBER SESSION SORT`, `clock MS`, `count` in; out go `q`, `d`, `x` NUMBER for a message that is queued, a duplicate, or
//! something else, `e` for an error, `o PARTS KIND ASKED NUMBERS` for an outcome, `p TURN` for a part of it that is reported as sent, `a TURN` before the last one is and `s TURN` after that,
//! `n PENDING`.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, io, thread};

use robofy_client::{Client, Options as ClientOptions, Reply, Status};
use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::options::{MediaPolicy, Options};
use robofy_conversation::inbox::store::{Accept, Kind, Offer};
use robofy_conversation::inbox::{Clock, Inbox, Outcome};
use robofy_conversation::webhook;

use crate::plan::Sort;

pub const FOLDER: &str = "ROBOFY_FAULTS_FOLDER";
pub const SERVICE: &str = "ROBOFY_FAULTS_SERVICE";
pub const CLOCK: &str = "ROBOFY_FAULTS_CLOCK";
pub const LIFE: &str = "ROBOFY_FAULTS_LIFE";
pub const RETRY: &str = "ROBOFY_FAULTS_RETRY";
const CHANNEL: &str = "106540352242922";
const AGAIN: Duration = Duration::from_millis(10);
const DAY: i64 = 24 * 3_600_000;
const OFFERING: usize = 8;
const POLLING: usize = 16;

fn say(line: &str) {
    // The parent is gone: so is the reason to live.
    if io::stdout()
        .lock()
        .write_all(format!("{line}\n").as_bytes())
        .is_err()
    {
        std::process::exit(1);
    }
}

fn until_kept<T, E: std::fmt::Display>(mut attempt: impl FnMut() -> Result<T, E>) -> T {
    loop {
        match attempt() {
            Ok(done) => return done,
            Err(error) => say(&format!("e {error}")),
        }
        thread::sleep(AGAIN);
    }
}

fn options() -> Options {
    Options {
        quiet_ms: 40,
        max_wait_ms: 150,
        join: " ".into(),
        retry_ambiguous: env::var_os(RETRY).is_some(),
        fallback: "Later, please.".into(),
        media: MediaPolicy::Reply("Text only.".into()),
        stop_words: vec!["stop".into()],
        start_words: vec!["start".into()],
        limit: 60,
        stop_text: "Bye.".into(),
        start_text: "Hi again.".into(),
        ..Options::default()
    }
}

pub fn run(folder: PathBuf) {
    let offset = env::var(CLOCK).map_or(0, |offset| offset.parse().unwrap());
    let offset = Arc::new(AtomicI64::new(offset));
    let now = {
        let offset = offset.clone();
        move || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            since.as_millis() as i64 + offset.load(Ordering::SeqCst)
        }
    };
    let mut client = ClientOptions::new();
    client.base_url(env::var(SERVICE).unwrap()).max_retries(0);
    let client = Client::new("a-test-key", &client).unwrap();
    // Said to the agent, as the project: a request may arrive after the death of who has sent it.
    let life = env::var(LIFE).unwrap();
    let store = Arc::new(until_kept(|| Lmdb::open(&folder)));
    let inbox = until_kept(|| {
        Inbox::with_clock(
            &client,
            &life,
            "DKDvwn",
            options(),
            store.clone(),
            Clock::of(now.clone()),
        )
    });
    let handing_out = Mutex::new(());
    thread::scope(|scope| {
        for _ in 0..POLLING {
            scope.spawn(|| {
                // Said in the order in which they are handed out.
                let next = || {
                    let _held = handing_out.lock().unwrap();
                    inbox.poll(None).inspect(announce)
                };
                while let Some(outcome) = next() {
                    send(&inbox, &outcome);
                }
            });
        }
        let lanes: Vec<_> = (0..OFFERING)
            .map(|_| {
                let (lane, offers) = mpsc::channel::<(usize, usize, Sort)>();
                let (inbox, now) = (&inbox, &now);
                scope.spawn(move || {
                    for (number, session, sort) in offers {
                        let accept = offer(inbox, number, session, sort, now());
                        say(&format!("{} {number}", letter(accept)));
                    }
                });
                lane
            })
            .collect();
        say("r");
        for line in io::stdin().lines().map_while(Result::ok) {
            let words: Vec<_> = line.split(' ').collect();
            match *words {
                ["offer", number, session, sort] => {
                    let session: usize = session.parse().unwrap();
                    let given = (number.parse().unwrap(), session, Sort::of(sort).unwrap());
                    lanes[session % OFFERING].send(given).unwrap();
                }
                ["clock", to] => offset.store(to.parse().unwrap(), Ordering::SeqCst),
                ["count"] => {
                    let pending = until_kept(|| inbox.stats()).pending;
                    say(&format!("n {pending}"));
                }
                _ => panic!("{line}"),
            }
        }
        std::process::exit(0);
    });
}

fn offer(inbox: &Inbox, number: usize, session: usize, sort: Sort, now: i64) -> Accept {
    let (user, id, text) = (session.to_string(), number.to_string(), sort.text(number));
    let offer = Offer {
        kind: match sort {
            Sort::Media => webhook::Kind::Media,
            _ => webhook::Kind::Text,
        },
        written_at: (sort == Sort::Old).then_some(now - DAY - 60_000),
        ..Offer::text(CHANNEL, &user, &id, &text)
    };
    until_kept(|| inbox.offer(offer))
}

fn letter(accept: Accept) -> char {
    match accept {
        Accept::Queued => 'q',
        Accept::Duplicate => 'd',
        _ => 'x',
    }
}

/// What the world sees.
fn announce(outcome: &Outcome) {
    let kind = match outcome.kind() {
        Kind::Typing => return,
        Kind::Answer => "answer",
        Kind::Fallback => match outcome.error().map(|error| error.status()) {
            Some(Status::Interrupted) => "unknown",
            _ => "fallback",
        },
        Kind::Notice(_) => "notice",
        Kind::Media => "media",
        Kind::Expired(_) => "expired",
    };
    let ids: Vec<_> = outcome.message_ids().collect();
    // The agent says what it was asked.
    let reply = outcome.reply();
    let text = reply.as_ref().map_or("", Reply::answer);
    let quoted = text
        .split_once("ou wrote: \"")
        .and_then(|(_, text)| text.split_once("\"."));
    let asked = quoted.map_or("-".into(), |(asked, _)| asked.replace(' ', ","));
    let count = outcome.parts().len();
    say(&format!("o {count} {kind} {asked} {}", ids.join(",")));
    // It is settled, and the session's next one may be handed out to another thread.
    if count == 0 {
        say(&format!("a {}", ids[0]));
    }
}

fn send(inbox: &Inbox, outcome: &Outcome) {
    if outcome.kind() == Kind::Typing {
        return;
    }
    let turn = outcome.message_ids().next().unwrap();
    let count = outcome.parts().len();
    for part in 0..count {
        // The channel takes its time.
        thread::sleep(Duration::from_millis(turn.len() as u64 * 3));
        if part + 1 == count {
            say(&format!("a {turn}"));
        }
        let provider_id = format!("out.{turn}.{part}");
        until_kept(|| inbox.sent(outcome, part, &provider_id));
        if part + 1 < count {
            say(&format!("p {turn}"));
        }
    }
    say(&format!("s {turn}"));
}
