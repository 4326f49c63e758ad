//! Tables become smaller again when most of what was in them is gone.

/// A table of fewer places is left as it is.
const SMALL: usize = 1_024;

/// How many places a table is to keep, if it is to give some back: when three in four are free, so that it moves what it has as seldom as a
/// growing one.
pub(super) fn enough(len: usize, capacity: usize) -> Option<usize> {
    (capacity > SMALL && len < capacity / 4).then(|| (len * 2).max(SMALL))
}

/// Has tables give back what they do not need.
macro_rules! give_back {
    ($($table:expr),+) => {
        $(if let Some(places) = $crate::inbox::memory::room::enough($table.len(), $table.capacity()) {
            $table.shrink_to(places);
        })+
    };
}

pub(super) use give_back;
