//! A channel: a number at a provider, and the agent that answers there.

use std::collections::BTreeMap;

use robofy_conversation::inbox::options::{MediaPolicy, Options};
use robofy_conversation::webhook;

use super::Agent;
use super::fields::Fields;
use super::secret::Secret;

const META_URL: &str = "https://graph.facebook.com/v26.0";
const DIALOG_URL: &str = "https://waba-v2.360dialog.io";
const TWILIO_URL: &str = "https://api.twilio.com";
/// Twilio's limit of a body (Twilio, "WhatsApp message body limits").
const TWILIO_LIMIT: u32 = 1_600;

/// A number at a provider, and the agent that answers there.
#[derive(Clone, Debug)]
pub struct ChannelConfig {
    /// The agent's name.
    pub agent: String,
    /// The provider and the account there.
    pub provider: Provider,
    /// The secrets of webhooks; none: they are not signed.
    pub secrets: Vec<Secret>,
    /// What Meta's handshake has to have.
    pub verify_token: Option<Secret>,
    /// What stands as `token` in the URL of webhooks that are not signed.
    pub webhook_token: Option<Secret>,
    /// How the inbox works.
    pub inbox: Options,
    /// How many messages leave in a second.
    pub per_second: u32,
}

/// A provider, and the account there.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each field is named as its provider names it")]
pub enum Provider {
    /// Meta's Cloud API.
    Meta {
        url: String,
        phone_number_id: String,
        token: Secret,
    },
    /// 360dialog, which forwards the Cloud API.
    Dialog {
        url: String,
        phone_number_id: String,
        api_key: Secret,
    },
    /// WAHA.
    Waha {
        url: String,
        session: String,
        api_key: Option<Secret>,
    },
    /// Evolution API.
    Evolution {
        url: String,
        instance: String,
        api_key: Secret,
    },
    /// Twilio.
    Twilio {
        url: String,
        account_sid: String,
        auth_token: Secret,
        number: String,
    },
}

impl Provider {
    /// Whose webhooks it sends.
    pub fn webhooks(&self) -> webhook::Channel {
        match self {
            Self::Meta { .. } | Self::Dialog { .. } => webhook::Channel::Meta,
            Self::Waha { .. } => webhook::Channel::Waha,
            Self::Evolution { .. } => webhook::Channel::Evolution,
            Self::Twilio { .. } => webhook::Channel::Twilio,
        }
    }

    /// The business's side, as its webhooks name it.
    pub fn channel_id(&self) -> &str {
        match self {
            Self::Meta {
                phone_number_id, ..
            }
            | Self::Dialog {
                phone_number_id, ..
            } => phone_number_id,
            Self::Waha { session, .. } => session,
            Self::Evolution { instance, .. } => instance,
            Self::Twilio { number, .. } => number,
        }
    }
}

/// What keeps strangers from a channel's webhooks.
#[derive(Default)]
struct Guards {
    secrets: Vec<Secret>,
    verify_token: Option<Secret>,
    webhook_token: Option<Secret>,
}

impl ChannelConfig {
    /// `None`: the provider is not known, which is noted.
    pub(super) fn of(mut fields: Fields<'_>, agents: &BTreeMap<String, Agent>) -> Option<Self> {
        let agent = fields.needed("agent");
        if !agent.is_empty() && !agents.contains_key(&agent) {
            let names: Vec<_> = agents.keys().map(String::as_str).collect();
            let names = names.join(", ");
            fields.wrong::<()>(
                "agent",
                &format!("names no agent of this file: there are {names}"),
            );
        }
        let mut guards = Guards::default();
        let provider = provider(&mut fields, &mut guards)?;
        let per_second = fields.number("messages_a_second", 1);
        let inbox = inbox(&mut fields, &provider);
        fields.finish();
        let per_second = per_second.and_then(|number| u32::try_from(number).ok());
        let per_second = per_second.unwrap_or(match provider {
            Provider::Meta { .. } | Provider::Dialog { .. } | Provider::Twilio { .. } => 80,
            // Numbers of WhatsApp Web are blocked for writing too fast.
            Provider::Waha { .. } | Provider::Evolution { .. } => 5,
        });
        Some(Self {
            agent,
            provider,
            secrets: guards.secrets,
            verify_token: guards.verify_token,
            webhook_token: guards.webhook_token,
            inbox,
            per_second,
        })
    }
}

