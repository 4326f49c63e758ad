//! What is called of LMDB and of the system: one file with one tree of keys, and one transaction at a time.
//!
//! LMDB's own locks and its table of readers are not used: an environment is owned by one value, which one thread has at a time.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_int, c_uint};
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::{self, NonNull};

use lmdb_master_sys as sys;

use super::code::Code;

impl Code {
    /// What LMDB or the system calls it.
    pub(super) fn text(self) -> String {
        if self.0 > 0 {
            return io::Error::from_raw_os_error(self.0).to_string();
        }
        // SAFETY: a string that lives as long as the program, for any number below 1.
        let text = unsafe { CStr::from_ptr(sys::mdb_strerror(self.0)) };
        text.to_string_lossy().into_owned()
    }
}

/// An open file of LMDB's.
pub(super) struct Environment {
    env: NonNull<sys::MDB_env>,
    /// Null: none is open.
    txn: *mut sys::MDB_txn,
    tree: sys::MDB_dbi,
    is_read_only: bool,
}

// SAFETY: without locks and with MDB_NOTLS, LMDB keeps nothing by thread.
unsafe impl Send for Environment {}

impl Environment {
    /// Opens a file, or makes it, with a map of this many bytes.
    pub(super) fn open(file: &Path, size: usize, is_read_only: bool) -> Result<Self, Code> {
        let name = CString::new(file.as_os_str().as_bytes()).map_err(|_| Code(libc::EINVAL))?;
        let mut env = ptr::null_mut();
        // SAFETY: `env` is where the handle goes.
        Code::check(unsafe { sys::mdb_env_create(&raw mut env) })?;
        let env = NonNull::new(env).ok_or(Code(libc::ENOMEM))?;
        let mut opened = Self {
            env,
            txn: ptr::null_mut(),
            tree: 0,
            is_read_only,
        };
        let mut flags = sys::MDB_NOSUBDIR | sys::MDB_NOLOCK | sys::MDB_NOTLS;
        if is_read_only {
            flags |= sys::MDB_RDONLY;
        }
        // SAFETY: the handle is new and not open; `name` ends with a zero and outlives the call. A handle that does not open is closed by `drop`.
        unsafe {
            Code::check(sys::mdb_env_set_mapsize(env.as_ptr(), size))?;
            Code::check(sys::mdb_env_open(env.as_ptr(), name.as_ptr(), flags, 0o600))?;
        }
        opened.begin()?;
        // SAFETY: a transaction is open; no name stands for the main tree.
        Code::check(unsafe {
            sys::mdb_dbi_open(opened.txn, ptr::null(), 0, &raw mut opened.tree)
        })?;
        opened.abort();
        Ok(opened)
    }

    /// Begins a transaction, if none is open.
    pub(super) fn begin(&mut self) -> Result<(), Code> {
        if !self.txn.is_null() {
            return Ok(());
        }
        let flags = if self.is_read_only {
            sys::MDB_RDONLY
        } else {
            0
        };
        // SAFETY: the environment is open, and no transaction is.
        Code::check(unsafe {
            sys::mdb_txn_begin(self.env.as_ptr(), ptr::null_mut(), flags, &raw mut self.txn)
        })
    }

    /// Writes and syncs what the transaction has changed, and ends it in any case.
    pub(super) fn commit(&mut self) -> Result<(), Code> {
        match std::mem::replace(&mut self.txn, ptr::null_mut()) {
            txn if txn.is_null() => Ok(()),
            // SAFETY: it was open, and nobody has it any more.
            txn => Code::check(unsafe { sys::mdb_txn_commit(txn) }),
        }
    }

    /// Ends the transaction without a trace.
    pub(super) fn abort(&mut self) {
        let txn = std::mem::replace(&mut self.txn, ptr::null_mut());
        if !txn.is_null() {
            // SAFETY: it was open, and nobody has it any more.
            unsafe { sys::mdb_txn_abort(txn) }
        }
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<&[u8]>, Code> {
        let (txn, mut key, mut value) = (self.txn()?, lend(key), lend(&[]));
        // SAFETY: the transaction is open; LMDB only reads the key.
        let code = unsafe { sys::mdb_get(txn, self.tree, &raw mut key, &raw mut value) };
        // SAFETY: what it found stays until the transaction writes or ends, which takes this value exclusively.
        found(code, || unsafe { borrow(&value) })
    }

    pub(super) fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), Code> {
        let (txn, mut key, mut value) = (self.txn()?, lend(key), lend(value));
        // SAFETY: the transaction is open; LMDB only reads both, and nothing that it has lent out is borrowed.
        Code::check(unsafe { sys::mdb_put(txn, self.tree, &raw mut key, &raw mut value, 0) })
    }

    /// Whether it was there.
    pub(super) fn delete(&mut self, key: &[u8]) -> Result<bool, Code> {
        let (txn, mut key) = (self.txn()?, lend(key));
        // SAFETY: as in `put`.
        let code = unsafe { sys::mdb_del(txn, self.tree, &raw mut key, ptr::null_mut()) };
        found(code, || ()).map(|found| found.is_some())
    }

