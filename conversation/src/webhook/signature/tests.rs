use std::time::{Duration, UNIX_EPOCH};

use zeroize::Zeroizing;

use super::*;
use crate::webhook::error::SignatureFault::{Missing, Wrong};

// Made with Python's hmac, not with ring: tests/conversation/vectors.py.
include!("../../../tests/webhook/vectors.rs");

fn secrets(secrets: &[&str]) -> Vec<Secret> {
    secrets
        .iter()
        .map(|secret| Zeroizing::new(secret.as_bytes().into()))
        .collect()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn check(
    channel: Channel,
    secret: &str,
    url: &str,
    signature: Option<&str>,
    body: &[u8],
) -> Result<(), Error> {
    let request = Request {
        url,
        signature,
        body,
        now: at(NOW),
    };
    verify(channel, &secrets(&["another", secret]), &request)
}

#[test]
fn signatures_of_others_are_right() {
    for (channel, url, signature, body) in VECTORS {
        let body = body.as_bytes();
        assert_eq!(
            check(*channel, SECRET, url, Some(signature), body),
            Ok(()),
            "{channel:?} {url}"
        );
        assert_eq!(
            check(*channel, "secret", url, Some(signature), body),
            Err(Wrong.into()),
            "{channel:?} {url}"
        );
        assert_eq!(
            check(*channel, SECRET, url, None, body),
            Err(Missing.into()),
            "{channel:?}"
        );
        assert_eq!(
            check(*channel, SECRET, url, Some(" "), body),
            Err(Missing.into()),
            "{channel:?}"
        );
        let request = Request {
            url,
            signature: None,
            body,
            now: at(NOW),
        };
        assert_eq!(verify(*channel, &[], &request), Ok(()));
        if *channel != Channel::Evolution {
            let changed = [body, b"&x=1"].concat();
            assert_eq!(
                check(*channel, SECRET, url, Some(signature), &changed),
                Err(Wrong.into()),
                "{channel:?}"
            );
        }
    }
}

#[test]
fn the_example_of_wahas_documentation_is_right() {
    let body = br#"{"event":"message","session":"default","engine":"WEBJS"}"#;
    let signature = "208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8\
                     097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89";
    assert_eq!(
        check(Channel::Waha, "my-secret-key", "", Some(signature), body),
        Ok(())
    );
    assert_eq!(
        check(
            Channel::Waha,
            "my-secret-key",
            "",
            Some(&signature.to_uppercase()),
            body
        ),
        Ok(())
    );
}

#[test]
fn what_only_looks_like_a_signature_is_wrong() {
    let long = "0".repeat(10_000);
    for signature in [
        "sha256=",
        "sha1=00",
        "sha256=0",
        "sha256=zz",
        "x",
        "=",
        "\u{e9}",
        "Bearer ",
        "Bearer a.b",
        "Bearer ..",
        &long,
    ] {
        for channel in [
            Channel::Meta,
            Channel::Waha,
            Channel::Evolution,
            Channel::Twilio,
        ] {
            let result = check(channel, SECRET, "https://a/b", Some(signature), b"{}");
            assert_eq!(result, Err(Wrong.into()), "{channel:?} {signature}");
        }
    }
}

#[test]
fn a_token_ends_and_must_say_when() {
    for (token, now, right) in [
        (TOKEN, NOW, true),
        (TOKEN, TOKEN_ENDS - 1, true),
        (TOKEN, TOKEN_ENDS, false),
        (TOKEN, TOKEN_ENDS + 1, false),
        (TOKEN_WITHOUT_END, NOW, false),
        (TOKEN_WITHOUT_ALGORITHM, NOW, false),
        (TOKEN_OF_ANOTHER_ALGORITHM, NOW, false),
    ] {
        let request = Request {
            url: "",
            signature: Some(token),
            body: b"{}",
            now: at(now),
        };
        let result = verify(Channel::Evolution, &secrets(&[SECRET]), &request);
        assert_eq!(result.is_ok(), right, "{token} {now}");
    }
}

#[test]
fn an_api_key_in_the_body_stands_for_a_token() {
    let check = |body: &str| check(Channel::Evolution, "key", "", None, body.as_bytes());
    assert_eq!(check(r#"{"event":"x","apikey":"key"}"#), Ok(()));
    assert_eq!(check(r#"{"event":"x","apikey":"kez"}"#), Err(Wrong.into()));
    assert_eq!(check(r#"{"event":"x","apikey":null}"#), Err(Missing.into()));
    assert_eq!(check(r#"{"event":"x"}"#), Err(Missing.into()));
    assert_eq!(check("no JSON"), Err(Missing.into()));
}
