//! Where a store is: a folder, with the file of the records and one that is locked.

mod check;
pub(super) mod fault;
mod lock;
mod pages;
#[cfg(test)]
mod tests;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::lock::Lock;
use super::binding::Environment;
use super::code::Code;
use super::encoding::key::Kind;
use super::encoding::{Stamped, Sums, VERSION, decode, version};
use super::tables::Tables;
use crate::inbox::store::StoreError;

const DATA: &str = "data.mdb";
/// A store that is being made; it gets its name when it is whole.
const NEW: &str = "data.mdb.new";
const FIRST_SIZE: u64 = 1 << 18;
const LONGEST_STEP: u64 = 1 << 24;

/// Where a store is, which this process alone has.
pub(super) struct Place {
    path: Arc<Path>,
    _lock: Lock,
}

impl Place {
    /// Takes a folder for this process, and makes what is not there.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(fault::no_folder(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = DirBuilder::new().mode(0o700).create(path);
                made.map_err(|error| fault::io(path, &error))?;
                let parent = path
                    .parent()
                    .filter(|parent| !parent.as_os_str().is_empty());
                sync(parent.unwrap_or(Path::new(".")));
            }
            Err(error) => return Err(fault::io(path, &error)),
        }
        Ok(Self {
            path: path.into(),
            _lock: Lock::exclusive(path)?,
        })
    }

    /// Takes a folder with a store for reading. No process writes to it meanwhile.
    pub(super) fn look(path: &Path) -> Result<Self, StoreError> {
        match fs::metadata(path) {
            Ok(found) if !found.is_dir() => return Err(fault::no_folder(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(fault::nowhere(path));
            }
            Err(error) => return Err(fault::io(path, &error)),
            Ok(_) => {}
        }
        Ok(Self {
            path: path.into(),
            _lock: Lock::shared(path)?,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the store, or makes an empty one, after a look at each of its pages.
    pub(super) fn open(&self) -> Result<Tables, StoreError> {
        let data = self.data();
        if data.try_exists().map_err(|error| self.io(&error))? {
            self.check()?;
        }
        self.open_again()
    }

    fn check(&self) -> Result<(), StoreError> {
        let file = File::open(self.data()).map_err(|error| self.io(&error))?;
        let checked = check::length(&file).and_then(|(_, layout)| pages::check_all(&file, &layout));
        checked.map_err(|wrong| fault::file(&self.path, wrong))
    }

    /// Opens a store that this process has written.
    pub(super) fn open_again(&self) -> Result<Tables, StoreError> {
        let data = self.data();
        if !data.try_exists().map_err(|error| self.io(&error))? {
            self.make()?;
        }
        // A file that cannot be written is found out before anything relies on it.
        let file = OpenOptions::new().read(true).write(true).open(&data);
        let file = file.map_err(|error| self.io(&error))?;
        let (size, _) = check::length(&file).map_err(|wrong| fault::file(&self.path, wrong))?;
        let map = size.max(FIRST_SIZE);
        self.extend(&file, size, map)?;
        self.tables(self.environment(map, false)?)
    }

    /// Opens the store for reading.
    pub(super) fn open_to_read(&self) -> Result<Tables, StoreError> {
        if !self.data().try_exists().map_err(|error| self.io(&error))? {
            return Err(fault::no_store(&self.path));
        }
        self.check()?;
        let file = File::open(self.data()).map_err(|error| self.io(&error))?;
        let (size, _) = check::length(&file).map_err(|wrong| fault::file(&self.path, wrong))?;
        self.tables(self.environment(size, true)?)
    }

    /// Opens a store again with room for more. If that cannot be had, it is as before or `None`.
    pub(super) fn grow(&self, tables: &mut Option<Tables>) -> Result<(), StoreError> {
        let file = OpenOptions::new().read(true).write(true).open(self.data());
        let file = file.map_err(|error| self.io(&error))?;
        let size = file.metadata().map_err(|error| self.io(&error))?.len();
        let step = (size / 2).clamp(FIRST_SIZE, LONGEST_STEP);
        self.extend(&file, size, size.saturating_add(step))?;
        // The environment ends before another one is opened on the file.
        *tables = None;
        let larger = self.open_again().inspect_err(|_| {
            let _ = file.set_len(size);
        });
        *tables = Some(larger?);
        Ok(())
    }

    /// Fills a file up. What LMDB writes later has its place on the disk then: its syncs have no more to write than that, and
    /// no full disk stops what needs no more room. A file of LMDB's own may be shorter than it says, if its last pages are
    /// free; one that is as long as the map never is, and can be told from a truncated one.
    fn extend(&self, file: &File, size: u64, larger: u64) -> Result<(), StoreError> {
        let zeros = vec![0; 1 << 16];
        let mut at = size;
        let filled = loop {
            if at >= larger {
                break file.sync_all();
            }
            let count = (larger - at).min(zeros.len() as u64);
            match file.write_all_at(&zeros[..count as usize], at) {
                Ok(()) => at += count,
                Err(error) => break Err(error),
            }
        };
        filled.map_err(|error| {
            let _ = file.set_len(size);
            self.io(&error)
        })
    }

    fn tables(&self, mut env: Environment) -> Result<Tables, StoreError> {
        let fail = |code| fault::of(&self.path, code);
        env.begin().map_err(fail)?;
        let first = env.get(&[Kind::Sums as u8]).map_err(fail)?.unwrap_or(&[]);
        let sums = match version(first) {
            None => Err(fault::stranger(&self.path)),
            Some(version) if version > VERSION => Err(fault::later(&self.path, version, VERSION)),
            Some(_) => decode(first).map_err(|_| fail(Code::CORRUPTED)),
        };
        let Stamped(sums) = sums?;
        env.abort();
        Ok(Tables::new(env, self.path.clone(), sums))
    }

    /// Makes an empty store beside its name, and then names it: nobody finds half a one.
    fn make(&self) -> Result<(), StoreError> {
        let new = self.path.join(NEW);
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(self.io(&error)),
            _ => {}
        }
        let fail = |code| fault::of(&self.path, code);
        let env = Environment::open(&new, map_size(FIRST_SIZE), false).map_err(fail)?;
        let mut tables = Tables::new(env, self.path.clone(), Sums::default());
        tables.opened()?;
        drop(tables);
        let whole = OpenOptions::new().read(true).write(true).open(&new);
        let whole = whole.map_err(|error| self.io(&error))?;
        let size = whole.metadata().map_err(|error| self.io(&error))?.len();
        self.extend(&whole, size, FIRST_SIZE)?;
        fs::rename(&new, self.data())
            .and_then(|()| File::open(&self.path))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| self.io(&error))
    }

    fn environment(&self, size: u64, is_read_only: bool) -> Result<Environment, StoreError> {
        let opened = Environment::open(&self.data(), map_size(size), is_read_only);
        opened.map_err(|code| fault::of(&self.path, code))
    }

    fn data(&self) -> PathBuf {
        self.path.join(DATA)
    }

    fn io(&self, error: &io::Error) -> StoreError {
        fault::io(&self.path, error)
    }
}

fn map_size(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}

/// A folder's new entries are on disk, where that can be asked for.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
