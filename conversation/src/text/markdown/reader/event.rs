//! What the writer needs of a document.

/// A part of a document, in the order in which it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::text::markdown) enum Event<'t> {
    Start(Tag<'t>),
    /// With the tag that it began with.
    End(Tag<'t>),
    Text(&'t str),
    /// A span of code.
    Code(&'t str),
    /// Tags and comments, in a line or as a block.
    Html(&'t str),
    /// The end of a line within a paragraph, soft or hard.
    Break,
    Rule,
    /// A reference to a footnote that is defined.
    Note(&'t str),
}

/// What has a beginning and an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::text::markdown) enum Tag<'t> {
    /// Not in a tight list, whose text has none.
    Paragraph,
    Heading,
    Quote,
    /// A block of code, fenced or indented.
    Code,
    /// A block of HTML.
    Html,
    /// With the number of its first item, if they are numbered.
    List(Option<u64>),
    Item,
    /// The definition of a footnote.
    Note(&'t str),
    Table,
    Row,
    Cell,
    Strong,
    Emphasis,
    Strike,
    /// With its destination.
    Link(&'t str),
    Image(&'t str),
}
