//! What differs between systems.

pub(crate) mod descriptors;
pub(crate) mod fork;
pub(crate) mod names;
pub(crate) mod notifier;
pub(crate) mod signals;
pub(crate) mod socket;
