//! What a request that is no chat promises: the service's words, the client's way, and no secret elsewhere.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::pin::pin;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use robofy_client::{AsyncClient, Client, Status};
use robofy_standin::Standin;
use serde_json::Value;
use support::{KEY, async_client_of, client_of, eventually, options_for, services};

const PROJECTS: &str = "/v1/projects";

fn directed(client: &Client, method: &str, directive: &str) -> robofy_client::Error {
    let request = client.request(method, PROJECTS);
    request.query("standin", directive).send().unwrap_err()
}

fn data(response: &robofy_client::Response) -> Value {
    serde_json::from_str(response.data().unwrap()).unwrap()
}

#[test]
fn a_request_arrives_as_it_was_made() {
    for service in services() {
        let client = client_of(&service);
        let response = client
            .request("put", "/v1/ai-agent/chatbot/3/caf\u{e9}")
            .query("a", "b c&d")
            .query_string("raw=%2F")
            .json("{\"n\": 1.10}")
            .send()
            .unwrap();
        assert_eq!((response.status(), response.attempts()), (200, 1));
        assert_eq!(response.header("Content-Type"), Some("application/json"));
        assert!(!response.elapsed().is_zero());
        let data = data(&response);
        assert_eq!(data["method"], "PUT");
        assert_eq!(data["path"], "/v1/ai-agent/chatbot/3/caf%C3%A9");
        assert_eq!(
            data["query"],
            serde_json::json!([["raw", "/"], ["a", "b c&d"]])
        );
        assert_eq!(data["body"], "{\"n\": 1.10}");
        assert_eq!(data["headers"]["content-type"], "application/json");
        assert_eq!(data["headers"]["accept-encoding"], "identity");
        let agent = data["headers"]["user-agent"].as_str().unwrap();
        assert!(agent.starts_with("robofy/"), "{agent}");
        let recorded = &service.requests()[0];
        assert_eq!(recorded.header("authorization"), Some("Bearer a-test-key"));
        let stats = client.stats();
        assert_eq!(
            (stats.answered, stats.in_flight, stats.latency.count),
            (1, 0, 0)
        );
        assert_eq!(stats.bytes_sent, 11);
    }
}

#[test]
fn each_method_with_and_without_a_body() {
    for service in services() {
        let client = client_of(&service);
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let response = client.request(method, PROJECTS).send().unwrap();
            assert_eq!(data(&response)["method"], method);
            assert_eq!(data(&response)["bytes"], 0);
            let response = client.request(method, PROJECTS).json("1").send().unwrap();
            assert_eq!(data(&response)["body"], "1");
        }
        let head = client.request("HEAD", PROJECTS).send().unwrap();
        assert_eq!((head.body().len(), head.data()), (0, None));
        let none = client
            .request("DELETE", PROJECTS)
            .query("standin", "status=204");
        assert_eq!(none.send().unwrap().status(), 204);
        let accepted = service.stats().connections_accepted;
        assert!(accepted <= 2, "{accepted}: they are kept alive");
    }
}

#[test]
fn an_answer_may_have_no_envelope() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let bare = client
        .request("POST", "/v1/ai-agent/crawl_website")
        .json("{}");
    let bare = bare.send().unwrap();
    assert_eq!(bare.data(), None);
    assert!(bare.text().contains("run-1"));
    for form in ["body=text", "body=html", "body=empty", "body=json-array"] {
        let request = client.request("GET", PROJECTS).query("standin", form);
        assert_eq!(request.send().unwrap().data(), None, "{form}");
    }
}

#[test]
fn a_path_leads_nowhere_else() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    for path in [
        "//127.0.0.1/x",
        "https://evil.example/",
        "/v1/../x",
        "/v1/%2e%2e/x",
        "/a\r\nb",
    ] {
        let error = client.request("GET", path).send().unwrap_err();
        assert_eq!(error.status(), Status::InvalidArgument, "{path:?}");
        assert!(error.message().starts_with("path "), "{error}");
    }
    assert_eq!(service.stats().requests, 0);
    let base = format!("{}/gateway/", service.base_url());
    let below = Client::new(KEY, options_for(&service).base_url(base)).unwrap();
    let error = below.request("GET", PROJECTS).send().unwrap_err();
    assert_eq!(error.status(), Status::NotFound);
    assert_eq!(service.requests()[0].path, "/gateway/v1/projects");
}

#[test]
fn a_redirect_is_an_error_that_says_where_it_points() {
    let elsewhere = Standin::builder().start();
    for service in services() {
        let client = client_of(&service);
        for status in [301, 302, 303, 307, 308] {
            let target = elsewhere.base_url().replace("http://", "http://user:pass@");
            let directive = format!("status={status} redirect={target}/v1/x?token=canary");
            let error = directed(&client, "GET", &directive);
            assert_eq!(
                (error.status(), error.http_status()),
                (Status::Protocol, Some(status))
            );
            let points_to = format!("it points to {}/v1/x;", elsewhere.base_url());
            assert!(error.message().contains(&points_to), "{error}");
            assert!(!error.message().contains("canary") && !error.message().contains("pass@"));
        }
    }
    assert_eq!(elsewhere.stats().requests, 0);
}

