//! The agent remembers each session, and only that session.

mod support;

use robofy_standin::Standin;
use serde_json::{Value, json};
use support::{Visitor, message};

fn answer(visitor: &Visitor, body: &Value) -> String {
    let response = visitor.post(body).expect("a response");
    let body: Value = response.json().expect("a JSON body");
    body["data"]["answer"]
        .as_str()
        .expect("an answer")
        .to_owned()
}

#[test]
fn a_second_message_knows_the_first() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    assert_eq!(
        answer(&visitor, &message("ada", "I am Ada")),
        "Hello! You wrote: \"I am Ada\"."
    );
    assert_eq!(
        answer(&visitor, &message("ada", "Who am I?")),
        "You wrote: \"Who am I?\". Before that you wrote: \"I am Ada\"."
    );
}

#[test]
fn sessions_agents_and_projects_do_not_overhear_each_other() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    answer(&visitor, &message("ada", "I am Ada"));
    let other_session = message("bob", "Who am I?");
    let mut other_agent = message("ada", "Who am I?");
    other_agent["chatbot_id"] = json!("another");
    let mut other_project = message("ada", "Who am I?");
    other_project["pid"] = json!("another");
    for stranger in [other_session, other_agent, other_project] {
        assert_eq!(
            answer(&visitor, &stranger),
            "Hello! You wrote: \"Who am I?\"."
        );
    }
}

#[test]
fn only_the_latest_messages_are_remembered() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    for number in 1..=6 {
        answer(&visitor, &message("ada", &format!("message {number}")));
    }
    let last = answer(&visitor, &message("ada", "And now?"));
    assert!(!last.contains("message 1"), "{last}");
    assert!(
        last.contains("message 2") && last.contains("message 6"),
        "{last}"
    );
}

#[test]
fn a_session_is_assigned_where_none_is_named_and_can_be_continued() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    let mut nameless = message("", "I am Ada");
    nameless["user_context"] = json!({ "platform": "whatsapp" });
    let response = visitor.post(&nameless).expect("a response");
    let body: Value = response.json().expect("a JSON body");
    let assigned = body["data"]["session_id"]
        .as_str()
        .expect("an assigned session");
    assert!(answer(&visitor, &message(assigned, "Who am I?")).contains("I am Ada"));
    let response = visitor.post(&nameless).expect("a response");
    let body: Value = response.json().expect("a JSON body");
    assert_ne!(
        body["data"]["session_id"], assigned,
        "each nameless message begins a session"
    );
}

#[test]
fn clear_forgets_every_conversation() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    answer(&visitor, &message("ada", "I am Ada"));
    standin.clear();
    assert_eq!(
        answer(&visitor, &message("ada", "Who am I?")),
        "Hello! You wrote: \"Who am I?\"."
    );
}
