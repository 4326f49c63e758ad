//! What is read against what pulldown-cmark reads.

use std::path::PathBuf;
use std::process::Command;

use proptest::prelude::*;
use proptest::sample::select;
use pulldown_cmark::{Event as Theirs, Options, Parser, Tag as TheirTag, TagEnd};

use super::*;

/// Events as texts; what is text in a row is one.
#[derive(Default)]
struct Trace(Vec<String>);

impl Trace {
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.starts_with('"') => last.push_str(text),
            _ => self.0.push(format!("\"{text}")),
        }
    }

    fn push(&mut self, event: String) {
        self.0.push(event);
    }

    /// Code or HTML; white space in a row counts as one space, since their lines may be indented.
    fn verbatim(&mut self, what: &str, text: &str) {
        let mut text = text.replace(['\n', '\t'], " ");
        while text.contains("  ") {
            text = text.replace("  ", " ");
        }
        self.0.push(format!("{what} {}", text.trim()));
    }

    /// Without the empty cells at the end of a row, and white space around the lines of HTML and after code and headings.
    fn end(&mut self, tag: &str) {
        if tag == "Row" {
            while self.0.ends_with(&["+Cell".into(), "-Cell".into()]) {
                self.0.truncate(self.0.len() - 2);
            }
        }
        if matches!(tag, "Code" | "Html" | "Heading")
            && let Some(last) = self.0.last_mut().filter(|last| last.starts_with('"'))
        {
            last.truncate(last.trim_end().len());
            if tag == "Html" {
                *last = format!(
                    "\"{}",
                    last[1..]
                        .lines()
                        .map(str::trim)
                        .collect::<Vec<_>>()
                        .join("\n")
                );
            }
            if last == "\"" {
                self.0.pop();
            }
        }
        self.0.push(format!("-{tag}"));
    }
}

fn ours(text: &str) -> Vec<String> {
    let mut trace = Trace::default();
    let mut block = false;
    read(text, &mut |event| match event {
        Event::Start(tag) => {
            block |= tag == Tag::Html;
            trace.push(format!("+{tag:?}"));
        }
        Event::End(tag) => {
            block &= tag != Tag::Html;
            let name = format!("{tag:?}");
            trace.end(name.split('(').next().unwrap());
        }
        Event::Text(text) => trace.text(text),
        Event::Html(text) if block => trace.text(text),
        Event::Html(text) => trace.verbatim("Html", text),
        Event::Code(text) => trace.verbatim("Code", text),
        other => trace.push(format!("{other:?}")),
    });
    trace.0
}

fn theirs(text: &str) -> Vec<String> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut trace = Trace::default();
    for event in Parser::new_ext(text, options) {
        match event {
            Theirs::Start(tag) => trace.push(format!(
                "+{}",
                match tag {
                    TheirTag::Heading { .. } => "Heading".into(),
                    TheirTag::BlockQuote(_) => "Quote".into(),
                    TheirTag::CodeBlock(_) => "Code".into(),
                    TheirTag::HtmlBlock => "Html".into(),
                    TheirTag::List(first) => format!("List({first:?})"),
                    TheirTag::FootnoteDefinition(name) => format!("Note({:?})", &*name),
                    TheirTag::Table(_) => "Table".into(),
                    TheirTag::TableHead | TheirTag::TableRow => "Row".into(),
                    TheirTag::TableCell => "Cell".into(),
                    TheirTag::Strikethrough => "Strike".into(),
                    TheirTag::Link { dest_url, .. } => format!("Link({:?})", &*dest_url),
                    TheirTag::Image { dest_url, .. } => format!("Image({:?})", &*dest_url),
                    other => format!("{other:?}"),
                }
            )),
            Theirs::End(tag) => trace.end(match tag {
                TagEnd::Heading(_) => "Heading",
                TagEnd::BlockQuote(_) => "Quote",
                TagEnd::CodeBlock => "Code",
                TagEnd::HtmlBlock => "Html",
                TagEnd::List(_) => "List",
                TagEnd::FootnoteDefinition => "Note",
                TagEnd::TableHead | TagEnd::TableRow => "Row",
                TagEnd::TableCell => "Cell",
                TagEnd::Strikethrough => "Strike",
                TagEnd::Item => "Item",
                TagEnd::Table => "Table",
                TagEnd::Paragraph => "Paragraph",
                TagEnd::Emphasis => "Emphasis",
                TagEnd::Strong => "Strong",
                TagEnd::Link => "Link",
                TagEnd::Image => "Image",
                other => panic!("{other:?}"),
            }),
            Theirs::Text(text) => trace.text(&text),
            Theirs::Code(text) => trace.verbatim("Code", &text),
            Theirs::Html(text) => trace.text(&text),
            Theirs::InlineHtml(text) => trace.verbatim("Html", &text),
            Theirs::SoftBreak | Theirs::HardBreak => trace.push("Break".into()),
            Theirs::Rule => trace.push("Rule".into()),
            Theirs::FootnoteReference(name) => trace.push(format!("{:?}", Event::Note(&name))),
            other => panic!("{other:?}"),
        }
    }
    trace.0
}