#[test]
fn the_services_errors_are_those_of_the_status_table() {
    for service in services() {
        let client = client_of(&service);
        for (status, expected) in [
            (400, Status::BadRequest),
            (401, Status::Unauthorized),
            (403, Status::Forbidden),
            (404, Status::NotFound),
            (405, Status::BadRequest),
            (422, Status::BadRequest),
            (500, Status::Server),
        ] {
            let directive = format!("status={status} code=A_CODE detail=A_detail.");
            let error = directed(&client, "GET", &directive);
            assert_eq!(
                (error.status(), error.http_status()),
                (expected, Some(status))
            );
            assert_eq!(
                (error.code(), error.detail()),
                (Some("A_CODE"), Some("A detail."))
            );
            for word in ["chatbot_id", "message", "agent"] {
                assert!(!error.message().contains(word), "{error}");
            }
        }
        assert_eq!(client.stats().failed[&Status::Forbidden], 1);
    }
    let service = Standin::builder().start();
    let client = client_of(&service);
    let error = directed(&client, "POST", "status=429 retry-after=7");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.is_retryable());
    let error = directed(&client, "POST", &format!("status=400 detail={KEY}"));
    assert!(!format!("{error:?}").contains(KEY), "{error:?}");
}

#[test]
fn a_read_is_repeated_as_chats_are_and_a_change_is_not() {
    for service in services() {
        let client = client_of(&service);
        for method in ["GET", "HEAD"] {
            let request = client
                .request(method, PROJECTS)
                .query("standin", "status=503 fails=1");
            assert_eq!(request.send().unwrap().attempts(), 2);
        }
        assert_eq!(client.stats().retried, 2);
        service.clear();
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let error = directed(&client, method, "status=503 fails=1");
            assert_eq!(error.status(), Status::Server);
        }
        assert_eq!(service.requests().len(), 5);
        let lost = directed(&client, "GET", "close=before");
        assert_eq!(lost.status(), Status::Interrupted, "{lost}");
    }
    let service = Standin::builder().start();
    let client = Client::new(KEY, options_for(&service).retry_ambiguous(true)).unwrap();
    let request = client
        .request("GET", PROJECTS)
        .query("standin", "status=500 fails=1");
    assert_eq!(request.send().unwrap().attempts(), 2);
    assert_eq!(
        directed(&client, "POST", "status=500 fails=1").status(),
        Status::Server
    );
}

#[test]
fn a_refused_stream_was_seen_by_nobody() {
    let [_, _, http2] = services();
    let client = client_of(&http2);
    let request = client.request("POST", PROJECTS).json("{}");
    let request = request.query("standin", "refuse-stream fails=1");
    assert_eq!(request.send().unwrap().attempts(), 2);
}

#[test]
fn where_nothing_listens_the_call_was_repeated_and_says_so() {
    let service = Standin::builder().start();
    let options = options_for(&service);
    drop(service);
    let client = Client::new(KEY, options.clone().max_retries(1)).unwrap();
    let request = client.request("POST", PROJECTS).json("{}");
    let error = request.send().unwrap_err();
    assert_eq!(error.status(), Status::Connect);
    assert!(
        error.is_retryable() && error.message().contains("nothing listens there"),
        "{error}"
    );
    assert_eq!(client.stats().retried, 1);
}

#[test]
fn an_untrusted_certificate_is_one() {
    let [_, tls, _] = services();
    let mut options = robofy_client::Options::new();
    options.base_url(tls.base_url());
    let client = Client::new(KEY, &options).unwrap();
    let error = client.request("GET", PROJECTS).send().unwrap_err();
    assert_eq!(error.status(), Status::Tls);
    assert!(error.message().contains("name it with ca_file"), "{error}");
    assert_eq!(tls.stats().requests, 0);
}

#[test]
fn a_deadline_is_the_whole_calls() {
    for service in services() {
        let client = client_of(&service);
        // Reaching the service is not what is tested.
        client.request("GET", PROJECTS).send().unwrap();
        let slow = client
            .request("POST", PROJECTS)
            .query("standin", "delay-ms=600000");
        let error = slow.timeout(Duration::from_millis(300)).send().unwrap_err();
        assert_eq!(error.status(), Status::Timeout);
        assert!(error.message().contains("may have acted"), "{error}");
        assert!(!error.is_retryable());
        eventually("it is given up", || service.stats().in_flight == 0);
        let drip = client
            .request("GET", PROJECTS)
            .query("standin", "drip-ms=50");
        let error = drip.timeout(Duration::from_millis(300)).send().unwrap_err();
        assert_eq!(error.status(), Status::Timeout);
    }
}

