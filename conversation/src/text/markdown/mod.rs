//! Markdown as WhatsApp text: the reader's events in, lines out.

mod fit;
mod html;
mod leftover;
mod line;
mod link;
mod piece;
mod reader;
mod repair;
mod table;
mod writer;
mod written;

use self::piece::{BOLD, ITALIC, Kind, Piece, STRIKE};
use self::reader::{Event, Tag};
use self::table::{Shape, Table};
use self::writer::Writer;
use super::mask::{mask, unmask};

/// `text`, which is Markdown, as WhatsApp text.
pub(super) fn render(text: &str) -> String {
    let masked = mask(text);
    let mut renderer = Renderer {
        writer: Writer::new(text.len()),
        labels: table::Allowance::new(text.len()),
        ..Renderer::default()
    };
    reader::read(&masked, &mut |event| renderer.event(event));
    renderer.writer.end_line();
    renderer.writer.out
}

#[derive(Default)]
struct Renderer {
    writer: Writer,
    /// How many of each style are open: of Markdown, and of HTML.
    open: [u32; 3],
    html: [u32; 3],
    links: Vec<link::Open>,
    table: Option<Table>,
    labels: table::Allowance,
    /// The content of the block of code or HTML that is being read.
    block: Option<String>,
}

impl Renderer {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.block {
                Some(block) => block.push_str(&unmask(text)),
                None => self.text(text),
            },
            Event::Code(code) => self.push(Piece::new(unmask(code), self.style(), Kind::Code)),
            Event::Html(html) => match &mut self.block {
                Some(block) => block.push_str(&unmask(html)),
                None => self.html(html),
            },
            Event::Break => self.line_break(),
            Event::Rule => {
                self.writer.block();
                self.writer.push(Piece::text("———", 0));
                self.writer.block();
            }
            Event::Note(name) => {
                self.push(Piece::text(format!("[{}]", unmask(name)), self.style()));
            }
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Paragraph => self.writer.paragraph(),
            Tag::Heading => {
                self.writer.block();
                self.open[0] += 1;
            }
            Tag::Quote => self.writer.start_quote(),
            Tag::Code => {
                self.block = Some(String::new());
                self.writer.end_line();
            }
            Tag::Html => self.block = Some(String::new()),
            Tag::List(first) => self.writer.start_list(first),
            Tag::Item => self.writer.start_item(),
            Tag::Note(name) => {
                self.writer.block();
                self.writer.marker(format!("[{}] ", unmask(name)));
            }
            Tag::Table => {
                self.writer.block();
                self.table = Some(Table::default());
            }
            Tag::Row => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Strong => self.open[0] += 1,
            Tag::Emphasis => self.open[1] += 1,
            Tag::Strike => self.open[2] += 1,
            Tag::Link(url) | Tag::Image(url) => {
                self.links
                    .push(link::Open::new(&unmask(url), self.writer.line.len()));
            }
            Tag::Cell => {}
        }
    }

    fn end(&mut self, tag: Tag) {
        match tag {
            Tag::Paragraph => {
                self.html = [0; 3];
                self.writer.block();
            }
            Tag::Heading => {
                self.html = [0; 3];
                self.open[0] -= 1;
                self.writer.block();
            }
            Tag::Quote => self.writer.end_quote(),
            Tag::Code => {
                let code = self.block.take().unwrap_or_default();
                self.writer.fence(&code);
            }
            Tag::Html => {
                let html = self.block.take().unwrap_or_default();
                self.writer.paragraph();
                self.html(&html);
                self.html = [0; 3];
                self.writer.block();
            }
            Tag::List(_) => self.writer.end_list(),
            Tag::Item => self.writer.end_item(),
            Tag::Note(_) => self.writer.block(),
            Tag::Table => self.end_table(),
            Tag::Cell => {
                let cell = std::mem::take(&mut self.writer.line);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            Tag::Strong => self.open[0] -= 1,
            Tag::Emphasis => self.open[1] -= 1,
            Tag::Strike => self.open[2] -= 1,
            Tag::Link(_) | Tag::Image(_) => {
                if let Some(link) = self.links.pop() {
                    link.end(&mut self.writer.line, !self.links.is_empty());
                }
            }
            Tag::Row => {}
        }
    }

    fn end_table(&mut self) {
        let table = self.table.take().unwrap_or_default();
        match table.shape(&mut self.labels) {
            Shape::Code(code) => self.writer.fence(&code),
            Shape::Rows(rows) => {
                for row in rows {
                    for line in row {
                        self.writer.line = line;
                        self.writer.end_line();
                    }
                    self.writer.block();
                }
            }
        }
    }

    fn style(&self) -> u8 {
        [BOLD, ITALIC, STRIKE]
            .into_iter()
            .enumerate()
            .filter(|(index, _)| self.open[*index] + self.html[*index] > 0)
            .map(|(_, style)| style)
            .sum()
    }

    fn push(&mut self, piece: Piece) {
        link::keep_apart(&mut self.writer.line, &piece);
        self.writer.push(piece);
    }

    fn text(&mut self, text: &str) {
        for (index, line) in unmask(text).split('\n').enumerate() {
            if index > 0 {
                self.line_break();
            }
            if !line.is_empty() {
                self.push(Piece::text(line, self.style()));
            }
        }
    }

    fn html(&mut self, html: &str) {
        html::read(html, |text, tag| {
            self.text(text);
            let (index, opens) = match tag {
                Some(html::Tag::Break) => return self.line_break(),
                Some(html::Tag::Bold(opens)) => (0, opens),
                Some(html::Tag::Italic(opens)) => (1, opens),
                Some(html::Tag::Strike(opens)) => (2, opens),
                Some(html::Tag::Nothing) | None => return,
            };
            let count = &mut self.html[index];
            *count = if opens {
                *count + 1
            } else {
                count.saturating_sub(1)
            };
        });
    }

    /// No line ends within a link or a cell.
    fn line_break(&mut self) {
        if self.table.is_some() || !self.links.is_empty() {
            self.push(Piece::text(" ", self.style()));
        } else {
            self.writer.end_line();
        }
    }
}
