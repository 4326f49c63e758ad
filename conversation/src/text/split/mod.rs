//! A text as messages that fit.

mod class;
mod cut;
mod fill;
mod grapheme;
mod layout;
mod part;
mod scan;

use self::fill::Plan;
use self::layout::Layout;
use self::part::Part;
use super::width::units;

/// What one text message of WhatsApp's Cloud API holds, in UTF-16 units.
pub const LIMIT: u32 = 4096;

/// `text`, which is WhatsApp's, in parts of at most `limit` UTF-16 units; 0 stands for [`LIMIT`].
///
/// WhatsApp documents a number of "characters" and no unit: UTF-16 is the reading that holds in any case. Twilio takes
/// 1 600, a caption or an interactive message 1 024.
///
/// A part ends between blocks where it can, a heading with what follows, a paragraph or an item as a whole if it fits a
/// part; else between lines, after a sentence, after a word, and within a word only if that alone is too long. URLs are whole if they
/// fit a part; a character that is drawn as one is whole. A fence or a mark that goes on is closed at the end of a part and
/// opened again in the next. There is at most one part more than there must be.
///
/// The parts, less the fences and marks added, are the text; only white space that fits no part is left out. No part
/// is blank: of a blank text there are none. A limit of 1 is taken as 2, which is one character of any kind.
///
/// ```
/// use robofy_conversation::text::split;
///
/// assert_eq!(split("One. Two.\n\nThree. Four.", 14), ["One. Two.\n\n", "Three. Four."]);
/// assert_eq!(split("*bold words*", 8), ["*bold* ", "*words*"]);
/// ```
pub fn split(text: &str, limit: u32) -> Vec<String> {
    parts_of(text, limit)
        .iter()
        .map(|part| part.text(text))
        .collect()
}

fn parts_of(text: &str, limit: u32) -> Vec<Part> {
    let limit = if limit == 0 { LIMIT } else { limit }.max(2) as usize;
    let units = units(text);
    if units <= limit {
        return if text.trim().is_empty() {
            Vec::new()
        } else {
            vec![Part::new(0..text.len())]
        };
    }
    let layout = Layout::new(text, limit);
    let planned = |least: usize| {
        layout.run(Some(Plan {
            parts: least + 1,
            capacity: units / least.max(1),
        }))
    };
    let least = units.div_ceil(limit);
    let parts = planned(least);
    if parts.len() <= least + 1 {
        return parts;
    }
    // What is added takes room: as full as can be, how many parts must there be?
    let full = layout.run(None);
    let parts = planned(full.len());
    if parts.len() > full.len() + 1 {
        full
    } else {
        parts
    }
}

/// What is promised of any text and limit.
#[cfg(any(test, fuzzing))]
#[track_caller]
pub(super) fn check(text: &str, limit: u32) {
    let parts = parts_of(text, limit);
    let holds = if limit == 0 { LIMIT } else { limit.max(2) } as usize;
    let mut at = 0;
    for part in &parts {
        let shown = part.text(text);
        assert!(
            units(&shown) <= holds,
            "{} units in {shown:?} of {text:?}",
            units(&shown)
        );
        assert!(!shown.trim().is_empty(), "a blank part of {text:?}");
        assert!(
            text[at..part.range.start].trim().is_empty(),
            "{text:?} lost text at {at}"
        );
        assert!(
            part.range.start - at == 0 || units(&text[at..part.range.start]) + 1 > holds / 2,
            "{text:?} lost space at {at}"
        );
        at = part.range.end;
    }
    let end = units(&text[at..]);
    let last = parts.last().map_or(holds, |part| units(&part.text(text)));
    assert!(
        end == 0 || last + end > holds,
        "{text:?} lost space at its end"
    );
    assert!(text[at..].trim().is_empty(), "{text:?} lost its end");
    let least = units(text.trim()).div_ceil(holds);
    let added: usize = parts
        .iter()
        .map(|part| part.opening.1.len() + part.closing.1.len())
        .sum();
    // What ends before a URL or a character that is drawn as one leaves some room.
    let most = (units(text) + added + 32 * parts.len()).div_ceil(holds) + 1;
    assert!(parts.len() >= least.min(1));
    if holds >= 512 && units(text) < 64 * holds {
        assert!(
            parts.len() <= most,
            "{} parts where {most} are enough",
            parts.len()
        );
    }
}

#[cfg(test)]
mod tests;
