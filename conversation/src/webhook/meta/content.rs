//! What a message is, and what an agent should read of it.

use crate::webhook::builder::Builder;
use crate::webhook::json::Value;
use crate::webhook::kind::{Field, Kind};
use crate::webhook::text;

pub(super) fn put(builder: &mut Builder, word: &str, message: Value<'_>) -> Kind {
    let content = if word.is_empty() {
        Value::NULL
    } else {
        message.get(word)
    };
    match word {
        "text" => {
            builder.put(Field::Text, content.get("body"));
            Kind::Text
        }
        "button" => {
            builder.put(Field::Text, content.get("text"));
            Kind::Choice
        }
        "interactive" => interactive(builder, content),
        // A voice message is audio with `voice`: "voice" is an older spelling.
        "image" | "video" | "audio" | "voice" | "document" | "sticker" => media(builder, content),
        "location" => {
            let [name, address, latitude, longitude] =
                content.pick(["name", "address", "latitude", "longitude"]);
            text::place(builder, [name, address], [latitude, longitude]);
            Kind::Location
        }
        "contacts" => {
            builder.compose(Field::Text, content.json().len(), |text| {
                names(content, text)
            });
            Kind::Contact
        }
        "reaction" => {
            builder.put(Field::OriginalId, content.get("message_id"));
            Kind::Reaction
        }
        "order" => {
            builder.compose(Field::Text, content.json().len(), |text| {
                order(content, text)
            });
            Kind::Order
        }
        "edit" => edit(builder, content),
        "revoke" => {
            builder.put(Field::OriginalId, content.get("original_message_id"));
            Kind::Revoke
        }
        // The last two are older spellings.
        "unsupported" | "errors" | "unknown" => Kind::Unsupported,
        _ => Kind::Other,
    }
}

fn interactive(builder: &mut Builder, content: Value<'_>) -> Kind {
    match content.find(&["button_reply", "list_reply", "nfm_reply"]) {
        Some((2, form)) => builder.put(Field::Text, form.get("response_json")),
        Some((_, reply)) => {
            let [title, description] = reply.pick(["title", "description"]);
            text::lines(builder, [title, description]);
        }
        // As call_permission_reply, which is nothing to answer.
        None if content.get(&content.get("type").word()).is_object() => return Kind::Other,
        // Meta could not hand it on: the error stands beside the messages.
        None => return Kind::Unsupported,
    }
    Kind::Choice
}

fn media(builder: &mut Builder, content: Value<'_>) -> Kind {
    let [id, mime_type, url, file_name, caption] =
        content.pick(["id", "mime_type", "url", "filename", "caption"]);
    builder.put(Field::MediaId, id);
    builder.put(Field::MediaType, mime_type);
    builder.put(Field::MediaUrl, url);
    text::caption(builder, caption, file_name);
    Kind::Media
}

fn names(contacts: Value<'_>, text: &mut String) {
    let begin = text.len();
    contacts.items(|contact| {
        let before = text.len();
        if before > begin {
            text.push_str(", ");
        }
        if !contact.get("name").get("formatted_name").append(text) {
            text.truncate(before);
        }
    });
}

/// The customer's note, and a line for each item: `2 x SKU-7 (9.90 EUR)`.
fn order(order: Value<'_>, text: &mut String) {
    let begin = text.len();
    let [note, items] = order.pick(["text", "product_items"]);
    note.append(text);
    items.items(|item| {
        let [product, quantity, price, currency] =
            item.pick(["product_retailer_id", "quantity", "item_price", "currency"]);
        if !product.is_word() {
            return;
        }
        if text.len() > begin {
            text.push('\n');
        }
        if quantity.append(text) {
            text.push_str(" x ");
        }
        product.append(text);
        if price.is_word() {
            text.push_str(" (");
            price.append(text);
            if currency.is_word() {
                text.push(' ');
                currency.append(text);
            }
            text.push(')');
        }
    });
}

/// The message as it is now. Its context names the message that it answers.
fn edit(builder: &mut Builder, edit: Value<'_>) -> Kind {
    let [original, message] = edit.pick(["original_message_id", "message"]);
    let [word, context] = message.pick(["type", "context"]);
    builder.put(Field::OriginalId, original);
    builder.put(Field::ReplyTo, context.get("id"));
    let word = word.word();
    if word != "edit" {
        put(builder, &word, message);
    }
    Kind::Edit
}