#[test]
fn an_answer_is_bounded_and_whole() {
    for service in services() {
        let client = client_of(&service);
        for huge in ["huge=100000", "huge-chunked=100000"] {
            let request = client.request("GET", PROJECTS).query("standin", huge);
            let error = request.max_response_bytes(50_000).send().unwrap_err();
            assert_eq!(
                (error.status(), error.http_status()),
                (Status::Protocol, Some(200))
            );
            assert!(error.message().contains("50000 bytes"), "{error}");
            let request = client.request("GET", PROJECTS).query("standin", huge);
            assert!(request.send().unwrap().body().len() > 100_000);
        }
        for broken in [
            "truncate",
            "content-length=+5",
            "close=midway",
            "reset=midway",
        ] {
            let error = directed(&client, "GET", broken);
            let known = [Status::Protocol, Status::Interrupted];
            assert!(known.contains(&error.status()), "{broken}: {error}");
        }
        let garbage = directed(&client, "GET", "garbage");
        assert!(
            [Status::Protocol, Status::Interrupted].contains(&garbage.status()),
            "{garbage}"
        );
    }
}

#[test]
fn awaited_and_dropped_it_is_given_up() {
    for service in services() {
        let client = async_client_of(&service);
        let response = pollster::block_on(client.request("GET", PROJECTS).send()).unwrap();
        assert_eq!(data(&response)["method"], "GET");
        {
            let request = client
                .request("GET", PROJECTS)
                .query("standin", "delay-ms=600000");
            let mut waiting = pin!(request.send());
            let mut context = Context::from_waker(Waker::noop());
            assert!(waiting.as_mut().poll(&mut context).is_pending());
            eventually("it arrived", || service.stats().in_flight == 1);
        }
        eventually("it is given up", || service.stats().in_flight == 0);
        assert_eq!((client.stats().in_flight, client.stats().cancelled), (0, 1));
        let refused = pollster::block_on(client.request("BREW", PROJECTS).send());
        assert_eq!(refused.unwrap_err().status(), Status::InvalidArgument);
    }
}

#[test]
fn submitted_it_completes_once_beside_chats() {
    for service in services() {
        let client = Client::new(KEY, options_for(&service).max_in_flight(3)).unwrap();
        let slow = |tag| {
            let request = client
                .request("GET", PROJECTS)
                .query("standin", "delay-ms=600000");
            request.submit(tag)
        };
        client.request("GET", PROJECTS).submit(1).unwrap();
        slow(2).unwrap();
        let message = robofy_client::Message::new(support::PID, support::CHATBOT_ID, "Hi");
        client.submit(&message, 3).unwrap();
        assert_eq!(slow(2).unwrap_err().status(), Status::Overloaded);
        assert!(client.cancel(2));
        let mut seen = Vec::new();
        for _ in 0..3 {
            let completion = client.poll(Some(Duration::from_secs(30))).unwrap();
            match completion.tag() {
                1 => {
                    assert!(completion.reply().is_none() && completion.error().is_none());
                    assert_eq!(completion.response().unwrap().status(), 200);
                    assert_eq!(
                        completion.clone().into_result().unwrap_err().status(),
                        Status::InvalidArgument
                    );
                    assert!(completion.clone().into_response().is_ok());
                }
                2 => assert_eq!(completion.error().unwrap().status(), Status::Cancelled),
                _ => assert!(completion.reply().is_some() && completion.response().is_none()),
            }
            seen.push(completion.tag());
        }
        seen.sort_unstable();
        assert_eq!(seen, [1, 2, 3]);
        assert_eq!(client.stats().in_flight, 0);
    }
}

#[test]
fn it_may_be_made_inside_of_a_hosts_runtime() {
    for service in services() {
        let options = options_for(&service);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let client = Client::new(KEY, &options).unwrap();
            client.request("GET", PROJECTS).send().unwrap();
            let awaited = AsyncClient::from(client.clone());
            awaited.request("GET", PROJECTS).send().await.unwrap();
            client.request("GET", PROJECTS).submit(1).unwrap();
            drop((client, awaited));
        });
    }
}

#[test]
fn a_hundred_at_once_from_as_many_threads() {
    for service in services() {
        let client = client_of(&service);
        thread::scope(|scope| {
            for _ in 0..100 {
                scope.spawn(|| {
                    let request = client
                        .request("GET", PROJECTS)
                        .query("standin", "delay-ms=3000");
                    request.send().unwrap()
                });
            }
        });
        assert_eq!(service.stats().max_in_flight, 100);
    }
}

#[test]
fn its_connection_is_closed_with_the_last_client() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    client.request("GET", PROJECTS).send().unwrap();
    drop(client);
    eventually("its connection is closed", || {
        service.stats().connections_open == 0
    });
}

#[test]
fn nothing_prints_what_came_or_the_key() {
    let service = Standin::builder().start();
    let client = Client::new("canary-key", &options_for(&service)).unwrap();
    let request = client.request("GET", "/v1/ai-agent/chatbot_ai_settings/1/2");
    let request = request.query("token", "canary").json("\"canary\"");
    let shown = format!("{request:?}");
    let response = request.send().unwrap();
    assert!(response.data().unwrap().contains("sk-agent-secret"));
    let shown = format!("{shown}{response:?}{client:?}");
    assert!(
        !shown.contains("canary") && !shown.contains("sk-agent"),
        "{shown}"
    );
}
