use std::sync::mpsc;

use tokio::time::timeout;

use super::*;

const NAME: &str = "service.invalid";
const OTHER: &str = "other.invalid";

fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, last], 0))
}

/// A name server that answers when told to, and how often each name was looked up.
fn name_server() -> (Resolver, mpsc::Sender<Outcome>, Arc<Mutex<Vec<String>>>) {
    let (server, answers) = mpsc::channel::<Outcome>();
    let (answers, asked) = (Mutex::new(answers), Arc::<Mutex<Vec<String>>>::default());
    let log = asked.clone();
    let resolver = Resolver::with(Arc::new(move |name| {
        lock(&log).push(name.to_owned());
        match name {
            NAME => lock(&answers).recv().unwrap_or(Err(NameError::Temporary)),
            _ => Ok(vec![address(9)]),
        }
    }));
    (resolver, server, asked)
}

/// As if so much time had passed.
fn age(resolver: &Resolver, by: Duration) {
    let mut names = lock(&resolver.names);
    for known in names.values_mut() {
        known.asked -= by;
        if let Some((_, at)) = &mut known.known {
            *at -= by;
        }
        if let Some((_, at)) = &mut known.winner {
            *at -= by;
        }
    }
}

#[tokio::test]
async fn a_stuck_name_has_one_lookup_and_delays_no_other() {
    let (resolver, server, asked) = name_server();
    for _ in 0..3 {
        let hurried = timeout(Duration::from_millis(20), resolver.resolve(NAME));
        assert!(hurried.await.is_err());
    }
    let other = resolver.resolve(OTHER).await.unwrap();
    assert_eq!(other.addresses, [address(9)]);
    server.send(Ok(vec![address(1)])).unwrap();
    let patient = resolver.resolve(NAME).await.unwrap();
    assert_eq!(patient.addresses, [address(1)]);
    assert_eq!(*lock(&asked), [NAME, OTHER]);
}

#[tokio::test]
async fn addresses_are_fresh_for_a_moment() {
    let (resolver, _server, asked) = name_server();
    resolver.resolve(OTHER).await.unwrap();
    resolver.resolve(OTHER).await.unwrap();
    assert_eq!(lock(&asked).len(), 1);
    age(&resolver, FRESH);
    resolver.resolve(OTHER).await.unwrap();
    assert_eq!(lock(&asked).len(), 2);
}

#[tokio::test]
async fn known_addresses_serve_while_the_name_servers_do_not() {
    let (resolver, server, _) = name_server();
    server.send(Ok(vec![address(1)])).unwrap();
    resolver.resolve(NAME).await.unwrap();
    age(&resolver, FRESH);
    server.send(Err(NameError::Temporary)).unwrap();
    let resolved = resolver.resolve(NAME).await.unwrap();
    assert_eq!(resolved.addresses, [address(1)]);
    // This one is stuck.
    let resolved = resolver.resolve(NAME).await.unwrap();
    assert_eq!(resolved.addresses, [address(1)]);
    server.send(Err(NameError::Unknown)).unwrap();
    while lock(&resolver.names)[NAME].lookup.is_some() {
        tokio::task::yield_now().await;
    }
    server.send(Err(NameError::Unknown)).unwrap();
    assert_eq!(resolver.resolve(NAME).await, Err(NameError::Unknown));
    age(&resolver, STALE);
    server.send(Err(NameError::Temporary)).unwrap();
    assert_eq!(resolver.resolve(NAME).await, Err(NameError::Temporary));
}

#[tokio::test]
async fn the_winner_is_remembered_for_a_while() {
    let (resolver, _server, _) = name_server();
    resolver.resolve(OTHER).await.unwrap();
    resolver.remember(OTHER, address(9).ip());
    let winner = resolver.resolve(OTHER).await.unwrap().winner;
    assert_eq!(winner, Some(address(9).ip()));
    age(&resolver, KEPT);
    assert_eq!(resolver.resolve(OTHER).await.unwrap().winner, None);
}

#[tokio::test]
async fn names_that_nobody_asks_for_are_forgotten() {
    let (resolver, _server, _) = name_server();
    resolver.resolve(OTHER).await.unwrap();
    age(&resolver, KEPT);
    resolver.resolve("third.invalid").await.unwrap();
    let names = lock(&resolver.names);
    assert_eq!(names.keys().collect::<Vec<_>>(), ["third.invalid"]);
}
