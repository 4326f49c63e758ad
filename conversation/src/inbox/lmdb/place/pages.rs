//! Whether the pages of a file hold together: LMDB believes them, and a wrong number in one ends the process.
//!
//! Reads every page that is in use once. LMDB's `mdb.c` has the forms of pages and nodes.

use std::fs::File;
use std::os::unix::fs::FileExt;

use super::check::{Layout, Tree, Wrong};

const WORD: usize = size_of::<usize>();
const HEADER: usize = WORD + 8;
const NODE: usize = 8;
const BRANCH: u16 = 0x01;
const LEAF: u16 = 0x02;
const OVERFLOW: u16 = 0x04;
/// The value of a node has pages of its own.
const BIG: u16 = 0x01;
const LONGEST_KEY: usize = 511;

/// Checks both trees of a file.
pub(super) fn check_all(file: &File, layout: &Layout) -> Result<(), Wrong> {
    let size = usize::try_from(layout.page_size).map_err(|_| Wrong::Damaged)?;
    let pages = usize::try_from(layout.last_page).map_err(|_| Wrong::Damaged)? + 1;
    let mut walk = Walk {
        file,
        size,
        is_used: vec![false; pages],
    };
    walk.take(0, 2)?;
    walk.tree(&layout.main, &mut |_, _| Ok(()))?;
    let mut free = Vec::new();
    walk.tree(&layout.free, &mut |walk, value| {
        free.extend_from_slice(walk.numbers(value)?);
        Ok(())
    })?;
    free.chunks_exact(WORD)
        .try_for_each(|number| walk.take(word(number, 0), 1))
}

struct Walk<'f> {
    file: &'f File,
    size: usize,
    /// Pages that were met: none has two uses.
    is_used: Vec<bool>,
}

type Visit<'v> = &'v mut dyn FnMut(&Walk<'_>, &[u8]) -> Result<(), Wrong>;

impl Walk<'_> {
    fn tree(&mut self, tree: &Tree, visit: Visit<'_>) -> Result<(), Wrong> {
        let Some(root) = tree.root else {
            return Ok(());
        };
        let mut left = vec![(root, 1)];
        while let Some((number, depth)) = left.pop() {
            self.take(number, 1)?;
            let page = self.read(number, 1)?;
            let is_leaf = depth == tree.depth;
            check(word(&page, 0) == number)?;
            check(half(&page, WORD + 2) == if is_leaf { LEAF } else { BRANCH })?;
            for node in self.nodes(&page)? {
                if is_leaf {
                    let value = self.value(node)?;
                    visit(self, &value)?;
                } else {
                    left.push((child(node), depth + 1));
                }
            }
        }
        Ok(())
    }

    /// The nodes of a page, each from its beginning to the end of the page.
    fn nodes<'p>(&self, page: &'p [u8]) -> Result<Vec<&'p [u8]>, Wrong> {
        let bounds = [half(page, WORD + 4), half(page, WORD + 6)].map(usize::from);
        let [lower, upper] = bounds;
        check(HEADER < lower && lower <= upper && upper <= self.size && lower % 2 == HEADER % 2)?;
        let offsets = page[HEADER..lower].chunks_exact(2);
        let node = |offset| {
            let offset = usize::from(half(offset, 0));
            check(offset >= upper && offset % 2 == 0 && offset + NODE <= self.size)?;
            let node = &page[offset..];
            let key = usize::from(half(node, 6));
            check(key <= LONGEST_KEY && NODE + key <= node.len())?;
            Ok(node)
        };
        offsets.map(node).collect()
    }

    fn value(&mut self, node: &[u8]) -> Result<Vec<u8>, Wrong> {
        let [low, high] = halves(node);
        let length = usize::from(low) | usize::from(high) << 16;
        let rest = &node[NODE + usize::from(half(node, 6))..];
        match half(node, 4) {
            0 => rest.get(..length).map(Vec::from).ok_or(Wrong::Damaged),
            BIG if rest.len() >= WORD => {
                let number = word(rest, 0);
                let pages = (HEADER + length).div_ceil(self.size);
                self.take(number, pages)?;
                let bytes = self.read(number, pages)?;
                let has = u32::from_ne_bytes([
                    bytes[WORD + 4],
                    bytes[WORD + 5],
                    bytes[WORD + 6],
                    bytes[WORD + 7],
                ]);
                check(word(&bytes, 0) == number && half(&bytes, WORD + 2) == OVERFLOW)?;
                check(has as usize == pages)?;
                Ok(bytes[HEADER..HEADER + length].to_vec())
            }
            _ => Err(Wrong::Damaged),
        }
    }

    /// The numbers of free pages in a value, which begins with how many there are.
    fn numbers<'v>(&self, value: &'v [u8]) -> Result<&'v [u8], Wrong> {
        check(value.len() >= WORD && value.len().is_multiple_of(WORD))?;
        let count = usize::try_from(word(value, 0)).map_err(|_| Wrong::Damaged)?;
        check(count == value.len() / WORD - 1)?;
        let numbers = &value[WORD..];
        let falls = numbers
            .chunks_exact(WORD)
            .zip(numbers.chunks_exact(WORD).skip(1))
            .all(|(one, next)| word(one, 0) > word(next, 0));
        check(falls).map(|()| numbers)
    }

    fn take(&mut self, number: u64, count: usize) -> Result<(), Wrong> {
        let first = usize::try_from(number).map_err(|_| Wrong::Damaged)?;
        let end = first.checked_add(count).ok_or(Wrong::Damaged)?;
        let pages = self.is_used.get_mut(first..end).ok_or(Wrong::Damaged)?;
        check(!pages.contains(&true))?;
        pages.fill(true);
        Ok(())
    }

    fn read(&self, number: u64, count: usize) -> Result<Vec<u8>, Wrong> {
        let mut bytes = vec![0; count * self.size];
        let read = self
            .file
            .read_exact_at(&mut bytes, number * self.size as u64);
        read.map(|()| bytes).map_err(Wrong::Unreadable)
    }
}

fn check(holds: bool) -> Result<(), Wrong> {
    holds.then_some(()).ok_or(Wrong::Damaged)
}

/// The lower and the higher half of a node's number.
fn halves(node: &[u8]) -> [u16; 2] {
    let halves = [half(node, 0), half(node, 2)];
    if cfg!(target_endian = "big") {
        [halves[1], halves[0]]
    } else {
        halves
    }
}

fn child(node: &[u8]) -> u64 {
    let [low, high] = halves(node);
    let top = if WORD == 8 { half(node, 4) } else { 0 };
    u64::from(low) | u64::from(high) << 16 | u64::from(top) << 32
}

fn half(bytes: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes([bytes[at], bytes[at + 1]])
}

fn word(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; WORD];
    number.copy_from_slice(&bytes[at..at + WORD]);
    usize::from_ne_bytes(number) as u64
}
