//! What goes wrong beside the kills.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::life::Life;
use crate::plan::Rng;
use crate::program;

const DAY: i64 = 24 * 3_600_000;
const SHIM: &str = include_str!("../support/failing_disk.c");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    Kill,
    /// The process is stopped and goes on.
    Stop,
    /// Syncs and writes fail for a while.
    Disk,
    /// The disk is full for a while.
    Full,
    /// The clock is set back and forward a day.
    Clock,
}

impl Fault {
    pub const ALL: [(&str, Self); 5] = [
        ("kill", Self::Kill),
        ("stop", Self::Stop),
        ("disk", Self::Disk),
        ("full", Self::Full),
        ("clock", Self::Clock),
    ];
}

pub struct Faults {
    pub fault: Fault,
    folder: PathBuf,
    offset: i64,
    /// What is to end, and when.
    under_way: Option<Instant>,
    next: Instant,
    pub count: usize,
}

impl Faults {
    /// `None`: this machine does not allow it.
    pub fn new(fault: Fault, folder: &Path) -> Option<Self> {
        let made = match fault {
            Fault::Disk => {
                let (source, shim) = (folder.join("shim.c"), folder.join("shim.so"));
                fs::write(&source, SHIM).unwrap();
                let mut cc = Command::new("cc");
                cc.args(["-shared", "-fPIC", "-o"])
                    .args([&shim, &source])
                    .arg("-ldl");
                cc.status().is_ok_and(|status| status.success())
            }
            Fault::Full => {
                fs::create_dir(folder.join("small")).unwrap();
                let mut mount = Command::new("mount");
                mount
                    .args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"])
                    .arg(folder.join("small"));
                mount.stderr(std::process::Stdio::null());
                mount.status().is_ok_and(|status| status.success())
            }
            _ => true,
        };
        made.then(|| Self {
            fault,
            folder: folder.to_owned(),
            offset: 0,
            under_way: None,
            next: Instant::now(),
            count: 0,
        })
    }

    pub fn store(&self) -> PathBuf {
        match self.fault {
            Fault::Full => self.folder.join("small/store"),
            _ => self.folder.join("store"),
        }
    }

    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let at = |name| self.folder.join(name).display().to_string();
        match self.fault {
            Fault::Disk => vec![
                ("LD_PRELOAD", at("shim.so")),
                ("FAIL_SYNC", at("FAIL_SYNC")),
                ("FAIL_META", at("FAIL_META")),
            ],
            Fault::Clock => vec![(program::CLOCK, self.offset.to_string())],
            _ => Vec::new(),
        }
    }

    /// Called often while the program is at work. How long it was stopped.
    pub fn step(&mut self, life: &mut Life, rng: &mut Rng) -> Duration {
        let now = Instant::now();
        if self.under_way.is_some_and(|end| end <= now) {
            self.mend();
        }
        if now < self.next || self.under_way.is_some() {
            return Duration::ZERO;
        }
        let long = Duration::from_millis(rng.between(20, 150));
        let pause = Duration::from_millis(rng.between(20, 150));
        self.next = now
            + long
            + if self.fault == Fault::Stop {
                long + pause * 4
            } else {
                pause
            };
        self.count += 1;
        match self.fault {
            Fault::Kill => self.count = 0,
            Fault::Stop => {
                life.signal(libc::SIGSTOP);
                thread::sleep(long * 2);
                life.signal(libc::SIGCONT);
            }
            Fault::Disk => {
                let name = ["FAIL_SYNC", "FAIL_META"][rng.below(2) as usize];
                fs::write(self.folder.join(name), "").unwrap();
                self.under_way = Some(now + long);
            }
            Fault::Full => {
                // All that there is, to the last block.
                let mut file = fs::File::create(self.folder.join("small/ballast")).unwrap();
                while file.write_all(&[1; 1 << 12]).is_ok() {}
                self.under_way = Some(now + long * 8);
            }
            Fault::Clock => {
                self.offset = [0, DAY, -DAY][rng.below(3) as usize];
                life.tell(&format!("clock {}", self.offset));
            }
        }
        if self.fault == Fault::Stop {
            long * 2
        } else {
            Duration::ZERO
        }
    }

    pub fn mend(&mut self) {
        self.under_way = None;
        for name in ["FAIL_SYNC", "FAIL_META", "small/ballast"] {
            let _ = fs::remove_file(self.folder.join(name));
        }
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        if self.fault == Fault::Full {
            let _ = Command::new("umount")
                .arg(self.folder.join("small"))
                .status();
        }
    }
}
