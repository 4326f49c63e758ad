//! What is no store, or cannot be one, is told as that: nothing crashes, and nothing is overwritten.

use std::fs::{self, File, OpenOptions, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::path::Path;

use super::{DATA, FIRST_SIZE, NEW};
use crate::inbox::lmdb::tests::scratch::Scratch;
use crate::inbox::lmdb::{Lmdb, Show, inspect};
use crate::inbox::options::{Moment, Options};
use crate::inbox::store::{Accept, Offer, Store, StoreFault};

/// A store with a message.
fn made(path: &Path) {
    assert_eq!(offered(&Lmdb::open(path).unwrap(), "m1"), Accept::Queued);
}

fn offered(store: &Lmdb, id: &str) -> Accept {
    let options = Options::default();
    let at = Moment {
        now: 0,
        options: &options,
    };
    let offer = Offer::text("channel", "1555", id, "Hello");
    store.offer(&[offer], at).unwrap()[0]
}

/// Neither opens it nor reads it; both name the path, what is wrong and what to do.
fn refused(path: &Path, fault: StoreFault, says: &str) {
    let opened = Lmdb::open(path).err().expect(says);
    assert_eq!(opened.fault(), fault, "{opened}");
    let text = opened.to_string();
    assert!(
        text.contains(path.to_str().unwrap()) && text.contains(says),
        "{text}"
    );
    assert!(text.ends_with('.') && !text.contains("Os {"), "{text}");
    let read = inspect(path, Show::Texts).expect_err(says);
    assert_eq!((read.fault(), read.to_string()), (fault, text));
}

fn patch(path: &Path, at: u64, bytes: &[u8]) {
    let file = OpenOptions::new()
        .write(true)
        .open(path.join(DATA))
        .unwrap();
    file.write_all_at(bytes, at).unwrap();
}

#[test]
fn a_path_that_is_a_file() {
    let scratch = Scratch::new();
    let path = scratch.at("file");
    fs::write(&path, "something").unwrap();
    refused(&path, StoreFault::Unavailable, "it is a file");
    assert_eq!(fs::read(&path).unwrap(), b"something");
}

#[test]
fn a_folder_is_made_and_the_one_above_it_is_not() {
    let scratch = Scratch::new();
    made(&scratch.at("store"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scratch.at("store")), 0o700);
    assert_eq!(mode(&scratch.at("store").join(DATA)), 0o600);
    let opened = Lmdb::open(scratch.at("a/b")).err().unwrap();
    assert_eq!(opened.fault(), StoreFault::Unavailable);
    assert!(
        opened.to_string().contains("Make it, or the one above it"),
        "{opened}"
    );
}

#[test]
fn there_is_nothing_to_read() {
    let scratch = Scratch::new();
    let read = inspect(scratch.at("none"), Show::Texts).unwrap_err();
    assert_eq!(read.fault(), StoreFault::Unavailable);
    assert!(read.to_string().contains("no such folder"), "{read}");
    assert!(!scratch.at("none").exists());
    let empty = scratch.at("empty");
    fs::create_dir(&empty).unwrap();
    let read = inspect(&empty, Show::Texts).unwrap_err();
    assert_eq!(read.fault(), StoreFault::Damaged);
    assert!(read.to_string().contains("is not a store"), "{read}");
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
}

#[test]
fn a_truncated_file_is_not_mapped() {
    let scratch = Scratch::new();
    for (length, says) in [
        (0, "is missing"),
        (100, "is missing"),
        (5_000, "is missing"),
        (8_192, "is missing"),
        (12_288, "is missing"),
    ] {
        let path = scratch.at(&length.to_string());
        made(&path);
        let file = OpenOptions::new()
            .write(true)
            .open(path.join(DATA))
            .unwrap();
        file.set_len(length).unwrap();
        refused(&path, StoreFault::Damaged, says);
        assert_eq!(file.metadata().unwrap().len(), length);
    }
}

#[test]
fn a_file_without_its_unused_end_is_whole() {
    let scratch = Scratch::new();
    let path = scratch.at("store");
    made(&path);
    let file = File::options().write(true).open(path.join(DATA)).unwrap();
    file.set_len(FIRST_SIZE / 4 * 3).unwrap();
    assert_eq!(
        offered(&Lmdb::open(&path).unwrap(), "m1"),
        Accept::Duplicate
    );
    assert_eq!(file.metadata().unwrap().len(), FIRST_SIZE);
}

#[test]
fn bytes_that_are_no_store() {
    let scratch = Scratch::new();
    let mut seed = 1_u64;
    for (name, length) in [("short", 100), ("long", 100_000), ("zero", 0)] {
        let path = scratch.at(name);
        fs::create_dir(&path).unwrap();
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56) as u8
        };
        let bytes: Vec<_> = match name {
            "zero" => vec![0; 20_000],
            _ => (0..length).map(|_| random()).collect(),
        };
        fs::write(path.join(DATA), &bytes).unwrap();
        let says = if name == "short" {
            "is missing"
        } else {
            "is damaged"
        };
        refused(&path, StoreFault::Damaged, says);
        assert_eq!(fs::read(path.join(DATA)).unwrap(), bytes);
    }
}

