//! A chat's place on a lane, from the wait for the lane's connection to the room it gives back.

use std::sync::Arc;

use super::body::Departure;
use super::lane::Lane;
use super::lanes::Lanes;
use super::transport::Protocol;
use crate::error::Error;

pub(crate) struct Seat {
    room: Room,
    leads: bool,
    departure: Departure,
}

impl Seat {
    /// On a lane that has been entered.
    pub(super) fn new(room: Room, leads: bool) -> Self {
        Self {
            departure: Departure::from_lane(&room.lane),
            room,
            leads,
        }
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.room.lane.client
    }

    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.room.lanes.spoken().get()
    }

    /// Whether the lane's connection is this chat's to make.
    pub(crate) fn leads(&self) -> bool {
        self.leads
    }

    pub(crate) fn departure(&self) -> Departure {
        self.departure.clone()
    }

    pub(super) async fn wait_for_leader(&mut self) -> Result<(), Error> {
        if !self.leads {
            self.leads = self.room.lane.gate.pass().await?;
        }
        Ok(())
    }

    pub(super) async fn pass_the_door(&self) -> Result<(), Error> {
        self.room.lane.pass_door().await?;
        self.departure.enter_door();
        Ok(())
    }

    /// Whether the lane still carries this chat, so many being the most.
    pub(super) fn is_within(&self, limit: usize) -> bool {
        self.leads || self.room.lane.is_within(limit)
    }

    /// Whether chats whose messages have left hold all the streams that the service allows, which is learned thereby. This
    /// chat's message is then to leave on another lane.
    pub(crate) fn is_crowded(&self) -> bool {
        let departed = self.room.lane.departed();
        if departed > 0 && self.departure.keep() {
            self.room.lane.is_full_with(departed);
            self.room.lanes.learn_streams(departed);
            return true;
        }
        // The connection is slow, or this message is lost on it: others may have better luck.
        self.departure.leave_door();
        false
    }

    /// This chat's time is over, and not that of the others who wait for its connection: one of them leads instead.
    pub(crate) fn ran_out_of_time(&self) {
        if self.leads && !self.departure.has_left() {
            self.break_lane();
        }
    }

    /// The connection failed before the message was on its way: those who wait for this chat's connection fail alike.
    pub(crate) fn connect_failed(&mut self, error: &Error) {
        if std::mem::take(&mut self.leads) {
            self.room.lane.gate.fail(error);
        }
        self.break_lane();
    }

    pub(crate) fn break_lane(&self) {
        self.room.lane.set_broken();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.leads {
            self.room.lane.gate.vacate();
        }
        self.departure.keep();
        self.departure.leave_door();
        if self.departure.stop_waiting() {
            self.room.lane.message_stayed();
        }
    }
}

/// Room for one stream, given back on drop.
pub(crate) struct Room {
    lanes: Arc<Lanes>,
    lane: Arc<Lane>,
}

impl Room {
    /// On a lane that counts it already.
    pub(super) fn new(lanes: Arc<Lanes>, lane: Arc<Lane>) -> Self {
        Self { lanes, lane }
    }

    /// As much again, for a stream that outlives its chat.
    pub(crate) fn keep(&self) -> Self {
        self.lanes.stay(&self.lane);
        Self::new(self.lanes.clone(), self.lane.clone())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.lanes.leave(&self.lane);
    }
}
