//! `robofy inbox`: what a store keeps while no process has it open.

use std::time::{SystemTime, UNIX_EPOCH};

use robofy_conversation::inbox::lmdb::{self, Asleep, Summary, TurnSummary};
use robofy_conversation::inbox::policy::turn::crash::Stage;
use robofy_conversation::inbox::store::Kind;
use serde_json::{Value, json};

use crate::arguments::{InboxAction, ShowInbox};
use crate::failure::{Failure, Status};
use crate::send::json_line;
use crate::terminal::{print, unwrapped};

const HEADINGS: [&str; 6] = ["session", "channel", "pending", "due", "silent", "turn"];

/// Does what is asked for.
pub fn run(action: &InboxAction) -> Result<(), Failure> {
    match action {
        InboxAction::Show(arguments) => show(arguments),
    }
}

fn show(arguments: &ShowInbox) -> Result<(), Failure> {
    let much = match arguments.texts {
        true => lmdb::Show::Texts,
        false => lmdb::Show::Identifiers,
    };
    let mut store = lmdb::inspect(&arguments.path, much)
        .map_err(|error| Failure::new(Status::STORAGE, error.to_string()))?;
    // What is due first goes first, and what is not due last.
    store
        .sessions
        .sort_by_key(|session| session.due_at.unwrap_or(i64::MAX));
    let text = match arguments.json {
        true => json_line(&of_store(arguments, &store)),
        false => unwrapped(&table(arguments, &store, now())),
    };
    print(&text).map(drop)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Outcomes that the program has not reported, polled or not.
fn unreported(store: &Summary) -> usize {
    let turns = store.sessions.iter().filter_map(|session| session.turn);
    turns.filter(|turn| turn.end.is_some()).count()
}

fn of_store(arguments: &ShowInbox, store: &Summary) -> Value {
    json!({
        "path": arguments.path.to_string_lossy(),
        "version": store.version,
        "opened": store.opened,
        "pending": store.counts.pending,
        "turns": store.counts.turns,
        "unreported": unreported(store),
        "remembered": store.counts.seen,
        "sessions": store.sessions.iter().map(of_session).collect::<Vec<_>>(),
    })
}

fn of_session(session: &Asleep) -> Value {
    let messages = session.messages.iter().map(|(id, text)| match text {
        Some(text) => json!({ "id": id, "text": text }),
        None => json!({ "id": id }),
    });
    json!({
        "session_id": session.session,
        "channel_id": session.channel,
        "due_at_ms": session.due_at,
        "paused_until_ms": Some(session.paused_until).filter(|until| *until > 0),
        "stopped": session.opted_out,
        "messages": messages.collect::<Vec<_>>(),
        "turn": session.turn.map(|turn| json!({
            "stage": stage(turn.stage),
            "messages": turn.messages,
            "attempts": turn.attempts,
            "outcome": turn.end.map(Kind::name),
            "parts": turn.parts,
            "unreported_parts": turn.unsettled,
            "polled": turn.handed_out,
        })),
    })
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Claimed => "claimed",
        Stage::Sent => "sent",
        Stage::Answered => "answered",
    }
}

/// What there is in all, and a row for each session that has something to do, a pause or a stop word.
fn table(arguments: &ShowInbox, store: &Summary, now: i64) -> String {
    let counts = &store.counts;
    let mut text = format!(
        "store         {}\nversion       {}\nopened        {}\npending       {}\nturns         {}\nnot reported  {}\nremembered    {}\n",
        arguments.path.display(),
        store.version,
        counted(store.opened, "time"),
        counted(counts.pending as u64, "message"),
        counts.turns,
        counted(unreported(store) as u64, "outcome"),
        counted(counts.seen as u64, "message"),
    );
    if store.sessions.is_empty() {
        return text + "\nNo session has anything to do.\n";
    }
    let rows: Vec<_> = store
        .sessions
        .iter()
        .map(|session| row(session, now))
        .collect();
    let widths = [0, 1, 2, 3, 4].map(|column| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.fold(HEADINGS[column].len(), usize::max)
    });
    text.push('\n');
    text.push_str(&line(&HEADINGS.map(str::to_owned), &widths));
    for (session, row) in store.sessions.iter().zip(&rows) {
        text.push_str(&line(row, &widths));
        for (id, written) in &session.messages {
            if let Some(written) = written {
                text.push_str(&format!("  {}: {}\n", one_line(id), one_line(written)));
            }
        }
    }
    text
}

fn row(session: &Asleep, now: i64) -> [String; 6] {
    let silent = match session.opted_out {
        true => "stop word".to_owned(),
        false if session.paused_until > now => lasting(session.paused_until - now),
        false => "-".to_owned(),
    };
    [
        one_line(&session.session),
        match &*session.channel {
            "" => "-".to_owned(),
            channel => one_line(channel),
        },
        session.messages.len().to_string(),
        match session.due_at {
            None => "-".to_owned(),
            Some(due) if due <= now => "now".to_owned(),
            Some(due) => format!("in {}", lasting(due - now)),
        },
        silent,
        session.turn.as_ref().map_or_else(|| "-".to_owned(), state),
    ]
}

fn state(turn: &TurnSummary) -> String {
    let messages = counted(turn.messages as u64, "message");
    match (turn.stage, turn.end) {
        (_, Some(end)) => format!(
            "{} of {messages}, {}, {} of {} not reported",
            end.name(),
            if turn.handed_out {
                "polled"
            } else {
                "not polled"
            },
            turn.unsettled,
            counted(turn.parts as u64, "part"),
        ),
        (Stage::Claimed, None) => format!("{messages} to be sent to the agent"),
        (_, None) => format!("{messages} sent to the agent, no answer known"),
    }
}

fn line(cells: &[String; 6], widths: &[usize; 5]) -> String {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        text.push_str(&format!("{cell:<width$}  "));
    }
    text + &cells[5] + "\n"
}

fn one_line(text: &str) -> String {
    text.replace(['\t', '\r', '\n'], " ")
}

fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// A time in the largest unit of which it has more than one.
fn lasting(ms: i64) -> String {
    let seconds = ms.saturating_add(999) / 1000;
    match seconds {
        0..=120 => format!("{seconds} s"),
        121..=7200 => format!("{} min", (seconds + 59) / 60),
        7201..=172_800 => format!("{} h", (seconds + 3599) / 3600),
        _ => format!("{} d", (seconds + 86_399) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_that_fits() {
        for (ms, expected) in [
            (1, "1 s"),
            (1_500, "2 s"),
            (120_000, "120 s"),
            (120_001, "3 min"),
            (1_800_000, "30 min"),
            (86_400_000, "24 h"),
            (691_200_000, "8 d"),
        ] {
            assert_eq!(lasting(ms), expected);
        }
        assert!(lasting(i64::MAX).ends_with(" d"));
    }
}