fn provider(fields: &mut Fields<'_>, guards: &mut Guards) -> Option<Provider> {
    let kind = fields.needed("provider");
    Some(match kind.as_str() {
        "meta" => {
            guards.secrets.push(fields.secret("app_secret"));
            let former = fields.optional_secret("former_app_secret");
            guards.secrets.extend(former);
            guards.verify_token = Some(fields.secret("verify_token"));
            Provider::Meta {
                url: url(fields, Some(META_URL)),
                phone_number_id: digits(fields, "phone_number_id"),
                token: fields.secret("token"),
            }
        }
        "360dialog" => {
            guards.webhook_token = Some(fields.secret("webhook_token"));
            Provider::Dialog {
                url: url(fields, Some(DIALOG_URL)),
                phone_number_id: digits(fields, "phone_number_id"),
                api_key: fields.secret("api_key"),
            }
        }
        "waha" => {
            key_or_token(fields, guards, "hmac_key");
            Provider::Waha {
                url: url(fields, None),
                session: fields.text("session").unwrap_or_else(|| "default".into()),
                api_key: fields.optional_secret("api_key"),
            }
        }
        "evolution" => {
            key_or_token(fields, guards, "jwt_key");
            Provider::Evolution {
                url: url(fields, None),
                instance: fields.needed("instance"),
                api_key: fields.secret("api_key"),
            }
        }
        "twilio" => {
            let auth_token = fields.secret("auth_token");
            guards.secrets.push(auth_token.clone());
            Provider::Twilio {
                url: url(fields, Some(TWILIO_URL)),
                account_sid: fields.needed("account_sid"),
                auth_token,
                number: format!("+{}", digits(fields, "number")),
            }
        }
        "" => return None,
        _ => {
            return fields.wrong(
                "provider",
                "must be meta, 360dialog, waha, evolution or twilio",
            );
        }
    })
}

/// The key that webhooks are signed with, or the token in their URL, or both.
fn key_or_token(fields: &mut Fields<'_>, guards: &mut Guards, key: &'static str) {
    if !fields.has(key) && !fields.has("webhook_token") {
        let problem = "is missing, and so is webhook_token: one of them keeps strangers away";
        fields.wrong::<()>(key, problem);
    }
    guards.secrets.extend(fields.optional_secret(key));
    guards.webhook_token = fields.optional_secret("webhook_token");
}

fn url(fields: &mut Fields<'_>, default: Option<&str>) -> String {
    let url = match default {
        Some(default) => fields.text("url").unwrap_or_else(|| default.into()),
        None => fields.needed("url"),
    };
    if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
        fields.wrong::<()>("url", "must begin with https:// or http://");
    }
    url.trim_end_matches('/').to_owned()
}

/// A number, with or without a plus before it.
fn digits(fields: &mut Fields<'_>, key: &'static str) -> String {
    let text = fields.needed(key);
    let digits = text.strip_prefix('+').unwrap_or(&text);
    if !text.is_empty() && (digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()))
    {
        fields.wrong::<()>(key, "must be digits alone, as a text in quotes");
    }
    digits.to_owned()
}

fn inbox(fields: &mut Fields<'_>, provider: &Provider) -> Options {
    let mut options = Options::default();
    if matches!(provider, Provider::Twilio { .. }) {
        options.limit = TWILIO_LIMIT;
        // Twilio has no way to show it for a message of WhatsApp's.
        options.typing_ms = 0;
    }
    for (key, option) in [
        ("quiet", &mut options.quiet_ms),
        ("max_wait", &mut options.max_wait_ms),
        ("takeover", &mut options.takeover_ms),
        ("typing", &mut options.typing_ms),
    ] {
        if let Some(milliseconds) = fields.seconds(key) {
            *option = milliseconds;
        }
    }
    for (key, option) in [
        ("fallback", &mut options.fallback),
        ("stop_text", &mut options.stop_text),
        ("start_text", &mut options.start_text),
    ] {
        if let Some(text) = fields.text(key) {
            *option = text;
        }
    }
    for (key, option) in [
        ("stop_words", &mut options.stop_words),
        ("start_words", &mut options.start_words),
    ] {
        if let Some(words) = fields.texts(key) {
            *option = words;
        }
    }
    if let Some(text) = fields.text("media_text") {
        options.media = MediaPolicy::Reply(text);
    }
    if let Some(most) = fields.number("max_messages", 1) {
        options.max_messages = usize::try_from(most).unwrap_or(usize::MAX);
    }
    if let Some(groups) = fields.flag("groups") {
        options.groups = groups;
    }
    options
}
