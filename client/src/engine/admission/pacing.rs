//! Pacing: an account's messages leave no faster than its service allows.
//!
//! A message is metered twice. At acceptance it reserves a moment, in order, at which it should have a connection. With a
//! connection in hand it takes a moment to be sent, since connections take different times. The service counts sent messages
//! alone, and the time that a connection takes does not delay the messages behind it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::meter::Meter;
use crate::options::Pace;

pub(crate) struct Pacer(Mutex<Meters>);

struct Meters {
    reservations: Meter,
    sends: Meter,
    /// How far the time of the sends' meter is behind, since messages left later than at their moments: all that wait
    /// are put off alike, and stay in order.
    delay: Duration,
}

impl Pacer {
    pub(crate) fn new(pace: Pace) -> Self {
        Self(Mutex::new(Meters {
            reservations: Meter::new(pace),
            sends: Meter::new(pace),
            delay: Duration::ZERO,
        }))
    }

    /// The next free moment, or how long the wait for it is if that does not end before `deadline`.
    pub(crate) fn reserve(
        self: &Arc<Self>,
        now: Instant,
        deadline: Instant,
    ) -> Result<Reservation, Duration> {
        Ok(Reservation {
            at: self.lock().reservations.take(now, deadline)?,
            pacer: self.clone(),
            sending: Mutex::new(Sending::Unknown),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Meters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message's place in the pace. Dropped, it returns what of it is still to come.
pub(crate) struct Reservation {
    pacer: Arc<Pacer>,
    at: Instant,
    /// Locked inside the pacer's lock.
    sending: Mutex<Sending>,
}

#[derive(Clone, Copy)]
enum Sending {
    Unknown,
    /// In the time of the sends' meter.
    At(Instant),
    Over,
}

impl Reservation {
    /// When the message should have its connection, or begin to get one.
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    /// When to send, for whoever has a connection in hand at [`at`](Self::at) or later; or how long the wait is if it does
    /// not end before `deadline`. Not later than `now`, it has to be sent now, and counts as sent; otherwise this is asked
    /// again then. A message that is sent again reserves anew.
    pub(crate) fn claim(&self, now: Instant, deadline: Instant) -> Result<Instant, Duration> {
        let mut meters = self.pacer.lock();
        let mut sending = self.sending();
        let delay = meters.delay;
        let moment = match *sending {
            Sending::Unknown => {
                let ready = now.max(self.at);
                meters.sends.take(ready - delay, deadline - delay)?
            }
            Sending::At(moment) => moment,
            Sending::Over => return Ok(now),
        };
        let sends_at = moment + delay;
        if sends_at <= now {
            *sending = Sending::Over;
            let late = now - sends_at;
            meters.delay = delay + late.saturating_sub(meters.sends.jitter());
        } else {
            *sending = Sending::At(moment);
            if sends_at >= deadline {
                return Err(sends_at - now);
            }
        }
        Ok(sends_at)
    }

    fn sending(&self) -> MutexGuard<'_, Sending> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut meters = self.pacer.lock();
        match *self.sending() {
            Sending::Unknown => meters.reservations.give_back(self.at),
            Sending::At(moment) => meters.sends.give_back(moment),
            Sending::Over => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: Duration = Duration::from_secs(3600);

    fn pacer(per_minute: u32, burst: u32) -> Arc<Pacer> {
        let interval = Duration::from_secs(60) / per_minute;
        Arc::new(Pacer::new(Pace { interval, burst }))
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn reserve(pacer: &Arc<Pacer>, now: Instant) -> Reservation {
        pacer.reserve(now, now + NEVER).ok().unwrap()
    }

    fn send(reservation: &Reservation, now: Instant) -> Instant {
        reservation.claim(now, now + NEVER).unwrap()
    }

    /// The waits, in milliseconds, of so many that come now and are sent on time.
    fn waits<const N: usize>(pacer: &Arc<Pacer>, now: Instant) -> [u128; N] {
        [(); N].map(|()| {
            let reservation = reserve(pacer, now);
            let at = reservation.at();
            assert_eq!(send(&reservation, at), at);
            (at - now).as_millis()
        })
    }

    #[test]
    fn a_burst_is_sent_at_once_and_the_rest_at_the_pace() {
        let (pacer, now) = (pacer(30, 3), Instant::now());
        assert_eq!(waits(&pacer, now), [0, 0, 0, 2020, 4020, 6020]);
    }

    #[test]
    fn the_burst_is_there_again_after_a_pause() {
        let (pacer, now) = (pacer(60, 2), Instant::now());
        assert_eq!(waits(&pacer, now), [0, 0, 1020]);
        let later = now + Duration::from_secs(10);
        assert_eq!(waits(&pacer, later), [0, 0, 1020]);
    }

    #[test]
    fn slow_connections_do_not_slow_the_pace() {
        let (pacer, start) = (pacer(600, 1), Instant::now());
        for count in 0..50 {
            let now = start + millis(100) * count;
            let reservation = reserve(&pacer, now);
            assert_eq!(reservation.at(), now);
            let connected = now + millis(300);
            assert_eq!(send(&reservation, connected), connected);
        }
    }

    #[test]
    fn messages_conform_however_long_connections_take() {
        let (pacer, now) = (pacer(600, 1), Instant::now());
        let reservations = [(); 20].map(|()| reserve(&pacer, now));
        let mut ready: Vec<_> = reservations
            .iter()
            .zip([300, 0, 250, 40, 170].into_iter().cycle())
            .map(|(reservation, connecting)| (reservation.at() + millis(connecting), reservation))
            .collect();
        ready.sort_by_key(|(ready, _)| *ready);
        let sends: Vec<_> = ready
            .iter()
            .map(|(ready, reservation)| send(reservation, *ready))
            .collect();
        for (before, after) in sends.iter().zip(&sends[1..]) {
            assert!(*after - *before >= millis(100), "{:?}", *after - *before);
        }
        let last = *sends.last().unwrap();
        assert!(last - now < millis(105) * 20 + millis(300));
    }

    #[test]
    fn those_who_are_late_together_are_not_sent_together() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        let reservations = [(); 3].map(|()| reserve(&pacer, now));
        let late = now + Duration::from_secs(9);
        let waits = reservations
            .each_ref()
            .map(|reservation| (send(reservation, late) - late).as_millis());
        assert_eq!(waits, [0, 2020, 4040]);
    }

    #[test]
    fn those_whose_moments_were_missed_together_are_not_sent_together() {
        let (pacer, now) = (pacer(600, 1), Instant::now());
        let [first, second, third, fourth] = [(); 4].map(|()| reserve(&pacer, now));
        let ready = fourth.at();
        assert_eq!(send(&first, ready), ready);
        for (reservation, wait) in [(&second, 105), (&third, 210), (&fourth, 315)] {
            assert_eq!(send(reservation, ready), ready + millis(wait));
        }
        // Nobody could run for so long.
        let late = ready + millis(1000);
        assert!(send(&second, late) <= late);
        assert_eq!(send(&third, late), late + millis(100));
        assert_eq!(send(&fourth, late), late + millis(205));
    }

    #[test]
    fn those_who_miss_their_moments_by_little_lose_nothing() {
        let (pacer, now) = (pacer(600, 1), Instant::now());
        let reservations = [(); 20].map(|()| reserve(&pacer, now));
        for reservation in &reservations {
            let at = reservation.at() + millis(2);
            assert_eq!(send(reservation, at), at);
        }
        assert_eq!(reservations[19].at() - now, millis(105) * 19);
    }

    #[test]
    fn who_is_put_off_past_the_deadline_is_not_sent() {
        let (pacer, now) = (pacer(600, 1), Instant::now());
        let [first, second, third] = [(); 3].map(|()| reserve(&pacer, now));
        let ready = third.at();
        let deadline = ready + millis(500);
        for reservation in [&first, &second, &third] {
            assert!(reservation.claim(ready, deadline).is_ok());
        }
        let late = ready + millis(450);
        assert!(second.claim(late, deadline).is_ok());
        assert_eq!(third.claim(late, deadline), Err(millis(100)));
    }

    #[test]
    fn a_late_burst_stays_a_burst() {
        let (pacer, now) = (pacer(600, 3), Instant::now());
        let reservations = [(); 4].map(|()| reserve(&pacer, now));
        let late = now + millis(250);
        let waits = reservations
            .each_ref()
            .map(|reservation| (send(reservation, late) - late).as_millis());
        assert_eq!(waits, [0, 0, 0, 105]);
    }

    #[test]
    fn who_cannot_be_sent_before_the_deadline_takes_nothing() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        let [first, second, third] = [(); 3].map(|()| reserve(&pacer, now));
        let late = third.at();
        send(&first, late);
        let refused = second.claim(late, late + Duration::from_secs(1));
        assert_eq!(refused, Err(Duration::from_secs(2)));
        assert_eq!((send(&third, late) - late).as_millis(), 2020);
    }

    #[test]
    fn a_reservation_that_is_dropped_goes_to_the_next() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        let [_first, dropped, _third] = [(); 3].map(|()| reserve(&pacer, now));
        let free = dropped.at();
        drop(dropped);
        let refused = pacer.reserve(now, free);
        assert_eq!(refused.err(), Some(free - now));
        assert_eq!(reserve(&pacer, now).at(), free);
    }

    #[test]
    fn a_moment_to_send_that_is_dropped_goes_to_the_next() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        let [first, dropped, third] = [(); 3].map(|()| reserve(&pacer, now));
        let late = third.at();
        send(&first, late);
        let free = send(&dropped, late);
        assert!(free > late);
        drop(dropped);
        assert_eq!(send(&third, late), free);
    }
}
