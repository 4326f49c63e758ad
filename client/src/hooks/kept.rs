//! A chat's result as a text, from which it is made again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Resend, Status};
use crate::message::Reply;
use crate::wire;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Reply {
        attempts: u32,
        elapsed_us: u64,
        json: String,
    },
    Error {
        status: u32,
        message: String,
        http_status: Option<u16>,
        code: Option<String>,
        detail: Option<String>,
        retry_after_ms: Option<u64>,
        resend: u8,
    },
}

/// A result as a text, for a store.
pub fn keep(result: &Result<Reply, Error>) -> String {
    let kept = match result {
        Ok(reply) => Kept::Reply {
            attempts: reply.attempts,
            elapsed_us: u64::try_from(reply.elapsed.as_micros()).unwrap_or(u64::MAX),
            json: reply.json.clone(),
        },
        Err(error) => Kept::Error {
            status: error.status() as u32,
            message: error.message().to_owned(),
            http_status: error.http_status(),
            code: error.code().map(str::to_owned),
            detail: error.detail().map(str::to_owned),
            retry_after_ms: error
                .retry_after()
                .map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            resend: match error.resend() {
                Resend::Safe => 0,
                Resend::Ambiguous => 1,
                Resend::Never => 2,
            },
        },
    };
    serde_json::to_string(&kept).unwrap_or_default()
}

/// The result that was [kept](keep); `None` if the text is none.
pub fn kept(text: &str) -> Option<Result<Reply, Error>> {
    Some(match serde_json::from_str(text).ok()? {
        Kept::Reply {
            attempts,
            elapsed_us,
            json,
        } => {
            let answer = wire::decode_answer(json.as_bytes()).ok()?;
            Ok(Reply {
                answer: answer.answer,
                session_id: answer.session_id,
                message: answer.message,
                json,
                attempts,
                elapsed: Duration::from_micros(elapsed_us),
            })
        }
        Kept::Error {
            status,
            message,
            http_status,
            code,
            detail,
            retry_after_ms,
            resend,
        } => {
            let error = Error::new(Status::from_number(status)?, message)
                .with_service_words(code, detail)
                .with_retry_after(retry_after_ms.map(Duration::from_millis))
                .with_resend(match resend {
                    0 => Resend::Safe,
                    1 => Resend::Ambiguous,
                    _ => Resend::Never,
                });
            Err(match http_status {
                Some(http_status) => error.with_http_status(http_status),
                None => error,
            })
        }
    })
}

/// Nobody knows whether the agent has answered: the process ended in between.
pub fn unknown() -> Error {
    Error::new(
        Status::Interrupted,
        "the process ended before the answer was kept; the agent may have seen the message",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let reply = Reply {
            answer: "Hi \u{1F44B}".into(),
            session_id: Some("1555".into()),
            message: Some("Success".into()),
            json: r#"{"message":"Success","data":{"answer":"Hi 👋","session_id":"1555"}}"#.into(),
            attempts: 3,
            elapsed: Duration::from_micros(1_234_567),
        };
        assert_eq!(kept(&keep(&Ok(reply.clone()))).unwrap().unwrap(), reply);

        let error = Error::new(Status::RateLimited, "later")
            .with_http_status(429)
            .with_service_words(Some("RATE".into()), Some("slow down".into()))
            .with_retry_after(Some(Duration::from_millis(1_500)))
            .with_resend(Resend::Safe);
        for error in [error, unknown()] {
            let again = kept(&keep(&Err(error.clone()))).unwrap().unwrap_err();
            assert_eq!(format!("{again:?}"), format!("{error:?}"));
            assert_eq!(again.resend(), error.resend());
        }
        assert!(kept("").is_none());
    }
}
