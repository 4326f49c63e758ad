//! Lives through a history with a store; the model says what each step has to come to.

mod cast;
mod drain;
mod play;
mod state;
mod talk;
mod work;

pub(super) use self::drain::live;
