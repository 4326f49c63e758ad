//! The text of a paragraph, a heading or a cell: code, HTML and links first, emphasis last.

mod bracket;
mod code;
mod delimiter;
pub(super) mod destination;
mod link;
pub(super) mod markup;
mod punctuation;

use self::bracket::Brackets;
use self::delimiter::{Runs, Style};
use super::definition::Definitions;
use super::event::{Event, Tag};
use crate::text::entity;

/// A part of a text, in bytes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Text(usize, usize),
    /// What an entity stands for.
    Char(char),
    Code(usize, usize),
    Html(usize, usize),
    Break,
    /// `[` or `![`, which is text unless it becomes the beginning of a link.
    Bracket(usize, usize),
    /// With the number of the destination.
    Link(usize),
    LinkEnd(usize),
    Image(usize),
    ImageEnd(usize),
    /// A URL or an address in `<>`.
    Auto(usize, usize),
    Note(usize, usize),
    Run(usize),
}

/// Reads texts; its memory serves for each of them.
pub(super) struct Inline<'d> {
    definitions: &'d Definitions,
    nodes: Vec<Node>,
    runs: Runs,
    brackets: Brackets,
    destinations: Vec<String>,
    /// Bytes that references may still be written out to: a short reference may stand for a long URL.
    allowance: usize,
}

impl<'d> Inline<'d> {
    pub fn new(definitions: &'d Definitions, length: usize) -> Self {
        Self {
            definitions,
            nodes: Vec::new(),
            runs: Runs::default(),
            brackets: Brackets::default(),
            destinations: Vec::new(),
            allowance: length.max(100_000),
        }
    }

    /// Gives the events of `text`.
    pub fn read(&mut self, text: &str, emit: &mut dyn FnMut(Event)) {
        let text = text.trim_end_matches(BLANK);
        self.nodes.clear();
        self.runs.clear();
        self.brackets.clear();
        self.destinations.clear();
        self.scan(text);
        self.runs.pair(0);
        self.emit(text, emit);
    }

    fn scan(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut code = code::Runs::default();
        let mut unclosed = markup::Unclosed::default();
        let mut done = 0;
        let mut at = 0;
        while let Some(length) = bytes[at..]
            .iter()
            .position(|byte| SPECIAL[usize::from(*byte)])
        {
            at += length;
            let node =
                match bytes[at] {
                    b'\n' => {
                        let hard = text[done..at].ends_with('\\');
                        let line = if hard {
                            &text[done..at - 1]
                        } else {
                            text[done..at].trim_end_matches(BLANK)
                        };
                        self.text(done, done + line.len());
                        done = at;
                        Some((Node::Break, at + 1))
                    }
                    b'\\' => match bytes.get(at + 1) {
                        Some(next) if next.is_ascii_punctuation() => {
                            self.text(done, at);
                            done = at + 1;
                            at += 2;
                            // A backslash that is text makes no line break.
                            if *next == b'\\' {
                                self.text(done, at);
                                done = at;
                            }
                            continue;
                        }
                        _ => None,
                    },
                    b'`' => {
                        let length = code::length(bytes, at);
                        let start = at + length;
                        match code.close(text, start, length) {
                            Some(end) => Some((Node::Code(start, end), end + length)),
                            None => {
                                at = start;
                                continue;
                            }
                        }
                    }
                    b'<' => match markup::autolink(text, at) {
                        Some(end) => Some((Node::Auto(at + 1, end), end + 1)),
                        None => markup::html(text, at, &mut unclosed)
                            .map(|end| (Node::Html(at, end), end)),
                    },
                    b'&' => entity::reference(&text[at..])
                        .map(|(c, length)| (Node::Char(c), at + length)),
                    b'!' if bytes.get(at + 1) != Some(&b'[') => None,
                    b'!' | b'[' => {
                        self.text(done, at);
                        done = at + 1 + usize::from(bytes[at] == b'!');
                        self.brackets
                            .push(self.nodes.len(), at, done, self.runs.pending());
                        self.nodes.push(Node::Bracket(at, done));
                        at = done;
                        continue;
                    }
                    b']' => {
                        self.text(done, at);
                        done = at;
                        at = self.end_bracket(text, at);
                        if at == done {
                            at += 1;
                        } else {
                            done = at;
                        }
                        continue;
                    }
                    _ => {
                        let id = self.runs.runs.len();
                        let (length, taken) = self.runs.push(text, at);
                        if !taken {
                            at += length;
                            continue;
                        }
                        Some((Node::Run(id), at + length))
                    }
                };
            let Some((node, end)) = node else {
                at += 1;
                continue;
            };
            self.text(done, at.max(done));
            self.nodes.push(node);
            done = end;
            at = end;
        }
        self.text(done, text.len());
    }

    fn text(&mut self, start: usize, end: usize) {
        if start < end {
            self.nodes.push(Node::Text(start, end));
        }
    }

    fn emit(&self, text: &str, emit: &mut dyn FnMut(Event)) {
        let mut buffer = [0; 4];
        for node in &self.nodes {
            match *node {
                Node::Text(start, end) | Node::Bracket(start, end) => {
                    emit(Event::Text(&text[start..end]));
                }
                Node::Char(c) => emit(Event::Text(c.encode_utf8(&mut buffer))),
                Node::Code(start, end) => emit(Event::Code(&code::code(&text[start..end]))),
                Node::Html(start, end) => emit(Event::Html(&text[start..end])),
                Node::Break => emit(Event::Break),
                Node::Link(id) => emit(Event::Start(Tag::Link(&self.destinations[id]))),
                Node::LinkEnd(id) => emit(Event::End(Tag::Link(&self.destinations[id]))),
                Node::Image(id) => emit(Event::Start(Tag::Image(&self.destinations[id]))),
                Node::ImageEnd(id) => emit(Event::End(Tag::Image(&self.destinations[id]))),
                Node::Auto(start, end) => {
                    let link = Tag::Link(&text[start..end]);
                    emit(Event::Start(link));
                    emit(Event::Text(&text[start..end]));
                    emit(Event::End(link));
                }
                Node::Note(start, end) => emit(Event::Note(&text[start..end])),
                Node::Run(id) => {
                    let run = &self.runs.runs[id];
                    for style in self.runs.closed(run) {
                        emit(Event::End(tag(style)));
                    }
                    if run.left > 0 {
                        emit(Event::Text(&text[run.start..run.start + run.left]));
                    }
                    for style in self.runs.opened(run) {
                        emit(Event::Start(tag(style)));
                    }
                }
            }
        }
    }
}

fn tag(style: Style) -> Tag<'static> {
    match style {
        Style::Emphasis => Tag::Emphasis,
        Style::Strong => Tag::Strong,
        Style::Strike => Tag::Strike,
    }
}

const BLANK: [char; 4] = [' ', '\t', '\u{B}', '\u{C}'];

/// The bytes that may be more than text.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let bytes = b"\n\\`<&![]*_~";
    let mut index = 0;
    while index < bytes.len() {
        special[bytes[index] as usize] = true;
        index += 1;
    }
    special
};
