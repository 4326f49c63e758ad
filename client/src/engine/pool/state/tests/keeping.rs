//! Which connections are used again, and which are closed.

use super::*;

#[test]
fn the_connection_used_last_goes_first() {
    let (mut pool, first) = over_http2(2);
    let now = Instant::now();
    let second = connection();
    pool.add_shared(second.clone());
    pool.allow(&second, 2);
    for expected in [&second, &second, &first, &first] {
        assert!(Rc::ptr_eq(&pool.takes(now).unwrap(), expected));
    }
    assert!(
        pool.take(now).is_none() && pool.open.is_empty(),
        "both are full"
    );
    pool.release(now, &first, false);
    assert!(Rc::ptr_eq(&pool.takes(now).unwrap(), &first));
    for (at, single) in [1, 2, 3].into_iter().enumerate() {
        pool.put_back(now + Duration::from_millis(at as u64), single);
    }
    assert_eq!(pool.take(now), Some(Granted::Single(3)));
}

#[test]
fn a_closed_connection_is_given_to_nobody() {
    let (mut pool, first) = over_http2(10);
    let now = Instant::now();
    pool.takes(now).unwrap();
    first.closed.set(true);
    assert!(pool.take(now).is_none());
    pool.release(now, &first, false);
    assert!(pool.open.is_empty());
    assert_eq!(Rc::strong_count(&first), 1);
}

#[test]
fn a_surplus_connection_is_let_go_once_nobody_uses_it() {
    let (mut pool, first) = over_http2(10);
    let now = Instant::now();
    pool.takes(now).unwrap();
    pool.takes(now).unwrap();
    pool.release(now, &first, true);
    assert_eq!(pool.open.len(), 1, "a chat is on it");
    pool.release(now, &first, true);
    assert!(pool.open.is_empty());
}

#[test]
fn what_is_idle_for_long_is_taken_out() {
    let (mut pool, first) = over_http2(1);
    let now = Instant::now();
    let second = connection();
    pool.add_shared(second.clone());
    pool.allow(&second, 2);
    assert!(Rc::ptr_eq(&pool.takes(now).unwrap(), &second));
    first.set_idle_since(now);
    pool.put_back(now, 1);
    let later = now + IDLE_SINGLE / 2;
    pool.put_back(later, 2);
    let (evicted, next) = pool.evict(later);
    assert!(evicted.shared.is_empty() && evicted.single.is_empty());
    assert_eq!(next, Some(now + IDLE_SINGLE));
    let (evicted, next) = pool.evict(now + IDLE_SINGLE);
    assert_eq!((evicted.single, next), (vec![1], Some(later + IDLE_SINGLE)));
    let (evicted, next) = pool.evict(now + IDLE_SHARED);
    assert_eq!((evicted.shared.len(), evicted.single), (1, vec![2]));
    assert_eq!(next, None, "the other is in use");
    assert!(!first.listed.get() && second.listed.get());
    second.closed.set(true);
    assert_eq!(pool.evict(now).0.shared.len(), 1);
}

#[test]
fn an_old_connection_is_not_given_before_it_is_taken_out() {
    let mut pool = Pool::new(Some(Protocol::Http1));
    let now = Instant::now();
    pool.put_back(now, 1);
    pool.put_back(now, 2);
    assert!(pool.take(now + IDLE_SINGLE).is_none());
    assert!(pool.idle.is_empty());
}

#[test]
fn all_that_is_idle_can_be_spared() {
    let (mut pool, first) = over_http2(2);
    let now = Instant::now();
    first.set_idle_since(now);
    let second = connection();
    pool.add_shared(second.clone());
    pool.allow(&second, 2);
    pool.takes(now).unwrap();
    pool.put_back(now, 1);
    let evicted = pool.evict_idle();
    assert_eq!((evicted.shared.len(), evicted.single), (1, vec![1]));
    assert_eq!(pool.open.len(), 1);
}
