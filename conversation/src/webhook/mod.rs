//! A webhook's body in, events out: verified and parsed in one call, so that nobody parses what is not verified.
//!
//! Pure functions: no thread, no I/O, no clock.

mod builder;
mod challenge;
mod channel;
mod error;
mod event;
mod evolution;
mod form;
mod incoming;
mod jid;
mod json;
mod kind;
mod limits;
mod meta;
mod signature;
mod store;
mod text;
mod twilio;
mod waha;

use std::fmt;
use std::time::SystemTime;

use zeroize::Zeroizing;

pub use self::channel::Channel;
pub use self::error::{Error, Malformed, SignatureFault};
pub use self::event::Event;
pub use self::incoming::Incoming;
pub use self::kind::{Field, Kind};
pub use self::limits::{MAX_BODY, MAX_DEPTH};

use self::builder::Builder;
use self::signature::{Request, Secret};

/// Reads the webhooks of one channel. It may be used from any thread.
///
/// ```
/// use std::time::SystemTime;
///
/// use robofy_conversation::webhook::{Channel, Kind, Webhook};
///
/// let webhook = Webhook::new(Channel::Meta, Some("my-app-secret"))?;
/// let body = br#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{
///     "messages":[{"from":"16505551234","id":"wamid.1","type":"text","text":{"body":"Hello"}}]}}]}]}"#;
/// let signature = "sha256=c96766dda9d248e05dabaaae3cb04249bfc59657c3eb07212816ae5c87084efb";
/// let incoming = webhook.read("", Some(signature), body, SystemTime::now())?;
/// for event in incoming.events() {
///     assert_eq!(event.kind(), Kind::Text);
///     assert_eq!(event.session_id(), Some("16505551234"));
///     assert_eq!(event.text(), Some("Hello"));
/// }
/// # Ok::<(), robofy_conversation::webhook::Error>(())
/// ```
pub struct Webhook {
    channel: Channel,
    secrets: Vec<Secret>,
}

impl Webhook {
    /// The secret is Meta's app secret, WAHA's HMAC key, Evolution API's `jwt_key` or the instance's API key, Twilio's auth
    /// token. `None` reads unsigned bodies, as 360dialog's are: then something else has to keep strangers away.
    ///
    /// # Errors
    ///
    /// [`Error::EmptySecret`].
    pub fn new(channel: Channel, secret: Option<&str>) -> Result<Self, Error> {
        if secret.is_some_and(str::is_empty) {
            return Err(Error::EmptySecret);
        }
        let mut webhook = Self {
            channel,
            secrets: Vec::new(),
        };
        if let Some(secret) = secret {
            webhook.add_secret(secret);
        }
        Ok(webhook)
    }

    /// Accepts this secret too, while one is replaced by another. An empty one is not added.
    pub fn add_secret(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.secrets.push(Zeroizing::new(secret.as_bytes().into()));
        }
    }

    /// What to answer, with 200 and as plain text, to Meta's `GET` with this query; `None`: answer 403.
    ///
    /// ```
    /// # use robofy_conversation::webhook::{Channel, Webhook};
    /// let webhook = Webhook::new(Channel::Meta, Some("my-app-secret"))?;
    /// let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=my-token";
    /// assert_eq!(webhook.challenge(query, "my-token").as_deref(), Some("1158201444"));
    /// assert_eq!(webhook.challenge(query, "another"), None);
    /// # Ok::<(), robofy_conversation::webhook::Error>(())
    /// ```
    pub fn challenge(&self, query: &str, verify_token: &str) -> Option<String> {
        challenge::answer(query, verify_token)
    }

    /// Verifies a body and reads it.
    ///
    /// - `url`: the public URL as the channel calls it, for Twilio; others do not sign it.
    /// - `signature`: the header `X-Hub-Signature-256` of Meta, `X-Webhook-Hmac` of WAHA, `Authorization` of Evolution API,
    ///   `X-Twilio-Signature` of Twilio.
    /// - `body`: its bytes as they came. A body that was parsed and written again has another signature.
    /// - `now`: for Evolution API's token, which ends.
    ///
    /// # Errors
    ///
    /// [`Error::Signature`], and [`Error::Malformed`] for a body that is larger than [`MAX_BODY`], deeper than
    /// [`MAX_DEPTH`], or not JSON. Fields, types and values that are not known are no error.
    pub fn read(
        &self,
        url: &str,
        signature: Option<&str>,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Incoming, Error> {
        if body.len() > MAX_BODY {
            return Err(Malformed::TooLarge.into());
        }
        signature::verify(
            self.channel,
            &self.secrets,
            &Request {
                url,
                signature,
                body,
                now,
            },
        )?;
        let body = std::str::from_utf8(body).map_err(|_| Malformed::NotUtf8)?;
        let mut builder = Builder::new(body.len());
        match self.channel {
            Channel::Meta => meta::read(body, &mut builder),
            Channel::Waha => waha::read(body, &mut builder),
            Channel::Evolution => evolution::read(body, &mut builder),
            Channel::Twilio => twilio::read(body, &mut builder),
        }?;
        Ok(Incoming(builder.finish()))
    }
}

/// Secrets are not printed.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}
