//! WhatsApp Web's addresses, as WAHA and Evolution API hand them on.

use super::builder::Builder;
use super::json::Value;
use super::kind::Field;

/// Whose an address is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Jid {
    User,
    Group,
    /// A status, a channel, a broadcast, or nothing: no conversation.
    Other,
}

/// Puts an address where it belongs: `<phone>@c.us`, `<phone>@s.whatsapp.net`, `<id>@lid`, `<id>@g.us`.
pub(super) fn put(builder: &mut Builder, jid: Value<'_>) -> Jid {
    let jid = jid.word();
    let (user, server) = jid.split_once('@').unwrap_or((&jid, "c.us"));
    // A device may follow: `<phone>:7@s.whatsapp.net`.
    let user = user.split_once(':').map_or(user, |(user, _)| user);
    match server {
        _ if user.is_empty() => Jid::Other,
        "c.us" | "s.whatsapp.net" | "hosted" => {
            builder.put_str(Field::Phone, user.trim_start_matches('+'));
            Jid::User
        }
        "lid" | "hosted.lid" => {
            builder.put_str(Field::UserId, &format!("{user}@lid"));
            Jid::User
        }
        "g.us" => {
            builder.put_str(Field::GroupId, &jid);
            Jid::Group
        }
        _ => Jid::Other,
    }
}
