//! What bounds a body.

/// The largest body that is read, in bytes. Meta's are up to 3 MB (Meta, "Webhooks", "Payload size").
pub const MAX_BODY: usize = 3 * 1024 * 1024;

/// How deep arrays and objects may stand in each other. Meta's stay below 12.
pub const MAX_DEPTH: u32 = 128;
