//! A number at Meta: webhooks in, answers out, through the program itself.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use reqwest::StatusCode;
use support::{TOKEN, USER, World, eventually};

#[test]
fn a_burst_is_answered_once_and_a_long_answer_in_parts_in_order() {
    let world = World::new();
    let _gateway = world.start();
    for (id, text) in [("a", "!huge=9000"), ("b", "headers=1"), ("a", "!huge=9000")] {
        assert_eq!(world.webhook(USER, &[(id, text)]), Some(StatusCode::OK));
    }
    eventually("three parts", || world.meta.texts(USER).len() == 3);
    let sent = world.meta.sent();
    let quoted: Vec<_> = sent
        .iter()
        .map(|part| part["context"]["message_id"].as_str())
        .collect();
    assert_eq!(quoted, [Some("b"), None, None]);
    assert_eq!(
        world
            .meta
            .texts(USER)
            .concat()
            .chars()
            .filter(|c| *c == 'x')
            .count(),
        9000
    );
    assert_eq!(world.agent.requests().len(), 1);
    assert_eq!(world.meta.typing().first().map(String::as_str), Some("b"));
    let (_, figures) = world.get("/metrics").unwrap();
    for line in [
        "robofy_gateway_webhooks_total{channel=\"main\",result=\"kept\"} 3",
        "robofy_gateway_events_total{channel=\"main\",result=\"duplicate\"} 1",
        "robofy_gateway_parts_total{channel=\"main\",result=\"sent\"} 3",
    ] {
        assert!(figures.contains(line), "{line}\n{figures}");
    }
    assert!(!world.log().contains(TOKEN) && !world.log().contains("headers=1"));
}

#[test]
fn only_what_meta_has_signed_is_taken() {
    let world = World::new();
    let _gateway = world.start();
    let (body, signature) = world.meta.webhook(USER, &[("a", "Hi")]);
    let other = body.replace("Hi", "Ho");
    let header = "x-hub-signature-256";
    for (path, headers, body, status) in [
        ("/webhook/main", &[(header, &*signature)][..], &other, 401),
        ("/webhook/main", &[], &body, 401),
        ("/webhook/other", &[(header, &*signature)], &body, 404),
    ] {
        let found = world.post(path, headers, body);
        assert_eq!(found.map(|status| status.as_u16()), Some(status), "{path}");
    }
    let large = "x".repeat(5 << 20);
    let found = world.post("/webhook/main", &[(header, &*signature)], &large);
    // Refused amid the body, the connection may be lost as well.
    assert!(found.is_none_or(|status| status == StatusCode::PAYLOAD_TOO_LARGE));
    eventually("it goes on", || world.get("/healthz").is_some());
    assert!(world.agent.requests().is_empty());
}

#[test]
fn the_handshake_wants_the_token() {
    let world = World::new();
    let _gateway = world.start();
    let path = |token| {
        format!("/webhook/main?hub.mode=subscribe&hub.challenge=42&hub.verify_token={token}")
    };
    assert_eq!(
        world.get(&path("a-verify-token")).unwrap(),
        (StatusCode::OK, "42".into())
    );
    assert_eq!(
        world.get(&path("another")).unwrap().0,
        StatusCode::FORBIDDEN
    );
}

#[test]
fn a_part_that_meta_does_not_take_now_is_sent_again_in_its_order() {
    let world = World::new();
    let _gateway = world.start();
    world.meta.fail([(400, 130_429), (503, 2)]);
    world.deliver(USER, &[("a", "!huge=9000")]);
    eventually("three parts", || world.meta.texts(USER).len() == 3);
    let parts = world.meta.sent();
    let number = |part: &serde_json::Value| {
        let data = part["biz_opaque_callback_data"].as_str().unwrap();
        data.rsplit(':').next().unwrap().to_owned()
    };
    assert_eq!(
        parts.iter().map(number).collect::<Vec<_>>(),
        ["0", "1", "2"]
    );
}

#[test]
fn a_restart_loses_nothing_and_answers_nothing_twice() {
    let world = World::new();
    let users: Vec<_> = (0..20).map(|user| format!("1650555{user:04}")).collect();
    let mut gateway = world.start();
    for round in 0..10 {
        for user in &users {
            let (id, text) = (
                format!("{user}.{round}"),
                format!("!answer={round} delay-ms=20"),
            );
            world.deliver(user, &[(&*id, &*text)]);
        }
        gateway.kill();
        gateway = world.start();
    }
    eventually("nothing waits", || {
        let (_, figures) = world.get("/metrics").unwrap();
        figures.contains("robofy_gateway_pending_messages{channel=\"main\"} 0")
    });
    let queries: Vec<_> = world.agent.requests();
    for user in &users {
        let texts = world.meta.texts(user);
        let mut in_order = texts.clone();
        in_order.sort();
        in_order.dedup();
        // Killed between a part's sending and its report, a user has it twice.
        let mut once = texts.clone();
        once.dedup();
        assert_eq!(once, in_order, "{user}");
    }
    assert!(!queries.is_empty());
}

#[test]
fn ended_it_takes_no_more_and_finishes_what_it_has() {
    let world = World::new();
    let mut gateway = world.start();
    world.deliver(USER, &[("a", "!answer=late delay-ms=1500")]);
    eventually("the agent is asked", || world.agent.requests().len() == 1);
    assert!(gateway.terminate());
    assert_eq!(world.meta.texts(USER), ["late"]);
    assert!(world.log().contains("all is answered"), "{}", world.log());
}

#[test]
fn an_operator_pauses_and_resumes() {
    let world = World::new();
    assert!(
        !world
            .run(&["pause", "gateway.toml", "main", USER])
            .status
            .success()
    );
    let _gateway = world.start();
    assert!(
        world
            .run(&["pause", "gateway.toml", "main", USER])
            .status
            .success()
    );
    world.deliver(USER, &[("a", "!answer=no")]);
    assert!(
        world
            .run(&["resume", "gateway.toml", "main", USER])
            .status
            .success()
    );
    world.deliver(USER, &[("b", "!answer=yes")]);
    eventually("an answer", || world.meta.texts(USER) == ["yes"]);
    let body = format!("{{\"channel\":\"main\",\"user\":\"{USER}\",\"seconds\":9}}");
    let headers = [
        ("authorization", "Bearer guessed"),
        ("content-type", "application/json"),
    ];
    assert_eq!(
        world.post("/admin/pause", &headers, &body),
        Some(StatusCode::UNAUTHORIZED)
    );
}