#[test]
fn every_damage_of_the_first_pages_is_refused_or_harmless() {
    let scratch = Scratch::new();
    let path = scratch.at("store");
    made(&path);
    let whole = fs::read(path.join(DATA)).unwrap();
    for page in [0, 4_096] {
        for at in (page..page + 200).step_by(1) {
            for value in [0x00, 0xff, whole[at] ^ 0x10] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                fs::write(path.join(DATA), &bytes).unwrap();
                let _ = inspect(&path, Show::Texts);
            }
        }
    }
    fs::write(path.join(DATA), &whole).unwrap();
    assert_eq!(inspect(&path, Show::Texts).unwrap().counts.pending, 1);
}

/// As LMDB leaves the page of a transaction that it could not end: the disk had failed.
#[test]
fn trees_that_came_to_nothing_are_not_looked_at() {
    let scratch = Scratch::new();
    let (word, free_root, transaction) = (size_of::<usize>(), 80, 144);
    for (is_older, name) in [(true, "older"), (false, "newer")] {
        let path = scratch.at(name);
        made(&path);
        let bytes = fs::read(path.join(DATA)).unwrap();
        let number = |page: usize| {
            let at = page + transaction;
            usize::from_ne_bytes(bytes[at..at + word].try_into().unwrap())
        };
        let is_first_older = number(0) < number(4_096);
        let page = if is_first_older == is_older { 0 } else { 4_096 };
        patch(&path, page + free_root, &99_usize.to_ne_bytes());
        if is_older {
            let store = Lmdb::open(&path).unwrap();
            assert_eq!(offered(&store, "m2"), Accept::Queued);
        } else {
            refused(&path, StoreFault::Damaged, "is damaged");
        }
    }
}

#[test]
fn another_byte_order_another_word_and_another_lmdb() {
    let scratch = Scratch::new();
    let magic = 0xBEEF_C0DE_u32;
    let header = size_of::<usize>() as u64 + 8;
    for (name, at, bytes, says) in [
        (
            "order",
            header,
            magic.swap_bytes().to_ne_bytes(),
            "byte order",
        ),
        (
            "version",
            header + 4,
            999_u32.to_ne_bytes(),
            "another version of LMDB",
        ),
    ] {
        let path = scratch.at(name);
        made(&path);
        patch(&path, at, &bytes);
        refused(&path, StoreFault::Foreign, says);
    }
    let path = scratch.at("word");
    made(&path);
    patch(&path, header, &[0; 4]);
    patch(&path, 12, &magic.to_ne_bytes());
    refused(&path, StoreFault::Foreign, "word size");
}

#[test]
fn a_later_version_and_another_program() {
    let scratch = Scratch::new();
    for (name, stamp, fault, says) in [
        (
            "later",
            &b"robofy inbox\x07"[..],
            StoreFault::Foreign,
            "it has version 7",
        ),
        (
            "other",
            b"another inbo",
            StoreFault::Damaged,
            "belongs to another program",
        ),
    ] {
        let path = scratch.at(name);
        made(&path);
        let bytes = fs::read(path.join(DATA)).unwrap();
        let places = bytes
            .windows(12)
            .enumerate()
            .filter(|(_, found)| *found == b"robofy inbox");
        for (at, _) in places {
            patch(&path, at as u64, stamp);
        }
        refused(&path, fault, says);
    }
}

