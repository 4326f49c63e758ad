//! Stand-ins of providers, for the demonstration and the tests: as strict as the real ones are documented to be.

mod meta;

pub use self::meta::Meta;
