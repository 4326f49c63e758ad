//! Meta's handshake (Meta, "Webhooks", "Verification requests").

use super::form;
use super::signature::same;

/// The answer to `GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`, if the token is this one.
pub(super) fn answer(query: &str, verify_token: &str) -> Option<String> {
    let query = query.strip_prefix('?').unwrap_or(query);
    let given = form::get(query, "hub.verify_token")?;
    if verify_token.is_empty() || !same(verify_token.as_bytes(), given.as_bytes()) {
        return None;
    }
    let subscribes = form::get(query, "hub.mode").is_some_and(|mode| mode == "subscribe");
    let challenge = form::get(query, "hub.challenge").filter(|challenge| !challenge.is_empty())?;
    subscribes.then(|| challenge.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_token_gets_the_challenge() {
        let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=me+%26+you";
        assert_eq!(answer(query, "me & you").as_deref(), Some("1158201444"));
        assert_eq!(
            answer(&format!("?{query}"), "me & you").as_deref(),
            Some("1158201444")
        );
    }

    #[test]
    fn anything_else_gets_none() {
        for (query, token) in [
            ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=a", "b"),
            (
                "hub.mode=subscribe&hub.challenge=1&hub.verify_token=a",
                "ab",
            ),
            ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", ""),
            (
                "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a",
                "a",
            ),
            ("hub.challenge=1&hub.verify_token=a", "a"),
            ("hub.mode=subscribe&hub.verify_token=a", "a"),
            ("hub.mode=subscribe&hub.challenge=1", "a"),
            ("", "a"),
        ] {
            assert_eq!(answer(query, token), None, "{query}");
        }
    }
}
