//! Where received bytes go.

use std::io;
use std::mem::MaybeUninit;

use hyper::rt::ReadBufCursor;

pub(crate) trait Buffer {
    fn room(&self) -> usize;
    /// `receive` is given the free part, and returns how many bytes of it, from the front, it has initialised.
    ///
    /// # Safety
    ///
    /// `receive` tells the truth.
    unsafe fn fill(
        &mut self,
        receive: impl FnOnce(&mut [MaybeUninit<u8>]) -> io::Result<usize>,
    ) -> io::Result<usize>;
}

impl Buffer for &mut [u8] {
    fn room(&self) -> usize {
        self.len()
    }

    unsafe fn fill(
        &mut self,
        receive: impl FnOnce(&mut [MaybeUninit<u8>]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        // SAFETY: the same memory, and `receive` only ever writes initialised bytes to it.
        receive(unsafe { &mut *(&raw mut **self as *mut [MaybeUninit<u8>]) })
    }
}

impl Buffer for ReadBufCursor<'_> {
    fn room(&self) -> usize {
        self.remaining()
    }

    unsafe fn fill(
        &mut self,
        receive: impl FnOnce(&mut [MaybeUninit<u8>]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        // SAFETY: `receive` makes nothing in it uninitialised.
        let count = receive(unsafe { self.as_mut() })?;
        // SAFETY: so many bytes were received into it, as the caller promises.
        unsafe { self.advance(count) };
        Ok(count)
    }
}

/// At most so much of a buffer.
pub(crate) struct Limited<B> {
    buffer: B,
    limit: usize,
}

impl<B> Limited<B> {
    pub(crate) fn new(buffer: B, limit: usize) -> Self {
        Self { buffer, limit }
    }
}

impl<B: Buffer> Buffer for Limited<B> {
    fn room(&self) -> usize {
        self.buffer.room().min(self.limit)
    }

    unsafe fn fill(
        &mut self,
        receive: impl FnOnce(&mut [MaybeUninit<u8>]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let room = self.room();
        // SAFETY: a part from the front is what the caller fills, and tells the truth of.
        unsafe { self.buffer.fill(|free| receive(&mut free[..room])) }
    }
}
