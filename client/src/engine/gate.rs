//! A cold lane is connected by the first of its chats; the others wait for that one.

use tokio::sync::watch;

use crate::error::Error;

pub(super) struct Gate(watch::Sender<State>);

#[derive(Clone)]
enum State {
    /// Somebody has to lead.
    Vacant,
    /// The leader is connecting.
    Led,
    /// The connection stands.
    Open,
    /// The leader's connection failed, and so would each follower's.
    Failed(Error),
}

impl Gate {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(State::Vacant))
    }

    /// The caller is to connect, or to find out whether the connection still stands.
    pub(super) fn lead(&self) {
        self.0.send_replace(State::Led);
    }

    /// Waits for the connection; true if it is the caller's to make instead.
    pub(super) async fn pass(&self) -> Result<bool, Error> {
        let mut state = self.0.subscribe();
        loop {
            let seen = state.borrow_and_update().clone();
            match seen {
                State::Open => return Ok(false),
                State::Failed(error) => return Err(error),
                State::Vacant if self.change(State::is_vacant, State::Led) => return Ok(true),
                State::Vacant | State::Led => {}
            }
            if state.changed().await.is_err() {
                return Err(Error::internal("a lane is gone"));
            }
        }
    }

    pub(super) fn open(&self) {
        self.change(|state| !matches!(state, State::Open), State::Open);
    }

    pub(super) fn fail(&self, error: &Error) {
        self.change(State::is_led, State::Failed(error.clone()));
    }

    /// The leader has given up before the connection stood: the lead is another's.
    pub(super) fn vacate(&self) {
        self.change(State::is_led, State::Vacant);
    }

    fn change(&self, from: impl Fn(&State) -> bool, to: State) -> bool {
        self.0.send_if_modified(|state| {
            let changes = from(state);
            if changes {
                *state = to;
            }
            changes
        })
    }
}

impl State {
    fn is_vacant(&self) -> bool {
        matches!(self, Self::Vacant)
    }

    fn is_led(&self) -> bool {
        matches!(self, Self::Led)
    }
}
