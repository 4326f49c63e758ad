use super::*;

const AGENT: &str = "[agent.a]\npid = \"1\"\nchatbot_id = \"2\"\napi_key = \"env:PATH\"\n";

fn problems(text: &str) -> Vec<String> {
    Config::parse(text, Path::new("/etc/gateway"))
        .err()
        .unwrap_or_default()
}

fn channel(keys: &str) -> String {
    format!("{AGENT}[channel.main]\nagent = \"a\"\n{keys}")
}

#[test]
fn a_line_that_is_no_toml_is_named_without_what_stands_in_it() {
    let found = problems("listen = \"127.0.0.1:1\"\ntoken = \"sk-canary\n");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("line 2: "), "{found:?}");
    assert!(!found[0].contains("canary"), "{found:?}");
}

#[test]
fn every_problem_is_told_at_once() {
    let text = channel("provider = \"waha\"\nsesion = \"x\"\nquiet = -1\nurl = \"waha:3000\"\n");
    let found = problems(&format!("lisen = \"x\"\n{text}"));
    for words in [
        "lisen is not known: did you mean listen?",
        "channel.main.sesion is not known: did you mean session?",
        "channel.main.quiet must be a number of seconds from 0 on",
        "channel.main.url must begin with https:// or http://",
        "channel.main.hmac_key is missing, and so is webhook_token",
    ] {
        assert!(
            found.iter().any(|line| line.starts_with(words)),
            "{words}: {found:?}"
        );
    }
}

#[test]
fn each_provider_has_its_limits() {
    let parse = |keys: &str| {
        let text = format!("public_url = \"https://x/\"\n{}", channel(keys));
        Config::parse(&text, Path::new("/etc/gateway")).unwrap()
    };
    let twilio = parse(
        "provider = \"twilio\"\naccount_sid = \"AC1\"\nauth_token = \"env:PATH\"\nnumber = \"+1555\"\n",
    );
    assert_eq!(twilio.channels["main"].provider.channel_id(), "+1555");
    let inbox = &twilio.channels["main"].inbox;
    assert_eq!((inbox.limit, inbox.typing_ms), (1_600, 0));
    let waha = parse(
        "provider = \"waha\"\nurl = \"http://127.0.0.1:3000/\"\nhmac_key = \"env:PATH\"\nquiet = 2.5\n",
    );
    assert_eq!(waha.channels["main"].inbox.quiet_ms, 2_500);
    assert_eq!(waha.channels["main"].per_second, 5);
    assert_eq!(waha.store, Path::new("/etc/gateway/inbox"));
    assert_eq!(waha.webhook_url("main"), "https://x/webhook/main");
}

#[test]
fn an_account_has_one_pace() {
    let agents = "[agent.a]\npid = \"1\"\nchatbot_id = \"2\"\napi_key = \"env:PATH\"\nmessages_a_minute = 30\n\
                  [agent.b]\npid = \"1\"\nchatbot_id = \"3\"\napi_key = \"env:PATH\"\n";
    let found = problems(&format!(
        "{agents}[channel.main]\nagent = \"a\"\nprovider = \"waha\"\nurl = \"http://x\"\nhmac_key = \"env:PATH\"\n"
    ));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("agent.b has the api_key of agent.a"),
        "{found:?}"
    );
}
