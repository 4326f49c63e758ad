//! `RobofyEventKind`.

use robofy_conversation::webhook::Kind;

/// What an event of a webhook is. The numbers are stable; later versions only append: treat a number that is not known here as
/// ROBOFY_EVENT_KIND_OTHER.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum RobofyEventKind {
    /// The user has written a text.
    Text = 0,
    /// The user has tapped a button or an item of a list, or has filled in a form.
    Choice = 1,
    /// An image, a video, a voice message, a document or a sticker.
    Media = 2,
    /// A place.
    Location = 3,
    /// One or more address cards.
    Contact = 4,
    /// A cart from a catalogue.
    Order = 5,
    /// An emoji put under a message, or taken away.
    Reaction = 6,
    /// The user has changed an earlier message, the original.
    Edit = 7,
    /// The user has deleted an earlier message, the original.
    Revoke = 8,
    /// The user's identifiers have changed.
    Identity = 9,
    /// A person has written to the user from the business's own phone.
    Human = 10,
    /// What became of a message that was sent.
    Status = 11,
    /// A message that the channel cannot hand on.
    Unsupported = 12,
    /// Anything else, a channel's novelties among it.
    Other = 13,
}

impl From<Kind> for RobofyEventKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::Choice => Self::Choice,
            Kind::Media => Self::Media,
            Kind::Location => Self::Location,
            Kind::Contact => Self::Contact,
            Kind::Order => Self::Order,
            Kind::Reaction => Self::Reaction,
            Kind::Edit => Self::Edit,
            Kind::Revoke => Self::Revoke,
            Kind::Identity => Self::Identity,
            Kind::Human => Self::Human,
            Kind::Status => Self::Status,
            Kind::Unsupported => Self::Unsupported,
            Kind::Other => Self::Other,
        }
    }
}
