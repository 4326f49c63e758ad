//! The calls whose answers have types.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use robofy_client::{Client, LeadsQuery, Message, Status};
use robofy_standin::Standin;
use support::{CHATBOT_ID, PID, async_client_of, client_of, services};

#[test]
fn a_chat_of_any_platform_begins_a_session_and_goes_on_with_it() {
    for service in services() {
        let client = client_of(&service);
        let mut message = Message::new(PID, CHATBOT_ID, "Hi");
        let first = client.chat_send(&message).unwrap();
        assert_eq!(first.answer(), r#"Hello! You wrote: "Hi"."#);
        assert!(first.session_id().is_some());
        message
            .session_id(first.session_id())
            .platform(Some("telegram"));
        let awaited = async_client_of(&service).chat_send(message.query("Me?"));
        let second = pollster::block_on(awaited).unwrap();
        assert!(second.answer().contains(r#"you wrote: "Hi""#), "{second:?}");
        client.chat_submit(&message, 1).unwrap();
        assert!(client.poll(None).unwrap().reply().is_some());
        let requests = service.requests();
        let platforms: Vec<_> = requests
            .iter()
            .map(|request| request.body["user_context"]["platform"].as_str().unwrap())
            .collect();
        assert_eq!(platforms, ["web", "telegram", "telegram"]);
        assert!(
            requests
                .iter()
                .all(|request| request.path == "/v1/ai-agent/chat")
        );
        let refused = client.send(&message).unwrap_err();
        assert_eq!(refused.status(), Status::InvalidArgument);
        assert_eq!(client.stats().latency.count, 2);
    }
}

#[test]
fn leads_come_page_by_page() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let mut query = LeadsQuery::new(PID, CHATBOT_ID);
    query.session_id(Some("9187 1"));
    let pages: Vec<_> = client.leads(query.clone()).map(Result::unwrap).collect();
    let rows: Vec<_> = pages.iter().flat_map(|page| page.rows()).collect();
    assert_eq!((pages.len(), rows.len()), (3, 6));
    assert_eq!(rows[5], r#"{"name":"Lead 5"}"#);
    assert_eq!(pages[0].columns(), Some(r#"["name"]"#));
    assert_eq!(pages[0].next_page_token(), Some("1"));
    assert_eq!(pages[2].next_page_token(), None);
    let paths: Vec<_> = service
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    let leads = format!("/v1/ai-agent/leads/{PID}/{CHATBOT_ID}");
    assert_eq!(paths[0], format!("{leads}?sessionId=9187+1"));
    assert_eq!(
        paths[1],
        format!("{leads}?nextPageToken=1&sessionId=9187+1")
    );
    let awaiting = async_client_of(&service);
    let page = pollster::block_on(awaiting.next_leads(&mut query))
        .unwrap()
        .unwrap();
    assert_eq!(page.rows().len(), 2);
    assert!(!format!("{page:?}{pages:?}").contains("Lead "));
    let none = client.leads(LeadsQuery::new("empty", CHATBOT_ID));
    assert_eq!(
        none.map(|page| page.unwrap().rows().len())
            .collect::<Vec<_>>(),
        [0]
    );
}

#[test]
fn leads_that_never_end_are_an_error() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let mut pages = client.leads(LeadsQuery::new("loop", CHATBOT_ID));
    assert!(pages.next().unwrap().is_ok());
    let error = pages.next().unwrap().unwrap_err();
    assert_eq!(error.status(), Status::Protocol);
    assert!(error.message().contains("gave before"), "{error}");
    assert!(pages.next().is_none());
    for id in ["", "..", "a/b"] {
        let error = client
            .leads(LeadsQuery::new(PID, id))
            .next()
            .unwrap()
            .unwrap_err();
        assert!(error.message().starts_with("chatbot_id "), "{error}");
    }
}

#[test]
fn sessions_are_a_list_with_or_without_an_object_around_it() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    for chatbot_id in [CHATBOT_ID, "array"] {
        let sessions = client.inbox_sessions(chatbot_id).unwrap();
        assert_eq!(sessions.len(), 2);
        assert_eq!(sessions[0].session_id.as_deref(), Some("918727000000"));
        assert_eq!(sessions[0].user_profile_name.as_deref(), Some("Asha"));
        assert_eq!(sessions[0].website_url, None);
        assert_eq!(sessions[1].last_message_time.as_deref(), Some("1767225600"));
        assert_eq!(sessions[1].last_message, None);
        assert!(!format!("{sessions:?}").contains("Asha"));
        let awaiting = async_client_of(&service);
        assert_eq!(
            pollster::block_on(awaiting.inbox_sessions(chatbot_id)).unwrap(),
            sessions
        );
    }
}

#[test]
fn settings_keep_their_secret() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let settings = client.agent_settings(PID, CHATBOT_ID).unwrap();
    assert_eq!(settings.llm_api_key(), Some("sk-agent-secret"));
    assert_eq!(settings.temperature(), Some("0.7"));
    assert_eq!(settings.thinking_mode(), Some("low"));
    assert_eq!(settings.get("temperature"), Some("\"0.7\""));
    assert_eq!(settings.get("none"), None);
    assert!(settings.json().starts_with('{'));
    assert!(!format!("{settings:?}").contains("secret"), "{settings:?}");
    let awaiting = async_client_of(&service);
    let again = pollster::block_on(awaiting.agent_settings(PID, CHATBOT_ID)).unwrap();
    assert_eq!(again.json(), settings.json());
}

#[test]
fn an_answer_of_another_shape_is_an_error_that_quotes_nothing() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let answered = |raw: &str| {
        let directive = format!("raw={raw}");
        let request = client
            .request("GET", "/v1/projects")
            .query("standin", directive);
        request.send().unwrap()
    };
    for raw in [
        "{}",
        r#"{"data":"canary"}"#,
        r#"{"data":{"canary":1}}"#,
        "canary",
        r#"{"data":["canary"]}"#,
    ] {
        let response = answered(raw);
        let sessions = robofy_client::InboxSession::read(&response);
        let error = sessions.unwrap_err();
        assert_eq!(
            (error.status(), error.http_status()),
            (Status::Protocol, Some(200))
        );
        assert!(!error.message().contains("canary"), "{error}");
    }
    assert!(robofy_client::AgentSettings::read(&answered(r#"{"data":[]}"#)).is_err());
    let shared = |_: &(dyn Send + Sync)| {};
    shared(&client as &Client);
}
