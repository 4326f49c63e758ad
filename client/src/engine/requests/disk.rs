//! Work that waits for the disk, each piece on a thread of its own.

use tokio::sync::oneshot;

use crate::engine::errors::request::without_a_thread;
use crate::engine::process::threads;
use crate::error::Error;

/// What `work` returns. It waits while others are at work; it fails where the system refuses a thread.
pub(super) async fn wait_for<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let permit = threads::permit_for_disk().await.map_err(Error::internal)?;
    let (done, result) = oneshot::channel();
    threads::spawn(move || {
        let outcome = work();
        drop(permit);
        _ = done.send(outcome);
    })
    .map_err(|_| without_a_thread())?;
    result
        .await
        .map_err(|_| Error::internal("a file's reader is gone"))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn stuck_work_makes_other_work_wait_and_leaves_threads_to_lookups() {
        let (let_go, told) = mpsc::channel::<()>();
        let told = std::sync::Arc::new(std::sync::Mutex::new(told));
        let stuck: Vec<_> = (0..=threads::MAX)
            .map(|_| {
                let told = told.clone();
                tokio::spawn(wait_for(move || told.lock().unwrap().recv().is_ok()))
            })
            .collect();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let (spoken, heard) = oneshot::channel();
        threads::spawn(move || _ = spoken.send(())).unwrap();
        heard.await.unwrap();
        for _ in 0..=threads::MAX {
            let_go.send(()).unwrap();
        }
        for work in stuck {
            assert!(work.await.unwrap().unwrap());
        }
    }
}
