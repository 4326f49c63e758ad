//! Texts that no person writes and that would make a parser's time grow faster than their length.

/// Containers (quotes, lists) that a line may open, and columns that it may be indented by.
const DEEPEST: usize = 48;
const WIDEST: usize = 256;

/// Whether the nesting of `text` is one that a parser may be given.
pub(super) fn reasonable(text: &str) -> bool {
    text.split('\n').all(|line| {
        let mut containers = 0;
        let mut columns = 0;
        for byte in line.bytes() {
            match byte {
                b'>' | b'-' | b'+' | b'*' => containers += 1,
                b'.' | b')' | b'0'..=b'9' => {}
                b' ' => columns += 1,
                b'\t' => columns += 4,
                _ => break,
            }
            if containers > DEEPEST || columns > WIDEST {
                // A rule, or a line of blanks.
                return line.trim().bytes().all(|byte| matches!(byte, b'-' | b'*'));
            }
        }
        true
    })
}