#[test]
fn what_may_not_be_read_or_written() {
    if fs::read("/proc/self/status")
        .is_ok_and(|status| String::from_utf8_lossy(&status).contains("Uid:\t0\t"))
    {
        return println!("not run: the superuser may read everything");
    }
    let scratch = Scratch::new();
    let path = scratch.at("store");
    made(&path);
    fs::set_permissions(path.join(DATA), Permissions::from_mode(0o000)).unwrap();
    refused(&path, StoreFault::Unavailable, "may not read and write it");
}

#[test]
fn twice_in_a_process_by_any_name() {
    let scratch = Scratch::new();
    let (path, link) = (scratch.at("store"), scratch.at("link"));
    made(&path);
    symlink(&path, &link).unwrap();
    let store = Lmdb::open(&path).unwrap();
    for path in [&path, &link] {
        refused(path, StoreFault::Taken, "this process has it open already");
    }
    assert_eq!(offered(&store, "m2"), Accept::Queued);
    drop(store);
    assert_eq!(
        offered(&Lmdb::open(&link).unwrap(), "m2"),
        Accept::Duplicate
    );
}

#[test]
fn half_a_store_is_made_anew() {
    let scratch = Scratch::new();
    let path = scratch.at("store");
    fs::create_dir(&path).unwrap();
    fs::write(path.join(NEW), [0; 5_000]).unwrap();
    made(&path);
    assert!(!path.join(NEW).exists());
}

/// Values with pages of their own, pages that are free, and a tree of some depth.
fn large(path: &Path) {
    let options = Options::default();
    let store = Lmdb::open(path).unwrap();
    let at = |now| Moment {
        now,
        options: &options,
    };
    for number in 0..300_usize {
        let (id, text) = (number.to_string(), "long ".repeat(number * number % 5_000));
        let offer = Offer::text("channel", &id, &id, &text);
        store.offer(&[offer], at(number as i64)).unwrap();
    }
    store.purge(100, at(options.dedup_ms + 200)).unwrap();
}

#[test]
fn a_large_store_is_whole() {
    let scratch = Scratch::new();
    let path = scratch.at("store");
    large(&path);
    assert_eq!(inspect(&path, Show::Texts).unwrap().sessions.len(), 297);
    assert_eq!(offered(&Lmdb::open(&path).unwrap(), "m2"), Accept::Queued);
}

/// LMDB would follow what it finds there, and end the process or never come back.
#[test]
fn damaged_pages_are_refused_or_harmless() {
    let scratch = Scratch::new();
    let path = scratch.at("store");
    large(&path);
    let whole = fs::read(path.join(DATA)).unwrap();
    let mut seed = 7_u64;
    let mut below = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % bound
    };
    let mut refused = 0;
    for round in 0..120 {
        let mut bytes = whole.clone();
        let start = 8_192 + below(bytes.len() - 8_192 - 16_384);
        match round % 3 {
            0 => bytes[start..start + 16_384].fill(0),
            1 => bytes[start & !4_095..][..4_096].fill_with(|| below(256) as u8),
            _ => (0..40).for_each(|_| bytes[8_192 + below(whole.len() - 8_192)] ^= 1 << below(8)),
        }
        fs::write(path.join(DATA), &bytes).unwrap();
        if let Err(error) = inspect(&path, Show::Texts) {
            assert_eq!(error.fault(), StoreFault::Damaged);
            refused += 1;
        } else if let Ok(store) = Lmdb::open(&path) {
            let options = Options::default();
            let at = Moment {
                now: 0,
                options: &options,
            };
            let offer = Offer::text("channel", "1555", "new", "Hello");
            let _ = store.offer(&[offer], at);
        }
    }
    assert!(refused > 60, "{refused}");
}
