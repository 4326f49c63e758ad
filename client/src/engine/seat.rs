//! A chat's place on a lane, from the wait for the lane's connection to the room it gives back.

use std::sync::Arc;

use bytes::Bytes;
use h2::client::SendRequest;

use super::lane::Lane;
use super::lanes::Lanes;
use crate::engine::errors::transport as failure;
use crate::error::Error;

pub(crate) struct Seat {
    room: Room,
    leads: bool,
}

impl Seat {
    /// On a lane that has been entered.
    pub(super) fn new(room: Room, leads: bool) -> Self {
        Self { room, leads }
    }

    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// Makes the connection, and speaks HTTP/1.1 over it.
    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.room.lane.client
    }

    /// The connection, once it stands and speaks HTTP/2.
    pub(crate) fn http2(&self) -> Option<&SendRequest<Bytes>> {
        self.room.lane.connection.http2()
    }

    /// Whether the lane's connection is this chat's to make.
    pub(crate) fn leads(&self) -> bool {
        self.leads
    }

    /// Waits until the connection stands, or is this chat's to make.
    pub(crate) async fn wait_for_leader(&mut self) -> Result<(), Error> {
        if !self.leads {
            self.leads = self.room.lane.connection.gate.pass().await?;
        }
        Ok(())
    }

    /// Whether the lane still carries this chat: more may have come than it turned out to carry, or it is lost.
    pub(crate) fn is_good(&self) -> bool {
        let connection = &self.room.lane.connection;
        !connection.is_broken() && (self.leads || connection.chats() <= connection.carries())
    }

    /// This chat's time is over, and not that of the others who wait for its connection: one of them leads instead.
    pub(crate) fn ran_out_of_time(&self, message_has_left: bool) {
        if self.leads && !message_has_left {
            self.break_lane();
        }
    }

    /// The service has answered on this connection.
    pub(crate) fn answered(&self) {
        self.room.lane.connection.set_proven();
    }

    /// Whether the message, which was not looked at, goes to another lane as if it had not left: services close each
    /// connection after some time or so many messages. One that is closed before anything was answered on it is an error,
    /// or there would be connections without end.
    pub(crate) fn may_change_lanes(&self, error: &h2::Error) -> bool {
        failure::is_of_drain(error) && self.room.lane.connection.is_proven()
    }

    /// The connection failed before the message was on its way: those who wait for this chat's connection fail alike.
    pub(crate) fn connect_failed(&mut self, error: &Error) {
        if std::mem::take(&mut self.leads) {
            self.room.lane.connection.gate.fail(error);
        }
        self.break_lane();
    }

    pub(crate) fn break_lane(&self) {
        self.room.lane.connection.set_broken();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.leads {
            self.room.lane.connection.gate.vacate();
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
