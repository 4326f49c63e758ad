//! What users, people of the business and channels do.

use super::cast::{Actor, Shown};
use super::state::{Checked, Line, World};
use crate::inbox::conformance::history::{Event, What};
use crate::inbox::conformance::model::{Said, Sort};
use crate::inbox::conformance::subject::Subject;
use crate::inbox::policy::identity::Identifiers;
use crate::inbox::store::{Accept, Key, Offer, Store};
use crate::webhook::Kind;

impl<S: Subject> World<'_, S> {
    pub(super) fn talk(&mut self, event: Event) -> Checked {
        let who = event.who as usize % self.actors.len();
        let earlier = self.said.len().checked_sub(1 + event.size as usize % 8);
        let earlier = earlier.and_then(|at| self.said.get(at)).cloned();
        match event.what {
            What::Say => self.say_new(who, Sort::Text, event.size),
            What::Medium => self.say_new(who, Sort::Medium, event.size),
            What::Stop => self.say_new(who, Sort::Stop, event.size),
            What::Start => self.say_new(who, Sort::Start, event.size),
            What::Again => earlier.map_or(Ok(()), |line| self.say(&line, event.size)),
            What::Edit => earlier.map_or(Ok(()), |line| self.change(&line, Kind::Edit, event.size)),
            What::Revoke => {
                earlier.map_or(Ok(()), |line| self.change(&line, Kind::Revoke, event.size))
            }
            What::React => {
                let shown = self.shows(who, event.size);
                self.other(who, Kind::Reaction, "reaction", "", &shown, Accept::Ignored)
            }
            What::Human => {
                let id = self.next_id();
                let shown = self.shows(who, event.size);
                self.model.saw(&id);
                let now = self.model.now;
                let until = self.model.people[who]
                    .paused_until
                    .max(now + self.model.options.takeover_ms);
                self.model.pause(who, until);
                self.other(
                    who,
                    Kind::Human,
                    &id,
                    "let me help",
                    &shown,
                    Accept::TookOver,
                )
            }
            What::Echo => self.echo(event.who, event.size),
            What::Pause => self.pause(who, i64::from(event.size)),
            What::Resume => self.pause(who, 0),
            What::Foretell => self.foretell(who, event.size),
            What::Renumber => self.renumber(who, event.size),
            What::Inherit => self.inherit(event.size),
            _ => Ok(()),
        }
    }

    fn say_new(&mut self, who: usize, sort: Sort, size: u32) -> Checked {
        let id = self.next_id();
        let text = match sort {
            Sort::Text => format!("{id} {}", "x".repeat(size as usize % 30)),
            Sort::Medium => String::new(),
            Sort::Stop => "Stop".into(),
            Sort::Start => " START".into(),
        };
        let age = if size.is_multiple_of(16) {
            self.model.options.window_ms - 2_000
        } else {
            i64::from(size % 900)
        };
        let line = Line {
            who,
            id,
            sort,
            text,
            written_at: self.model.now - age,
        };
        self.said.push(line.clone());
        self.say(&line, size)
    }

    fn say(&mut self, line: &Line, chosen: u32) -> Checked {
        let Line {
            who,
            id,
            sort,
            text,
            written_at,
        } = line.clone();
        if self.model.may_be_forgotten(who, &id) {
            return Ok(());
        }
        let (shown, expected) = if self.model.is_duplicate(who, &id) {
            (self.actors[who].repeat(), Accept::Duplicate)
        } else {
            let said = Said {
                id: id.clone(),
                sort,
                text: text.clone(),
                at: self.model.now,
                written_at: written_at.min(self.model.now),
                deleted: false,
                dropped: None,
            };
            (self.shows(who, chosen), self.model.say(who, said))
        };
        let kind = if sort == Sort::Medium {
            Kind::Media
        } else {
            Kind::Text
        };
        let offer = Offer {
            written_at: Some(written_at),
            ..self.event(who, kind, &id, &text, &shown)
        };
        self.offer(&offer, expected)
    }

    fn change(&mut self, line: &Line, kind: Kind, size: u32) -> Checked {
        let id = self.next_id();
        let text = format!("edited {}", "y".repeat(size as usize % 20));
        let is_edit = kind == Kind::Edit;
        let shown = self.shows(line.who, size);
        if is_edit {
            self.model.saw(&id);
        }
        self.model
            .edit(line.who, &line.id, is_edit.then_some(&text));
        let id = if is_edit { &id } else { &line.id };
        let offer = self.event(line.who, kind, id, if is_edit { &text } else { "" }, &shown);
        self.offer(
            &Offer {
                original_id: &line.id,
                ..offer
            },
            Accept::Ignored,
        )
    }

    fn echo(&mut self, chosen: u32, size: u32) -> Checked {
        let sent = self
            .sent
            .get(chosen as usize % self.sent.len().max(1))
            .cloned();
        if let Some((who, id)) = sent.filter(|_| size.is_multiple_of(2))
            && self.model.is_duplicate(who, &id)
            && !self.model.may_be_forgotten(who, &id)
        {
            let shown = self.actors[who].repeat();
            return self.other(who, Kind::Human, &id, "sent", &shown, Accept::Duplicate);
        }
        let Some(held) = self.out.get(chosen as usize % self.out.len().max(1)) else {
            return Ok(());
        };
        let (who, Some((_, text))) = (held.who, held.parts.first().cloned()) else {
            return Ok(());
        };
        let id = self.next_id();
        let shown = self.shows(who, size);
        self.model.saw(&id);
        self.other(who, Kind::Human, &id, &text, &shown, Accept::Ignored)
    }

    fn pause(&mut self, who: usize, ms: i64) -> Checked {
        let actor = &self.actors[who];
        let Some(name) = actor.name() else {
            return Ok(());
        };
        let key = Key::new(actor.channel, name);
        let until = if ms == 0 { 0 } else { self.model.now + ms };
        self.call(|store, at| store.pause(&key, until, at))?;
        self.model.pause(who, until);
        Ok(())
    }

    fn foretell(&mut self, who: usize, size: u32) -> Checked {
        let actor = &self.actors[who];
        let is_known = |other: &Actor| other.channel == actor.channel && !other.names.is_empty();
        let Some(identifier) = actor.unshown(size).map(str::to_owned) else {
            return Ok(());
        };
        if !self.actors.iter().any(is_known) {
            return Ok(());
        }
        let until = self.model.now + i64::from(size);
        self.call(|store, at| store.pause_everywhere(&identifier, until, at))?;
        self.model.foretold.insert(identifier, until);
        Ok(())
    }

    fn renumber(&mut self, who: usize, size: u32) -> Checked {
        let Some((shown, (phone, user_id))) = self.renumbers(who, size) else {
            return Ok(());
        };
        let id = self.next_id();
        self.model.saw(&id);
        let former = Identifiers {
            phone: phone.as_deref(),
            user_id: user_id.as_deref(),
            parent_user_id: None,
        };
        let offer = Offer {
            former,
            ..self.event(who, Kind::Identity, &id, "", &shown)
        };
        self.offer(&offer, Accept::Ignored)
    }

    fn inherit(&mut self, size: u32) -> Checked {
        let channel = |who: usize| self.actors[who].channel;
        let all = 0..self.actors.len();
        let pairs = all
            .clone()
            .flat_map(|from| all.clone().map(move |who| (from, who)));
        let pairs: Vec<_> = pairs
            .filter(|&(from, who)| from != who && channel(from) == channel(who))
            .filter(|&(from, who)| self.actors[from].may_give() && self.actors[who].is_sure())
            .collect();
        let Some(&(from, who)) = pairs.get(size as usize % pairs.len().max(1)) else {
            return Ok(());
        };
        let Some(phone) = self.actors[from].given_up.take() else {
            return Ok(());
        };
        self.is_inherited = true;
        let shown = self.actors[who].inherit(phone, self.model.now);
        self.model.shown(who, &shown);
        self.other(who, Kind::Reaction, "reaction", "", &shown, Accept::Ignored)
    }

    fn other(
        &mut self,
        who: usize,
        kind: Kind,
        id: &str,
        text: &str,
        shown: &Shown,
        expected: Accept,
    ) -> Checked {
        let offer = self.event(who, kind, id, text, shown);
        self.offer(&offer, expected)
    }

    fn event<'a>(
        &self,
        who: usize,
        kind: Kind,
        id: &'a str,
        text: &'a str,
        shown: &'a Shown,
    ) -> Offer<'a> {
        let (phone, user_id) = shown;
        Offer {
            kind,
            from: Identifiers {
                phone: phone.as_deref(),
                user_id: user_id.as_deref(),
                parent_user_id: None,
            },
            ..Offer::text(self.actors[who].channel, "", id, text)
        }
    }

    fn next_id(&mut self) -> String {
        self.report.ids += 1;
        format!("m{}", self.report.ids)
    }
}
