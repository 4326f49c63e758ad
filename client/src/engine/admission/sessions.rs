//! Session order: the chats of one session go out one after another, in the order in which they were accepted.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The sessions that have a chat under way, each with the chats that wait behind it. An idle session is not kept.
#[derive(Default)]
pub(crate) struct Sessions {
    waiting: Mutex<HashMap<Arc<str>, VecDeque<oneshot::Sender<()>>>>,
}

impl Sessions {
    /// A place in the session's queue, taken at once; to be waited for.
    pub(crate) fn enqueue(self: &Arc<Self>, session_id: &str) -> Turn {
        let mut waiting = self.lock();
        let (session_id, predecessor) = match waiting.get_key_value(session_id) {
            None => {
                let session_id = Arc::from(session_id);
                waiting.insert(Arc::clone(&session_id), VecDeque::new());
                (session_id, None)
            }
            Some((session_id, _)) => {
                let session_id = session_id.clone();
                let (hand_over, handed) = oneshot::channel();
                waiting
                    .entry(session_id.clone())
                    .or_default()
                    .push_back(hand_over);
                (session_id, Some(handed))
            }
        };
        Turn {
            sessions: self.clone(),
            session_id,
            predecessor,
        }
    }

    fn hand_on(&self, session_id: &str) {
        let mut waiting = self.lock();
        if let Some(queue) = waiting.get_mut(session_id) {
            while let Some(next) = queue.pop_front() {
                // Fails where the chat was given up while it waited.
                if next.send(()).is_ok() {
                    return;
                }
            }
            waiting.remove(session_id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, VecDeque<oneshot::Sender<()>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A chat's place in the queue of its session; dropped, the next one's turn has come.
pub(crate) struct Turn {
    sessions: Arc<Sessions>,
    session_id: Arc<str>,
    /// Tells when it is this chat's turn; `None` once it is.
    predecessor: Option<oneshot::Receiver<()>>,
}

impl Turn {
    pub(crate) fn has_come(&self) -> bool {
        self.predecessor.is_none()
    }

    pub(crate) async fn wait(&mut self) {
        if let Some(predecessor) = &mut self.predecessor {
            // The queue outlives those in it, so this is the handing over and nothing else.
            _ = predecessor.await;
            self.predecessor = None;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let has_come = self.predecessor.take().is_none_or(|mut predecessor| {
            predecessor.close();
            // It may have been handed over already, unseen.
            predecessor.try_recv().is_ok()
        });
        if has_come {
            self.sessions.hand_on(&self.session_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    fn has_come(turn: &mut Turn) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        pin!(turn.wait()).poll(&mut context).is_ready()
    }

    #[test]
    fn chats_of_a_session_go_one_after_another() {
        let sessions = Arc::new(Sessions::default());
        let mut first = sessions.enqueue("a");
        let mut second = sessions.enqueue("a");
        let mut third = sessions.enqueue("a");
        assert!(has_come(&mut first) && !has_come(&mut second) && !has_come(&mut third));
        drop(first);
        assert!(has_come(&mut second) && !has_come(&mut third));
        drop(second);
        assert!(has_come(&mut third));
    }

    #[test]
    fn sessions_do_not_wait_for_each_other() {
        let sessions = Arc::new(Sessions::default());
        let _a = sessions.enqueue("a");
        assert!(has_come(&mut sessions.enqueue("b")));
    }

    #[test]
    fn one_that_gives_up_in_the_queue_is_passed_over() {
        let sessions = Arc::new(Sessions::default());
        let first = sessions.enqueue("a");
        let second = sessions.enqueue("a");
        let mut third = sessions.enqueue("a");
        drop(second);
        assert!(!has_come(&mut third), "the first is still under way");
        drop(first);
        assert!(has_come(&mut third));
    }

    #[test]
    fn one_that_gives_up_when_its_turn_has_just_come_passes_it_on() {
        let sessions = Arc::new(Sessions::default());
        let first = sessions.enqueue("a");
        let second = sessions.enqueue("a");
        let mut third = sessions.enqueue("a");
        drop(first);
        drop(second);
        assert!(has_come(&mut third));
    }

    #[test]
    fn idle_sessions_are_not_kept() {
        let sessions = Arc::new(Sessions::default());
        let first = sessions.enqueue("a");
        let second = sessions.enqueue("a");
        drop(second);
        drop(first);
        assert!(sessions.lock().is_empty());
    }
}
