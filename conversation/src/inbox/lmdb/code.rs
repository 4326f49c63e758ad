//! The numbers by which LMDB and the system say what is wrong.

use std::ffi::c_int;

use lmdb_master_sys as sys;

/// A number of LMDB's, or of the system's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code(pub c_int);

impl Code {
    pub(super) const MAP_FULL: Self = Self(sys::MDB_MAP_FULL);
    pub(super) const INVALID: Self = Self(sys::MDB_INVALID);
    pub(super) const CORRUPTED: Self = Self(sys::MDB_CORRUPTED);
    pub(super) const PAGE_NOTFOUND: Self = Self(sys::MDB_PAGE_NOTFOUND);
    pub(super) const VERSION_MISMATCH: Self = Self(sys::MDB_VERSION_MISMATCH);
    pub(super) const NO_TRANSACTION: Self = Self(sys::MDB_BAD_TXN);

    pub(super) fn check(code: c_int) -> Result<(), Self> {
        if code == sys::MDB_SUCCESS {
            Ok(())
        } else {
            Err(Self(code))
        }
    }
}
