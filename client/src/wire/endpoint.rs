//! The two paths of chats.

/// Where chats go, below the base URL (service contract, "Request" and "Neighbours").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// Of WhatsApp's users alone.
    WhatsApp,
    /// Of any platform's.
    AnyPlatform,
}

impl Endpoint {
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::WhatsApp => "/v1/ai-agent/whatsapp/chat",
            Self::AnyPlatform => "/v1/ai-agent/chat",
        }
    }
}
