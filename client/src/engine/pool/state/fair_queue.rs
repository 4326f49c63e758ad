//! A queue in which each tenant has its turn, however many another one has in it.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

pub(super) struct FairQueue<K, T> {
    /// Tenants with somebody in the queue, the next one in front.
    tenants: VecDeque<K>,
    waiting: HashMap<K, VecDeque<T>>,
    len: usize,
}

impl<K: Copy + Eq + Hash, T> FairQueue<K, T> {
    pub(super) fn new() -> Self {
        Self {
            tenants: VecDeque::new(),
            waiting: HashMap::new(),
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, tenant: K, item: T) {
        let queue = self.waiting.entry(tenant).or_default();
        if queue.is_empty() {
            self.tenants.push_back(tenant);
        }
        queue.push_back(item);
        self.len += 1;
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let tenant = self.tenants.pop_front()?;
        let queue = self.waiting.get_mut(&tenant)?;
        let item = queue.pop_front();
        match queue.is_empty() {
            true => _ = self.waiting.remove(&tenant),
            false => self.tenants.push_back(tenant),
        }
        self.len -= usize::from(item.is_some());
        item
    }

    /// Drops all but these.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        for queue in self.waiting.values_mut() {
            queue.retain(&mut keep);
        }
        self.waiting.retain(|_, queue| !queue.is_empty());
        self.tenants
            .retain(|tenant| self.waiting.contains_key(tenant));
        self.len = self.waiting.values().map(VecDeque::len).sum();
    }

    /// Drops everything, and the room that it took.
    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_take_turns_and_each_keeps_its_order() {
        let mut queue = FairQueue::new();
        for (tenant, item) in [(1, 'a'), (1, 'b'), (1, 'c'), (2, 'x'), (3, 'y'), (3, 'z')] {
            queue.push(tenant, item);
        }
        assert_eq!(queue.len(), 6);
        let order: String = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, "axybzc");
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn what_is_kept_keeps_its_order() {
        let mut queue = FairQueue::new();
        for (tenant, item) in [(1, 'a'), (2, 'x'), (1, 'b'), (3, 'y'), (1, 'c')] {
            queue.push(tenant, item);
        }
        queue.retain(|item| !"ax".contains(*item));
        assert_eq!((queue.len(), queue.tenants.len()), (3, 2));
        let order: String = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, "byc");
    }

    #[test]
    fn tenants_who_wait_for_nothing_are_not_kept() {
        let mut queue = FairQueue::new();
        queue.push(1, ());
        queue.pop();
        assert!(queue.tenants.is_empty() && queue.waiting.is_empty());
        assert_eq!(queue.pop(), None);
    }
}
