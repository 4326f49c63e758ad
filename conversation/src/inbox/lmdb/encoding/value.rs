//! Numbers of variable length (LEB128) and texts by length.

/// Bytes that are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inbox::lmdb) struct Damaged;

pub(in crate::inbox::lmdb) type Read<T> = Result<T, Damaged>;

/// What is written and read as bytes.
pub(in crate::inbox::lmdb) trait Value: Sized {
    fn write(&self, to: &mut Vec<u8>);
    fn read(from: &mut Reader<'_>) -> Read<Self>;
}

/// A value of these bytes, and nothing after it.
pub(in crate::inbox::lmdb) fn decode<T: Value>(bytes: &[u8]) -> Read<T> {
    let mut reader = Reader(bytes);
    let value = T::read(&mut reader)?;
    reader.0.is_empty().then_some(value).ok_or(Damaged)
}

/// What is left of a record's bytes.
pub(in crate::inbox::lmdb) struct Reader<'b>(pub(super) &'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Read<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(in crate::inbox::lmdb) fn byte(&mut self) -> Read<u8> {
        self.take(1).map(|byte| byte[0])
    }

    pub(in crate::inbox::lmdb) fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| Damaged)
    }

    pub(in crate::inbox::lmdb) fn text(&mut self) -> Read<&'b str> {
        let length = u64::read(self)?;
        let bytes = self.take(usize::try_from(length).map_err(|_| Damaged)?)?;
        std::str::from_utf8(bytes).map_err(|_| Damaged)
    }

    /// As many as a number before them says: each takes a byte or more, so that a wrong number reserves no more than there is.
    pub(in crate::inbox::lmdb) fn list<T: Value>(&mut self) -> Read<Vec<T>> {
        let count = u64::read(self)?;
        if count > self.0.len() as u64 {
            return Err(Damaged);
        }
        (0..count).map(|_| T::read(self)).collect()
    }
}

pub(in crate::inbox::lmdb) fn write_list<'v, T: Value + 'v>(
    values: impl ExactSizeIterator<Item = &'v T>,
    to: &mut Vec<u8>,
) {
    (values.len() as u64).write(to);
    values.for_each(|value| value.write(to));
}

pub(in crate::inbox::lmdb) fn write_text(text: &str, to: &mut Vec<u8>) {
    (text.len() as u64).write(to);
    to.extend_from_slice(text.as_bytes());
}

impl Value for u64 {
    fn write(&self, to: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            to.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        to.push(rest as u8);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = from.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Damaged)
    }
}

impl Value for u32 {
    fn write(&self, to: &mut Vec<u8>) {
        u64::from(*self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        u64::read(from)?.try_into().map_err(|_| Damaged)
    }
}

/// Small whatever its sign: zigzag.
impl Value for i64 {
    fn write(&self, to: &mut Vec<u8>) {
        ((self << 1) ^ (self >> 63)).cast_unsigned().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let coded = u64::read(from)?;
        Ok((coded >> 1).cast_signed() ^ -(coded & 1).cast_signed())
    }
}

impl Value for bool {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        match from.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Damaged),
        }
    }
}

impl Value for Box<str> {
    fn write(&self, to: &mut Vec<u8>) {
        write_text(self, to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.text().map(Self::from)
    }
}

impl<const N: usize> Value for [u8; N] {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(self);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        from.array()
    }
}

impl<T: Value> Value for Option<T> {
    fn write(&self, to: &mut Vec<u8>) {
        self.is_some().write(to);
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        bool::read(from)?.then(|| T::read(from)).transpose()
    }
}
