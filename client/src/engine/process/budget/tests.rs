use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::*;

/// Polled once: a permit, or a place in the queue.
fn poll<F: Future<Output = Permit>>(waiting: std::pin::Pin<&mut F>) -> Option<Permit> {
    match waiting.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(permit) => Some(permit),
        Poll::Pending => None,
    }
}

#[test]
fn a_permit_is_held_until_it_is_dropped() {
    let share = Budget::of(1).join();
    let permit = share.try_acquire().unwrap();
    assert_eq!(share.held(), 1);
    assert!(share.try_acquire().is_none());
    drop(permit);
    assert_eq!(share.held(), 0);
    assert!(share.try_acquire().is_some());
}

#[test]
fn a_route_with_many_waiting_holds_up_another_by_one_permit() {
    let budget = Budget::of(1);
    let (crowd, other) = (budget.join(), budget.join());
    let permit = crowd.try_acquire().unwrap();
    let (mut first, mut second) = (pin!(crowd.acquire()), pin!(crowd.acquire()));
    let mut third = pin!(other.acquire());
    assert!(poll(first.as_mut()).is_none());
    assert!(poll(second.as_mut()).is_none());
    assert!(poll(third.as_mut()).is_none());
    assert!(budget.is_contended());
    drop(permit);
    let permit = poll(first.as_mut()).unwrap();
    assert!(poll(second.as_mut()).is_none());
    drop(permit);
    assert!(poll(second.as_mut()).is_none());
    let permit = poll(third.as_mut()).unwrap();
    drop(permit);
    assert!(poll(second.as_mut()).is_some());
    assert!(!budget.is_contended());
}

#[test]
fn whoever_gives_up_leaves_the_queue() {
    let budget = Budget::of(1);
    let share = budget.join();
    let permit = share.try_acquire().unwrap();
    {
        let mut given_up = pin!(share.acquire());
        assert!(poll(given_up.as_mut()).is_none());
        let mut behind = pin!(share.acquire());
        assert!(poll(behind.as_mut()).is_none());
    }
    assert!(!budget.is_contended());
    drop(permit);
    assert!(poll(pin!(share.acquire())).is_some());
}

#[test]
fn more_than_the_share_is_used_again_only_while_nobody_waits() {
    let budget = Budget::of(2);
    let (share, other) = (budget.join(), budget.join());
    let permit = share.try_acquire().unwrap();
    let second = share.try_acquire().unwrap();
    assert!(share.may_reuse());
    let mut waiting = pin!(other.acquire());
    assert!(poll(waiting.as_mut()).is_none());
    assert!(!share.may_reuse());
    drop(second);
    assert!(share.may_reuse());
    let _third = budget.join();
    let _held = poll(waiting.as_mut()).unwrap();
    let fourth = budget.join();
    let mut waiting = pin!(fourth.acquire());
    assert!(poll(waiting.as_mut()).is_none());
    assert!(!share.may_reuse(), "four routes, two permits");
    drop(permit);
}

#[test]
fn who_begins_to_wait_has_idle_connections_closed() {
    struct Idle(Mutex<Option<Permit>>);
    impl Evict for Idle {
        fn make_room(&self) {
            self.0.lock().unwrap().take();
        }

        fn evict_old(&self) -> Option<Instant> {
            None
        }
    }
    let budget = Budget::of(1);
    let (share, other) = (budget.join(), budget.join());
    let idle = Arc::new(Idle(Mutex::new(share.try_acquire())));
    let evict: Arc<dyn Evict> = idle.clone();
    budget.watch(Arc::downgrade(&evict));
    assert!(poll(pin!(other.acquire())).is_some());
}

#[test]
fn idle_connections_within_the_share_give_way_to_a_route_below_its_own_alone() {
    let budget = Budget::of(4);
    let (crowd, other) = (budget.join(), budget.join());
    let _one = other.try_acquire().unwrap();
    let _others: Vec<_> = std::iter::from_fn(|| crowd.try_acquire()).collect();
    assert!(crowd.may_keep() && other.may_keep());
    let mut hungry = pin!(crowd.acquire());
    assert!(poll(hungry.as_mut()).is_none());
    assert!(!crowd.may_keep(), "it waits itself");
    assert!(other.may_keep());
    let third = budget.join();
    {
        let mut poor = pin!(third.acquire());
        assert!(poll(poor.as_mut()).is_none());
        assert!(!other.may_keep());
    }
    assert!(other.may_keep());
}

#[test]
fn what_can_do_without_has_no_more_than_the_share() {
    let budget = Budget::of(4);
    let share = budget.join();
    let alone: Vec<_> = std::iter::from_fn(|| share.try_acquire_spare()).collect();
    assert_eq!(alone.len(), 4);
    drop(alone);
    let _other = budget.join();
    let beside: Vec<_> = std::iter::from_fn(|| share.try_acquire_spare()).collect();
    assert_eq!(beside.len(), 2);
}
