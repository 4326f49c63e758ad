//! A folder that ends with its test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub(in crate::inbox::lmdb) struct Scratch(PathBuf);

impl Scratch {
    /// In memory where that can be had: what is synced there costs nothing.
    pub(in crate::inbox::lmdb) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let own = base.join(format!("robofy-lmdb-{}-{number}", std::process::id()));
        std::fs::create_dir(&own).unwrap();
        Self(own)
    }

    /// A path in it.
    pub(in crate::inbox::lmdb) fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
