//! Users, workers and a program, and the store that they live with.

use std::sync::Arc;

use super::cast::{Actor, Shown};
use crate::inbox::conformance::model::{Model, Sort};
use crate::inbox::conformance::report::Report;
use crate::inbox::conformance::rng::Rng;
use crate::inbox::conformance::subject::Subject;
use crate::inbox::options::{Moment, Options};
use crate::inbox::store::{
    Accept, Action, Effect, Epoch, Key, Offer, Step, Store, StoreError, TurnId,
};

pub(super) const NAMES: [&str; 2] = ["first", "second"];

pub(super) type Checked = Result<(), String>;

/// A turn that a worker has in its memory.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) who: usize,
    pub(super) worker: usize,
    pub(super) epoch: Epoch,
    pub(super) key: Arc<Key>,
    pub(super) turn: TurnId,
    /// Of an outcome that the program has: what is not reported.
    pub(super) parts: Vec<(u32, Box<str>)>,
}

/// What was offered, for what comes again.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) who: usize,
    pub(super) id: String,
    pub(super) sort: Sort,
    pub(super) text: String,
    pub(super) written_at: i64,
}

pub(super) struct World<'s, S: Subject> {
    pub(super) subject: &'s mut S,
    pub(super) store: Option<S::Store>,
    pub(super) model: Model,
    pub(super) actors: Vec<Actor>,
    pub(super) epochs: Vec<Epoch>,
    pub(super) to_send: Vec<Held>,
    pub(super) thinking: Vec<Held>,
    pub(super) ready: Vec<Held>,
    pub(super) out: Vec<Held>,
    pub(super) ghosts: Vec<Held>,
    /// Who said what, for what comes again.
    pub(super) said: Vec<Line>,
    pub(super) sent: Vec<(usize, String)>,
    /// Somebody has a number that another person had.
    pub(super) is_inherited: bool,
    pub(super) report: Report,
}

impl<'s, S: Subject> World<'s, S> {
    pub(super) fn new(subject: &'s mut S, options: Options) -> Result<Self, String> {
        let actors = Actor::all();
        let mut world = Self {
            store: Some(subject.fresh()),
            subject,
            model: Model::new(options, actors.len()),
            actors,
            epochs: Vec::new(),
            to_send: Vec::new(),
            thinking: Vec::new(),
            ready: Vec::new(),
            out: Vec::new(),
            ghosts: Vec::new(),
            said: Vec::new(),
            sent: Vec::new(),
            is_inherited: false,
            report: Report {
                histories: 1,
                ..Report::default()
            },
        };
        for name in NAMES {
            let epoch = world.call(|store, at| store.begin(name, at))?;
            world.epochs.push(epoch);
        }
        Ok(world)
    }

    pub(super) fn offer(&mut self, offer: &Offer<'_>, expected: Accept) -> Checked {
        let accept = self.call(|store, at| store.offer(std::slice::from_ref(offer), at))?;
        self.report.offered(accept.first().copied());
        match accept[..] {
            [accept] if accept == expected => Ok(()),
            _ => Err(format!(
                "promise 2: {:?} {} is {accept:?}, expected {expected:?}",
                offer.kind, offer.id
            )),
        }
    }

    pub(super) fn shows(&mut self, who: usize, chosen: u32) -> Shown {
        let now = self.model.now;
        let shown = self.actors[who].show(chosen, now);
        self.model.shown(who, &shown);
        shown
    }

    pub(super) fn renumbers(&mut self, who: usize, seed: u32) -> Option<(Shown, Shown)> {
        let now = self.model.now;
        let (shown, former) = self.actors[who].renumber(&mut Rng(seed.into()), now)?;
        self.model.shown(who, &shown);
        self.model.shown(who, &former);
        Some((shown, former))
    }

    pub(super) fn call<R>(
        &self,
        call: impl FnOnce(&S::Store, Moment<'_>) -> Result<R, StoreError>,
    ) -> Result<R, String> {
        let store = self
            .store
            .as_ref()
            .ok_or("the store was not opened again")?;
        let at = Moment {
            now: self.model.now,
            options: &self.model.options,
        };
        call(store, at).map_err(|error| error.to_string())
    }

    pub(super) fn advance(&self, held: &Held, action: Action<'_>) -> Result<Effect, String> {
        let step = Step {
            session: &held.key,
            turn: held.turn,
            action,
        };
        let effects = self.call(|store, at| store.advance(held.epoch, &[step], at))?;
        effects
            .into_iter()
            .next()
            .ok_or_else(|| "a step has no effect".into())
    }

    pub(super) fn who(&mut self, key: &Key) -> Result<usize, String> {
        let is = |actor: &Actor| {
            actor.channel == &*key.channel && actor.names.iter().any(|name| **name == *key.session)
        };
        let who = self
            .actors
            .iter()
            .position(is)
            .ok_or_else(|| format!("promise 7: {key:?} is nobody's session"))?;
        self.actors[who].names = vec![key.session.to_string()];
        Ok(who)
    }
}
