//! Whether a file is what LMDB may map: reading a page beyond its end would end the process.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

const MAGIC: u32 = 0xBEEF_C0DE;
const DATA_VERSION: u32 = 1;
const META: u16 = 0x08;
/// The flags of LMDB's own tree of free pages: its keys are numbers, and the environment is a file.
const FREE_FLAGS: u16 = 0x4008;
const WORD: usize = size_of::<usize>();
/// A page's number, two numbers of flags and two of its bounds.
const HEADER: usize = WORD + 8;
const TREE: usize = 8 + 5 * WORD;
const SIZE: usize = HEADER + 8 + 2 * WORD + 2 * TREE + 2 * WORD;
const NOWHERE: u64 = usize::MAX as u64;
/// More than a tree of any size needs.
const DEPTH: u16 = 32;

/// Why a file is not what LMDB may map.
#[derive(Debug)]
pub(super) enum Wrong {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It is no file of LMDB's, or its first pages are damaged.
    Damaged,
    /// Its end is missing.
    Truncated,
    /// It was written on a machine of another byte order or word size.
    Machine,
    /// It was written by another version of LMDB.
    Version,
}

/// What one of the two first pages says.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) page_size: u64,
    pub(super) last_page: u64,
    /// That of the pages that are free.
    pub(super) free: Tree,
    pub(super) main: Tree,
    transaction: u64,
    has_trees: bool,
}

/// A tree of pages.
#[derive(Clone, Copy)]
pub(super) struct Tree {
    pub(super) root: Option<u64>,
    pub(super) depth: u16,
}

/// The length of a file that LMDB may map, and what is in it.
pub(super) fn length(file: &File) -> Result<(u64, Layout), Wrong> {
    let length = file.metadata().map_err(Wrong::Unreadable)?.len();
    let page = |offset| -> Result<Layout, Wrong> {
        let mut bytes = [0; SIZE];
        match file.read_exact_at(&mut bytes, offset) {
            Ok(()) => parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(Wrong::Truncated),
            Err(error) => Err(Wrong::Unreadable(error)),
        }
    };
    let first = page(0)?;
    let second = page(first.page_size)?;
    let newest = if second.transaction > first.transaction {
        second
    } else {
        first
    };
    let needed = newest.last_page.checked_add(1);
    match needed.and_then(|pages| pages.checked_mul(newest.page_size)) {
        _ if first.page_size != second.page_size || !newest.has_trees => Err(Wrong::Damaged),
        None => Err(Wrong::Damaged),
        Some(needed) if needed > length => Err(Wrong::Truncated),
        Some(_) => Ok((length, newest)),
    }
}

fn parse(bytes: &[u8; SIZE]) -> Result<Layout, Wrong> {
    let magic = u32_at(bytes, HEADER);
    if magic != MAGIC {
        let other_word = if WORD == 8 { 4 } else { 8 } + 8;
        let swapped = MAGIC.swap_bytes();
        let others = [u32_at(bytes, other_word), magic];
        let is_other = others[0] == MAGIC || others.contains(&swapped);
        return Err(if is_other {
            Wrong::Machine
        } else {
            Wrong::Damaged
        });
    }
    if u32_at(bytes, HEADER + 4) != DATA_VERSION {
        return Err(Wrong::Version);
    }
    let free = HEADER + 8 + 2 * WORD;
    let main = free + TREE;
    let after = main + TREE;
    let tree = |at: usize| Tree {
        root: Some(word_at(bytes, at + 8 + 4 * WORD)).filter(|root| *root != NOWHERE),
        depth: u16_at(bytes, at + 6),
    };
    let mut meta = Layout {
        free: tree(free),
        main: tree(main),
        page_size: u32_at(bytes, free).into(),
        last_page: word_at(bytes, after),
        transaction: word_at(bytes, after + WORD),
        has_trees: false,
    };
    let is_tree = |at: usize, tree: Tree, flags: u16| {
        let is_inside = |root| (2..=meta.last_page).contains(&root);
        u16_at(bytes, at + 4) == flags
            && tree.depth <= DEPTH
            && (tree.depth == 0) == tree.root.is_none()
            && tree.root.is_none_or(is_inside)
    };
    let is_whole = u16_at(bytes, WORD + 2) & META != 0
        && meta.page_size.is_power_of_two()
        && (512..=65_536).contains(&meta.page_size)
        && meta.last_page >= 1;
    // Where LMDB could not write one of the pages, it has put the former number of its transaction back, and not its trees: it
    // reads the other page then, and so does every process after it.
    meta.has_trees = is_tree(free, meta.free, FREE_FLAGS) && is_tree(main, meta.main, 0);
    is_whole.then_some(meta).ok_or(Wrong::Damaged)
}

fn u16_at(bytes: &[u8; SIZE], at: usize) -> u16 {
    u16::from_ne_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8; SIZE], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_ne_bytes(number)
}

fn word_at(bytes: &[u8; SIZE], at: usize) -> u64 {
    let mut number = [0; WORD];
    number.copy_from_slice(&bytes[at..at + WORD]);
    usize::from_ne_bytes(number) as u64
}
