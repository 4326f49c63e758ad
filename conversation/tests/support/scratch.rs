//! A folder that ends with its test.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

pub struct Scratch(PathBuf);

impl Scratch {
    /// In memory where that can be had: what is synced there costs nothing.
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() {
            memory.to_owned()
        } else {
            env::temp_dir()
        };
        // A test program may have this file more than once.
        let names =
            (0..).map(|number| base.join(format!("robofy-inbox-{}-{number}", process::id())));
        let own = names.into_iter().find(|own| match fs::create_dir(own) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            made => made.map(|()| true).unwrap(),
        });
        Self(own.unwrap())
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
