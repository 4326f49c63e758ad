//! What is wrong with a store, and what to do, for a person.

use std::io;
use std::path::Path;

use super::check::Wrong;
use crate::inbox::lmdb::binding;
use crate::inbox::lmdb::code::Code;
use crate::inbox::store::{StoreError, StoreFault};

/// Less room than this is none: LMDB calls a write that a full disk has cut short a damaged disk.
const LITTLE: u64 = 1 << 16;

/// A number of LMDB's or of the system's.
pub(in crate::inbox::lmdb) fn of(path: &Path, code: Code) -> StoreError {
    match code {
        Code::MAP_FULL => no_addresses(path),
        Code::INVALID | Code::CORRUPTED | Code::PAGE_NOTFOUND => file(path, Wrong::Damaged),
        Code::VERSION_MISMATCH => file(path, Wrong::Version),
        Code(number) if number > 0 => io(path, &io::Error::from_raw_os_error(number)),
        code => error(
            StoreFault::Unavailable,
            path,
            &format!(
                "LMDB refuses it: {}. Nothing that was accepted is lost. Open it again",
                code.text()
            ),
        ),
    }
}

/// An error of the system's.
pub(super) fn io(path: &Path, cause: &io::Error) -> StoreError {
    use io::ErrorKind as Kind;
    let has_room = || binding::room(path).is_none_or(|room| room > LITTLE);
    let (fault, what) = match (cause.kind(), cause.raw_os_error()) {
        (Kind::NotFound, _) => (StoreFault::Unavailable, "there is no such folder. Make it, or the one above it, or give another path".into()),
        (Kind::PermissionDenied, _) => (StoreFault::Unavailable, "this user may not read and write it. Change the owner or the mode of the folder and its files".into()),
        (Kind::ReadOnlyFilesystem, _) => (StoreFault::Unavailable, "it is on a read-only file system. Mount that for writing, or give another path".into()),
        (Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge, _) => return full(path),
        (_, Some(libc::EIO)) if !has_room() => return full(path),
        (_, Some(libc::ENOMEM)) => return no_addresses(path),
        (_, Some(libc::EMFILE | libc::ENFILE)) => (StoreFault::Unavailable, "there are too many open files. Raise the limit (ulimit -n), or close some".into()),
        _ => (StoreFault::Unavailable, format!("the system says: {cause}. What was just given to it is not kept. Check the disk")),
    };
    error(fault, path, &what)
}

/// A file that LMDB must not map.
pub(super) fn file(path: &Path, wrong: Wrong) -> StoreError {
    let (fault, what) = match wrong {
        Wrong::Unreadable(cause) => return io(path, &cause),
        Wrong::Damaged => (
            StoreFault::Damaged,
            "its file data.mdb is damaged, or not a store's. Restore it from a copy, or move it away to begin with an empty store",
        ),
        Wrong::Truncated => (
            StoreFault::Damaged,
            "the end of its file data.mdb is missing. Restore it from a copy, or move it away to begin with an empty store",
        ),
        Wrong::Machine => (
            StoreFault::Foreign,
            "it was written on a machine of another byte order or word size. Open it there, or move its file data.mdb away to begin with an empty store",
        ),
        Wrong::Version => (
            StoreFault::Foreign,
            "it was written by another version of LMDB. Open it with the version of this library that wrote it",
        ),
    };
    error(fault, path, what)
}

/// It is LMDB's, but another program's.
pub(super) fn stranger(path: &Path) -> StoreError {
    error(
        StoreFault::Damaged,
        path,
        "its file data.mdb belongs to another program, or is damaged. Give another path, or restore it from a copy",
    )
}

/// It is of a later version.
pub(super) fn later(path: &Path, version: u32, own: u32) -> StoreError {
    let what = format!(
        "it has version {version}, and this library reads up to {own}. Use the library that wrote it, or a later one"
    );
    error(StoreFault::Foreign, path, &what)
}

/// The path is a file.
pub(super) fn no_folder(path: &Path) -> StoreError {
    error(
        StoreFault::Unavailable,
        path,
        "it is a file, and a store is a folder. Give the path of a folder, or of one to be made",
    )
}

/// There is nothing to be read.
pub(super) fn nowhere(path: &Path) -> StoreError {
    error(
        StoreFault::Unavailable,
        path,
        "there is no such folder. Give the path that the inbox has",
    )
}

/// The folder is no store.
pub(super) fn no_store(path: &Path) -> StoreError {
    error(
        StoreFault::Damaged,
        path,
        "the folder is not a store: it has no file data.mdb. Give the path that the inbox has",
    )
}

/// Another process has it.
pub(super) fn taken(path: &Path, is_to_write: bool) -> StoreError {
    let what = if is_to_write {
        "another process has it open. End that one, or give each process a path of its own"
    } else {
        "another process has it open, and it is read at rest. End that one first, or ask it for its figures (robofy_inbox_stats)"
    };
    error(StoreFault::Taken, path, what)
}

/// This process has it.
pub(super) fn taken_here(path: &Path) -> StoreError {
    error(
        StoreFault::Taken,
        path,
        "this process has it open already. Share that one, or close it first",
    )
}

/// This process is a child of the one that has it.
pub(in crate::inbox::lmdb) fn forked(path: &Path) -> StoreError {
    error(
        StoreFault::Taken,
        path,
        "it belongs to the process that opened it, and this one was forked from that. Open a store after fork(), at a path of its own",
    )
}

/// The map cannot grow.
pub(super) fn no_addresses(path: &Path) -> StoreError {
    error(
        StoreFault::Full,
        path,
        "there are no addresses left to map it. Raise the limit of this process (ulimit -v). Nothing that was accepted is lost",
    )
}

fn full(path: &Path) -> StoreError {
    error(
        StoreFault::Full,
        path,
        "its disk is full. Make room; it goes on by itself then. Nothing that was accepted is lost",
    )
}

fn error(fault: StoreFault, path: &Path, what: &str) -> StoreError {
    StoreError::new(fault, format!("the store {}: {what}.", path.display()))
}
