//! What came, by the time at which it came.

use std::collections::VecDeque;

use super::room::give_back;

/// A queue by time, as small as one by arrival. Each time that the clock goes back it goes on in another line, so that what came while the
/// clock was ahead keeps nothing behind it.
pub(super) struct Order<T>(Vec<VecDeque<(i64, T)>>);

impl<T> Default for Order<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Order<T> {
    /// In the first line whose last is not later. The lines end the earlier, the later they began, so that there are no more of them than
    /// the clock went back in a row.
    pub(super) fn push(&mut self, time: i64, item: T) {
        let is_earlier =
            |line: &VecDeque<(i64, T)>| line.back().is_none_or(|(last, _)| *last <= time);
        let at = self.0.partition_point(|line| !is_earlier(line));
        match self.0.get_mut(at) {
            Some(line) => line.push_back((time, item)),
            None => self.0.push(VecDeque::from([(time, item)])),
        }
    }

    /// The first of a line whose first is over.
    pub(super) fn pop(&mut self, is_over: impl Fn(i64) -> bool) -> Option<(i64, T)> {
        let is_first_over =
            |line: &VecDeque<(i64, T)>| line.front().is_some_and(|(time, _)| is_over(*time));
        let at = self.0.iter().position(is_first_over)?;
        let line = self.0.get_mut(at)?;
        let first = line.pop_front();
        if line.is_empty() {
            self.0.remove(at);
        }
        first
    }

    /// Gives back the places that it does not need.
    pub(super) fn give_back(&mut self) {
        for line in &mut self.0 {
            give_back!(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_over_comes_out_whatever_came_before_it() {
        for (times, lines) in [
            (&[1, 2, 2, 3][..], 1),
            (&[9, 1, 2, 3], 2),
            (&[9, 1, 10, 2, 11, 3], 2),
            (&[9, 8, 1, 2, 8, 3], 3),
            (&[1, 9, 8, 2, 3, 3], 3),
        ] {
            let mut order = Order::default();
            for time in times {
                order.push(*time, ());
            }
            assert_eq!(order.0.len(), lines, "{times:?}");
            let mut over = Vec::new();
            while let Some((time, ())) = order.pop(|time| time < 5) {
                over.push(time);
            }
            let mut expected = times.to_vec();
            expected.retain(|time| *time < 5);
            over.sort_unstable();
            expected.sort_unstable();
            assert_eq!(over, expected, "{times:?}");
            while order.pop(|_| true).is_some() {}
            assert!(order.0.is_empty());
        }
    }
}
