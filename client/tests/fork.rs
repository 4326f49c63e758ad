//! A client and its futures on both sides of a fork.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use robofy_client::{AsyncClient, Message, ReplyFuture, Status};
use support::{CHATBOT_ID, PID, STREAM, async_client_of, client_of, eventually, services};

/// Fails, rather than to hang for ever on a lock that nobody holds in this process.
const PATIENCE: u32 = 60;

fn ask(client: &AsyncClient, query: &str) -> ReplyFuture {
    client.whatsapp_chat(PID, CHATBOT_ID, None, query)
}

/// Does the child's part in a child, and says whether it went well.
fn in_child(part: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child calls the library, which allows it, and glibc's allocator, which works after a fork; it ends
    // without running what the parent's other threads left behind.
    unsafe {
        match libc::fork() {
            0 => {
                libc::alarm(PATIENCE);
                libc::_exit(i32::from(!part()));
            }
            child => {
                let mut status = 0;
                assert_eq!(libc::waitpid(child, &mut status, 0), child);
                libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
            }
        }
    }
}

#[test]
fn a_child_chats_and_leaves_the_parents_chats_alone() {
    for service in services() {
        let client = async_client_of(&service);
        pollster::block_on(ask(&client, "Hi")).unwrap();
        let (first, second) = (
            ask(&client, "!delay-ms=10000"),
            ask(&client, "!delay-ms=10000"),
        );
        eventually("both arrived", || service.stats().requests == 3);

        let mut both = Some((first, second));
        let went_well = in_child(|| {
            let (first, second) = both.take().unwrap();
            let left_behind = pollster::block_on(first).unwrap_err();
            drop(second);
            let reply = pollster::block_on(ask(&client, "!answer=child"));
            let stats = client.stats();
            drop(client.clone());
            left_behind.status() == Status::Cancelled
                && reply.is_ok_and(|reply| reply.answer() == "child")
                && (stats.answered, stats.cancelled, stats.in_flight) == (1, 0, 0)
        });
        assert!(went_well);

        let (first, second) = both.unwrap();
        pollster::block_on(first).unwrap();
        pollster::block_on(second).unwrap();
        assert_eq!((client.stats().answered, client.stats().cancelled), (3, 0));
    }
}

#[test]
fn a_child_has_no_part_in_its_parents_streams() {
    for service in services() {
        let client = client_of(&service);
        let open = |query| {
            client
                .stream(STREAM, &Message::new(PID, CHATBOT_ID, query))
                .unwrap()
        };
        let mut both = Some((open("!answer=x event-delay-ms=100"), open("!delay-ms=1000")));
        both.as_ref().unwrap().0.wait(None).unwrap();
        let went_well = in_child(|| {
            let (mut first, second) = both.take().unwrap();
            let left_behind = first.next().unwrap().unwrap_err();
            drop(second);
            left_behind.status() == Status::Cancelled
                && first.is_done()
                && first.text().is_empty()
                && !first.cancel()
                && first.poll_fd().is_err()
                && open("Hi").all(|event| event.is_ok())
        });
        assert!(went_well);
        let (first, second) = both.unwrap();
        assert_eq!(first.map(Result::unwrap).count(), 8);
        assert!(second.map(Result::unwrap).count() > 8);
        assert_eq!((client.stats().answered, client.stats().cancelled), (2, 0));
    }
}

/// A child has the descriptors of its parent's connections, and must not keep the connections thereby.
#[test]
fn what_the_parent_closes_is_closed_though_a_child_lives() {
    for service in services() {
        let client = client_of(&service);
        client.whatsapp_chat(PID, CHATBOT_ID, None, "Hi").unwrap();
        client.whatsapp_chat(PID, CHATBOT_ID, None, "Hi").unwrap();
        // SAFETY: the child sleeps until it is killed, and nothing else.
        let child = unsafe {
            match libc::fork() {
                0 => {
                    libc::alarm(PATIENCE);
                    loop {
                        libc::pause();
                    }
                }
                child => child,
            }
        };
        drop(client);
        eventually("its connections are closed", || {
            service.stats().connections_open == 0
        });
        // SAFETY: the child is ours, and is waited for once.
        unsafe {
            assert_eq!(libc::kill(child, libc::SIGKILL), 0);
            assert_eq!(libc::waitpid(child, std::ptr::null_mut(), 0), child);
        }
    }
}
