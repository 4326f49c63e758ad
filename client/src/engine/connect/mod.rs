//! The way to a service, up to a connection that is ready for a request.

pub(crate) mod proxy;
pub(crate) mod resolver;
pub(crate) mod trust;
