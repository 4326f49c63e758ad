//! A number at Meta: webhooks in, answers out, through the program itself.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use reqwest::StatusCode;
use support::{TOKEN, USER, World, eventually};

#[test]
fn a_burst_is_answered_once_and_a_long_answer_in_parts_in_order() {
    let world = World::new();
    // Two messages begin the turn, however slow the machine is.
    world.write(
        "gateway.toml",
        &world.config("quiet = 3600\nmax_wait = 3600\nmax_messages = 2\n"),
    );
    let _gateway = world.start();
    let (first, second) = (("a", "!huge=9000 delay-ms=300"), ("b", "headers=1"));
    for message in [first, first, second] {
        assert_eq!(world.webhook(USER, &[message]), Some(StatusCode::OK));
    }
    eventually("three parts", || world.meta.texts(USER).len() == 3);
    let sent = world.meta.sent();
    let quoted: Vec<_> = sent
        .iter()
        .map(|part| part["context"]["message_id"].as_str())
        .collect();
    assert_eq!(quoted, [Some("b"), None, None]);
    let answer = world.meta.texts(USER).concat();
    assert_eq!(answer.chars().filter(|c| *c == 'x').count(), 9000);
    assert_eq!(world.agent.requests().len(), 1);
    eventually("typing", || {
        world.meta.typing().first().is_some_and(|id| id == "b")
    });
    for line in [
        "robofy_gateway_webhooks_total{channel=\"main\",result=\"kept\"} 3",
        "robofy_gateway_events_total{channel=\"main\",result=\"duplicate\"} 1",
        "robofy_gateway_parts_total{channel=\"main\",result=\"sent\"} 3",
    ] {
        eventually(line, || {
            world
                .get("/metrics")
                .is_some_and(|(_, figures)| figures.contains(line))
        });
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
fn killed_again_and_again_it_answers_every_message() {
    let world = World::new();
    world.write(
        "gateway.toml",
        &world.config("quiet = 0.05\nfallback = \"later\"\n"),
    );
    let mut gateway = world.start();
    let mut users = Vec::new();
    for _ in 0..10 {
        for _ in 0..20 {
            let user = format!("1650555{:04}", users.len());
            world.deliver(&user, &[(&*format!("m{user}"), "!answer=now delay-ms=40")]);
            users.push(user);
        }
        gateway.kill();
        gateway = world.start();
    }
    eventually("nothing waits", || {
        let figures = world.get("/metrics").map(|(_, figures)| figures);
        figures.is_some_and(|figures| {
            figures.contains("robofy_gateway_pending_messages{channel=\"main\"} 0")
        })
    });
    for user in &users {
        let texts = world.meta.texts(user);
        // Killed while the agent thought: "later". Between a part's sending and its report: twice.
        assert!((1..=2).contains(&texts.len()), "{user}: {texts:?}");
        assert!(
            texts.iter().all(|text| text == &texts[0]),
            "{user}: {texts:?}"
        );
    }
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