/// The examples of CommonMark's specification and of GFM's, as pulldown-cmark's own tests have them.
fn examples() -> Vec<(String, String)> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--offline",
            "--manifest-path",
        ])
        .arg(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|package| package["name"] == "pulldown-cmark")
        .unwrap();
    let suite = PathBuf::from(package["manifest_path"].as_str().unwrap())
        .with_file_name("tests")
        .join("suite");
    let mut examples = Vec::new();
    for file in std::fs::read_dir(suite).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = std::fs::read_to_string(&path).unwrap();
        let texts = source
            .split("let original = r##\"")
            .skip(1)
            .map(|rest| rest.split("\"##;").next().unwrap());
        examples.extend(
            texts
                .enumerate()
                .map(|(index, text)| (format!("{name} {}", index + 1), text.to_owned())),
        );
    }
    examples
}

#[test]
fn examples_are_read_as_pulldown_reads_them() {
    let examples = examples();
    assert!(
        examples
            .iter()
            .filter(|(name, _)| name.starts_with("spec "))
            .count()
            > 600
    );
    let different: Vec<&str> = examples
        .iter()
        .filter(|(_, text)| ours(text) != theirs(text))
        .map(|(name, _)| name.as_str())
        .collect();
    println!("{} of {}", different.len(), examples.len());
    // Names of entities that HTML 4 does not have.
    assert_eq!(different, ["spec 25"]);
}

#[test]
fn punctuation_is_that_of_pulldown() {
    let emphasis = |events: Vec<String>| events.iter().any(|event| event == "+Strong");
    let all = (0x80..0x2_0000).filter_map(char::from_u32);
    let mut wrong = Vec::new();
    for c in all.filter(|c| !c.is_alphanumeric()) {
        let text = format!("x**{c}y** z");
        // Of what is not assigned to anything, ours takes some for punctuation.
        if emphasis(ours(&text)) && !emphasis(theirs(&text)) {
            wrong.push(c);
        }
    }
    assert_eq!(wrong, []);
    for c in "\u{301}\u{200B}\u{200D}\u{FE0F}\u{20E3}\u{E0001}\u{10FE2A}".chars() {
        assert!(emphasis(ours(&format!("x**{c}y** z"))), "{:x}", c as u32);
    }
}

#[rustfmt::skip]
const FRAGMENTS: &[&str] = &[
    "*", "**", "***", "_", "__", "~", "~~", "`", "``", "```", "~~~", "\n", "\n\n", "\n", " ", "  ", "   ", "    ", "\t", "a", "b c", "1", "2. ", "1) ",
    "- ", "+ ", "* ", "-", "> ", ">", "#", "# ", "## ", "---", "===", "***\n", "|", "|-|", "|a|b|\n|-|-|\n", ":-", "[", "]", "(", ")", "](", "![", "[a]",
    "[a]: b\n", "[^a]", "[^a]: ", "\n[a]: <c> 'd'\n", "<", ">", "<a>", "</b>", "<br/>", "<!-- ", "-->", "<div>", "<http://a.b>", "<a b='", "'", "\"",
    "\\|", "`|`", "<pre>", "</pre>", "<?", "?>", "<!X", "]]>", "<![CDATA[", "![a](b)", "[a](b \"c\")", "(<", "10. ", "[]", "^", "=", "\n\t", "[a][a]", "\u{2003}",
    "&amp;", "&#42;", "&", ";", "&x;", "\\", "\\*", "\\\\", "\\\n", ".", "!", ":", "é", "漢", "。", "\u{A0}", "\u{10FE2A}", "©", "\n- ", "\n  ", "\n    ", "\n> ",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(select(FRAGMENTS), 1..16).prop_map(|parts| parts.concat())
}

/// Where the two differ in what is generated here.
fn is_different(text: &str) -> bool {
    let any_line = |is: fn(&str) -> bool| text.lines().any(is);
    let tildes = |length: usize| text.split(|c| c != '~').any(|run| run.len() == length);
    let table = text.contains("|-|");
    // Theirs: after two tildes that nothing opens, one does not close any more.
    tildes(1) && tildes(2)
        // Theirs: a footnote that begins with an empty line makes the list around it loose, and tabs are counted from its text.
        || any_line(|line| line.contains("[^a]:") && (line.contains('\t') || line.trim_end().ends_with("]:")))
        // Ours: a row of a table may be indented by four columns, whatever it begins with; no table has its head below a definition.
        || table && any_line(|line| line.contains("    ") || line.contains('\t'))
        || table && text.contains("]:")
        // Theirs: a head that ends in a backslash ends a paragraph, and is none.
        || table && text.contains("\\\n")
        // Theirs: `\\|` in HTML keeps its backslash in a table.
        || table && text.contains('<') && text.contains("\\|")
        // Theirs: the end of a heading is found only after spaces.
        || any_line(|line| line.contains('#') && line.contains('\t'))
        // Theirs: the markers of a quote are read as a part of a comment or a declaration.
        || text.contains('>') && ["<!", "<?"].iter().any(|html| text.contains(html))
        // Theirs: the label of a link may begin with a bracket that is escaped.
        || text.contains("]\\[")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 80 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_read_as_pulldown_reads_it(text in text()) {
        if !is_different(&text) {
            prop_assert_eq!(ours(&text), theirs(&text), "{:?}", text);
        }
    }

    #[test]
    fn what_begins_ends(text in text()) {
        let mut open = Vec::new();
        read(&text, &mut |event| match event {
            Event::Start(tag) => open.push(format!("{tag:?}")),
            Event::End(tag) => assert_eq!(open.pop(), Some(format!("{tag:?}"))),
            _ => {}
        });
        prop_assert!(open.is_empty());
    }
}
