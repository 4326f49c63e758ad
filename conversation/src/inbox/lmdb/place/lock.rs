//! One process has a store, and one time only.
//!
//! The lock is the system's: it ends with the process, however that ends, and a child does not inherit it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fault;
use crate::inbox::lmdb::binding;
use crate::inbox::store::StoreError;

const LOCK: &str = "lock";

/// The files that are locked, by device and number, and the process that has locked them: a child has its parent's list.
/// The system's lock would end if a file was opened and closed once more.
static LOCKED: Mutex<BTreeMap<(u64, u64), u32>> = Mutex::new(BTreeMap::new());

/// A store's lock.
pub(super) struct Lock {
    /// `None`: there is no file to lock, and nobody has the store.
    held: Option<(File, (u64, u64))>,
}

impl Lock {
    /// For who writes.
    pub(super) fn exclusive(path: &Path) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        Self::take(path, &options, true)
    }

    /// For who reads.
    pub(super) fn shared(path: &Path) -> Result<Self, StoreError> {
        Self::take(path, OpenOptions::new().read(true), false)
    }

    fn take(path: &Path, options: &OpenOptions, is_exclusive: bool) -> Result<Self, StoreError> {
        let name = path.join(LOCK);
        let mut locked = locked();
        let own = process::id();
        match std::fs::metadata(&name) {
            Ok(found) if locked.get(&id(&found)) == Some(&own) => {
                return Err(fault::taken_here(path));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_exclusive => {
                return Ok(Self { held: None });
            }
            _ => {}
        }
        let file = options
            .open(&name)
            .map_err(|error| fault::io(path, &error))?;
        let found = file.metadata().map_err(|error| fault::io(path, &error))?;
        binding::lock(&file, is_exclusive).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::PermissionDenied => {
                fault::taken(path, is_exclusive)
            }
            _ => fault::io(path, &error),
        })?;
        locked.insert(id(&found), own);
        Ok(Self {
            held: Some((file, id(&found))),
        })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let Some((file, id)) = self.held.take() else {
            return;
        };
        let mut locked = locked();
        if locked.get(&id) == Some(&process::id()) {
            drop(file);
            locked.remove(&id);
            if locked.is_empty() {
                // An empty map that had something keeps its memory.
                *locked = BTreeMap::new();
            }
        } else {
            // In a child: closing it would end a lock that the child has taken since.
            std::mem::forget(file);
        }
    }
}

fn locked() -> MutexGuard<'static, BTreeMap<(u64, u64), u32>> {
    LOCKED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn id(found: &std::fs::Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}
