//! The calls that are no chats: any method and path of the service, on the connections of chats.

mod call;
mod disk;
mod file;
mod form;

pub(crate) use self::call::Call;