    /// The records from this key on, upwards.
    pub(super) fn from(&self, key: &[u8]) -> Result<Walk<'_>, Code> {
        self.walk(key, sys::MDB_NEXT)
    }

    /// The records below this key, downwards.
    pub(super) fn below(&self, key: &[u8]) -> Result<Walk<'_>, Code> {
        self.walk(key, sys::MDB_PREV)
    }

    fn walk(&self, key: &[u8], step: sys::MDB_cursor_op) -> Result<Walk<'_>, Code> {
        let mut cursor = ptr::null_mut();
        // SAFETY: the transaction is open, and does not end before the cursor's value does.
        Code::check(unsafe { sys::mdb_cursor_open(self.txn()?, self.tree, &raw mut cursor) })?;
        let mut walk = Walk {
            cursor,
            op: step,
            step,
            first: None,
            of: PhantomData,
        };
        let at = walk.get(key, sys::MDB_SET_RANGE)?;
        match (step, at) {
            (sys::MDB_NEXT, at) => walk.first = Some(at),
            (_, None) => walk.op = sys::MDB_LAST,
            (_, Some(_)) => {}
        }
        Ok(walk)
    }

    fn txn(&self) -> Result<*mut sys::MDB_txn, Code> {
        if self.txn.is_null() {
            Err(Code::NO_TRANSACTION)
        } else {
            Ok(self.txn)
        }
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.abort();
        // SAFETY: no transaction is open, and nobody has the handle any more.
        unsafe { sys::mdb_env_close(self.env.as_ptr()) }
    }
}

/// A record: key and value.
pub(super) type Record<'e> = (&'e [u8], &'e [u8]);

/// Records in their order.
pub(super) struct Walk<'e> {
    cursor: *mut sys::MDB_cursor,
    op: sys::MDB_cursor_op,
    step: sys::MDB_cursor_op,
    /// What was found in the beginning, if that is to be returned; none: there is nothing.
    first: Option<Option<Record<'e>>>,
    of: PhantomData<&'e Environment>,
}

impl<'e> Walk<'e> {
    fn get(&mut self, from: &[u8], op: c_uint) -> Result<Option<Record<'e>>, Code> {
        let (mut key, mut value) = (lend(from), lend(&[]));
        // SAFETY: cursor and transaction are open; LMDB only reads the key that it is given.
        let code = unsafe { sys::mdb_cursor_get(self.cursor, &raw mut key, &raw mut value, op) };
        // SAFETY: what it found stays as long as the environment is not written to, which it lends out.
        found(code, || unsafe { (borrow(&key), borrow(&value)) })
    }
}

impl<'e> Iterator for Walk<'e> {
    type Item = Result<Record<'e>, Code>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.first {
            Some(None) => return None,
            Some(Some(first)) => {
                self.first = None;
                return Some(Ok(first));
            }
            None => {}
        }
        let op = std::mem::replace(&mut self.op, self.step);
        self.get(&[], op).transpose()
    }
}

impl Drop for Walk<'_> {
    fn drop(&mut self) {
        // SAFETY: it is open, and so is its transaction.
        unsafe { sys::mdb_cursor_close(self.cursor) }
    }
}

fn lend(bytes: &[u8]) -> sys::MDB_val {
    sys::MDB_val {
        mv_size: bytes.len(),
        mv_data: bytes.as_ptr().cast_mut().cast(),
    }
}

/// # Safety
///
/// LMDB has filled it in, and what it points to stays.
unsafe fn borrow<'e>(value: &sys::MDB_val) -> &'e [u8] {
    if value.mv_data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(value.mv_data.cast(), value.mv_size) }
}

fn found<T>(code: c_int, value: impl FnOnce() -> T) -> Result<Option<T>, Code> {
    if code == sys::MDB_NOTFOUND {
        return Ok(None);
    }
    Code::check(code).map(|()| Some(value()))
}

/// Locks a file for this process, alone or with others that do not write. The lock ends with the process, is not
/// inherited by its children, and ends when any descriptor of the file is closed.
pub(super) fn lock(file: &File, is_exclusive: bool) -> io::Result<()> {
    // SAFETY: numbers, for which zero is a value.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = if is_exclusive {
        libc::F_WRLCK
    } else {
        libc::F_RDLCK
    } as _;
    lock.l_whence = libc::SEEK_SET as _;
    // SAFETY: an open descriptor, and a lock that outlives the call.
    match unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLK, &raw const lock) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// The bytes that are free where this is.
pub(super) fn room(path: &Path) -> Option<u64> {
    let path = CString::new(path.as_os_str().as_bytes()).ok()?;
    // SAFETY: numbers, for which zero is a value.
    let mut found: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: a string that ends with a zero, and a place for what is found.
    let code = unsafe { libc::statvfs(path.as_ptr(), &raw mut found) };
    #[allow(
        clippy::unnecessary_cast,
        reason = "their types differ between systems"
    )]
    (code == 0).then(|| (found.f_bavail as u64).saturating_mul(found.f_frsize as u64))
}

/// What a child of this process, made by `fork()`, says to this.
#[cfg(test)]
pub(super) fn in_a_child(call: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child calls what takes no lock that another thread may have, and ends without running what others have registered.
    unsafe {
        match libc::fork() {
            0 => libc::_exit(i32::from(!call())),
            child => {
                let mut status = 0;
                libc::waitpid(child, &raw mut status, 0) == child && status == 0
            }
        }
    }
}
