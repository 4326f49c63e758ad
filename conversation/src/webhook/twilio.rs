//! Twilio (its documentation, "Twilio's Request to your Incoming Message Webhook URL", and "Status callbacks").

use std::borrow::Cow;

use super::builder::Builder;
use super::error::Malformed;
use super::form;
use super::json::Reader;
use super::kind::{Field, Kind};

/// The parameters that are read. Of one that stands twice, the first.
#[derive(Default)]
struct Parameters<'a>([Cow<'a, str>; NAMES.len()]);

const NAMES: [&str; 31] = [
    "MessageSid",
    "SmsMessageSid",
    "SmsSid",
    "From",
    "To",
    "WaId",
    "Body",
    "ProfileName",
    "MessageType",
    "MessageStatus",
    "SmsStatus",
    "ErrorCode",
    "NumMedia",
    "MediaUrl0",
    "MediaContentType0",
    "ButtonText",
    "ButtonPayload",
    "ListId",
    "ListTitle",
    "ListDescription",
    "Latitude",
    "Longitude",
    "Label",
    "Address",
    "OriginalRepliedMessageSid",
    "ExternalUserId",
    "ParentExternalUserId",
    "Username",
    "ProfileUsername",
    "EventType",
    "InteractiveData",
];

pub(super) fn read(body: &str, builder: &mut Builder) -> Result<(), Malformed> {
    if body.trim_start().starts_with('{') {
        let mut reader = Reader::new(body);
        let json = reader.value()?;
        reader.end()?;
        builder.end(Kind::Other, json.json());
        return Ok(());
    }
    if body.contains('\0') {
        return Err(Malformed::NotForm);
    }
    let kind = parameters(builder, &Parameters::read(body));
    if builder.has(Field::Id) && builder.has_user() {
        builder.end(kind, body);
    } else if !body.is_empty() {
        builder.skip();
    }
    Ok(())
}

fn parameters(builder: &mut Builder, parameters: &Parameters<'_>) -> Kind {
    let [id, sms_id, older_id] = parameters.get(["MessageSid", "SmsMessageSid", "SmsSid"]);
    builder.put_str(
        Field::Id,
        [id, sms_id, older_id]
            .into_iter()
            .find(|id| !id.is_empty())
            .unwrap_or_default(),
    );
    let [sms_status, message_status] = parameters.get(["SmsStatus", "MessageStatus"]);
    let status = if message_status.is_empty() {
        sms_status
    } else {
        message_status
    };
    match status {
        "" | "received" | "receiving" => message(builder, parameters),
        status => {
            builder.put_str(Field::Status, status);
            let [user, channel, code] = parameters.get(["To", "From", "ErrorCode"]);
            address(builder, user, "");
            builder.put_str(Field::ChannelId, bare(channel));
            builder.put_str(Field::ErrorCode, code);
            Kind::Status
        }
    }
}

fn message(builder: &mut Builder, parameters: &Parameters<'_>) -> Kind {
    let [user, number, channel] = parameters.get(["From", "WaId", "To"]);
    address(builder, user, number);
    builder.put_str(Field::ChannelId, bare(channel));
    for (field, name) in [
        (Field::UserId, "ExternalUserId"),
        (Field::ParentUserId, "ParentExternalUserId"),
        (Field::Name, "ProfileName"),
        (Field::Type, "MessageType"),
        (Field::ReplyTo, "OriginalRepliedMessageSid"),
    ] {
        let [value] = parameters.get([name]);
        builder.put_str(field, value);
    }
    content(builder, parameters)
}

fn content(builder: &mut Builder, parameters: &Parameters<'_>) -> Kind {
    let [body, button, payload, list, title, description] = parameters.get([
        "Body",
        "ButtonText",
        "ButtonPayload",
        "ListId",
        "ListTitle",
        "ListDescription",
    ]);
    let [latitude, longitude, label, place] =
        parameters.get(["Latitude", "Longitude", "Label", "Address"]);
    let [media, url, mime_type, word] =
        parameters.get(["NumMedia", "MediaUrl0", "MediaContentType0", "MessageType"]);
    if !latitude.is_empty() && !longitude.is_empty() {
        let name = [label, place]
            .iter()
            .filter(|word| !word.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(", ");
        let coordinates = format!("{latitude}, {longitude}");
        builder.put_str(
            Field::Text,
            &if name.is_empty() {
                coordinates
            } else {
                format!("{name} ({coordinates})")
            },
        );
        return Kind::Location;
    }
    if !url.is_empty() || !matches!(media, "" | "0") {
        builder.put_str(Field::MediaUrl, url);
        builder.put_str(Field::MediaType, mime_type);
        builder.put_str(Field::Text, body);
        return if word == "contacts" {
            Kind::Contact
        } else {
            Kind::Media
        };
    }
    if !title.is_empty() {
        let more = if description.is_empty() { "" } else { "\n" };
        builder.put_str(Field::Text, &[title, more, description].concat());
        return Kind::Choice;
    }
    builder.put_str(Field::Text, if button.is_empty() { body } else { button });
    match () {
        () if [button, payload, list].iter().any(|part| !part.is_empty()) => Kind::Choice,
        () if body.is_empty() => Kind::Unsupported,
        () => Kind::Text,
    }
}

/// `whatsapp:+<phone>`, or `whatsapp:<BSUID>` of a user without one.
fn address(builder: &mut Builder, address: &str, number: &str) {
    let user = bare(address);
    let digits = user.strip_prefix('+').unwrap_or(user);
    let is_phone = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match () {
        () if is_phone(number) => builder.put_str(Field::Phone, number),
        () if is_phone(digits) => builder.put_str(Field::Phone, digits),
        () => builder.put_str(Field::UserId, user),
    }
}

fn bare(address: &str) -> &str {
    address.strip_prefix("whatsapp:").unwrap_or(address)
}

impl<'a> Parameters<'a> {
    fn read(body: &'a str) -> Self {
        let mut parameters = Self::default();
        for (name, value) in form::pairs(body.as_bytes()) {
            let at = NAMES.iter().position(|known| *known == name);
            let slot = at.and_then(|at| parameters.0.get_mut(at));
            if let Some(slot) = slot.filter(|slot| slot.is_empty()) {
                *slot = value;
            }
        }
        parameters
    }

    fn get<const N: usize>(&self, names: [&str; N]) -> [&str; N] {
        names.map(|name| {
            let at = NAMES.iter().position(|known| *known == name);
            at.and_then(|at| self.0.get(at)).map_or("", |value| value)
        })
    }
}
