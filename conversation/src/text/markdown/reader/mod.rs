//! CommonMark with tables, strikethrough and footnotes: a text in, what the writer needs of it out.
//!
//! The blocks come first, in one pass over the lines, because a link may be defined after it is used; then the text of each.
//! Nothing recurses, and the time is linear in the length.

mod block;
mod definition;
mod event;
mod inline;

use std::borrow::Cow;

use self::block::{Block, Blocks, Container, table};
pub(super) use self::event::{Event, Tag};
use self::inline::Inline;

/// Gives the events of `text`.
pub(super) fn read(text: &str, emit: &mut dyn FnMut(Event)) {
    let text = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
    let mut blocks = Blocks::new(&text);
    blocks.read();
    let mut inline = Inline::new(&blocks.definitions, text.len());
    let mut joined = String::new();
    for block in &blocks.out {
        let mut within = |tag, lines: &std::ops::Range<usize>, emit: &mut dyn FnMut(Event)| {
            emit(Event::Start(tag));
            inline.read(blocks.lines.text(lines, &mut joined), emit);
            emit(Event::End(tag));
        };
        match block {
            Block::Start(container) => emit(Event::Start(tag(container, &blocks))),
            Block::End(container) => emit(Event::End(tag(container, &blocks))),
            Block::Paragraph(lines, list) if list.is_some_and(|list| !blocks.lists[list].loose) => {
                inline.read(blocks.lines.text(lines, &mut joined), emit);
            }
            Block::Paragraph(lines, _) => within(Tag::Paragraph, lines, emit),
            Block::Heading(lines) => within(Tag::Heading, lines, emit),
            Block::Code(lines) => {
                emit(Event::Start(Tag::Code));
                blocks.lines.each(lines, |part| emit(Event::Text(part)));
                emit(Event::End(Tag::Code));
            }
            Block::Html(lines) => {
                emit(Event::Start(Tag::Html));
                blocks.lines.each(lines, |part| emit(Event::Html(part)));
                emit(Event::End(Tag::Html));
            }
            Block::Rule => emit(Event::Rule),
            Block::Table => emit(Event::Start(Tag::Table)),
            Block::Row(row, columns) => {
                emit(Event::Start(Tag::Row));
                for cell in table::cells(&text[row.clone()]).take(*columns) {
                    emit(Event::Start(Tag::Cell));
                    inline.read(&table::unescaped(cell), emit);
                    emit(Event::End(Tag::Cell));
                }
                emit(Event::End(Tag::Row));
            }
            Block::TableEnd => emit(Event::End(Tag::Table)),
        }
    }
}

fn tag<'t>(container: &Container, blocks: &Blocks<'t>) -> Tag<'t> {
    match container {
        Container::Quote => Tag::Quote,
        Container::List { id, .. } => Tag::List(blocks.lists[*id].first),
        Container::Item { .. } => Tag::Item,
        Container::Note(label) => Tag::Note(&blocks.text[label.clone()]),
    }
}

#[cfg(test)]
mod tests;
