//! The providers: what they are sent, and what they say to it. Decided by pure functions; [`Sender`] alone sends.

mod api;
mod call;
mod evolution;
mod failure;
mod meta;
mod sender;
mod twilio;
mod waha;

pub use self::api::{Api, Part, Probe};
pub use self::call::{Body, Call};
pub use self::failure::{Failure, LOST, NOT_TAKEN};
pub use self::sender::Sender;

use crate::config::{ChannelConfig, Provider};

/// The API of a channel's provider.
fn api(channel: &ChannelConfig) -> Box<dyn Api> {
    match channel.provider.clone() {
        Provider::Meta {
            url,
            phone_number_id,
            token,
        } => {
            let app_secret = channel.secrets.first().cloned();
            Box::new(meta::Meta {
                url,
                phone_number_id,
                token,
                app_secret,
            })
        }
        Provider::Dialog { url, api_key, .. } => Box::new(meta::Dialog { url, api_key }),
        Provider::Waha {
            url,
            session,
            api_key,
        } => Box::new(waha::Waha {
            url,
            session,
            api_key,
        }),
        Provider::Evolution {
            url,
            instance,
            api_key,
        } => Box::new(evolution::Evolution {
            url,
            instance,
            api_key,
        }),
        Provider::Twilio {
            url,
            account_sid,
            auth_token,
            number,
        } => Box::new(twilio::Twilio {
            url,
            account_sid,
            auth_token,
            number,
        }),
    }
}
