//! Leads as CSV (RFC 4180), safe to open in a spreadsheet.

use std::collections::BTreeSet;

use serde_json::Value;

/// A table whose columns are known with the first page that has any.
#[derive(Default)]
pub struct Table {
    columns: Vec<String>,
    left_out: BTreeSet<String>,
}

impl Table {
    /// The records of a page, below the names of the columns where they begin: the service's, then the leads' others.
    pub fn page(&mut self, names: &[String], rows: &[Value]) -> String {
        let mut text = String::new();
        if self.columns.is_empty() {
            self.columns = names.to_vec();
            for field in fields(rows) {
                if !self.columns.contains(field) {
                    self.columns.push(field.clone());
                }
            }
            if !self.columns.is_empty() {
                text.push_str(&record(&self.columns));
            }
        }
        let columns = &self.columns;
        for row in rows {
            text.push_str(&record(&match row {
                Value::Object(lead) => columns.iter().map(|name| cell(lead.get(name))).collect(),
                Value::Array(cells) => cells.iter().map(|value| cell(Some(value))).collect(),
                value => vec![cell(Some(value))],
            }));
        }
        let unknown = fields(rows).filter(|field| !columns.contains(field));
        self.left_out.extend(unknown.cloned());
        text
    }

    /// Says which fields have no column, because no lead of the first page had them.
    pub fn left_out(&self) -> Option<String> {
        let fields: Vec<_> = self.left_out.iter().map(String::as_str).collect();
        (!fields.is_empty()).then(|| {
            let fields = fields.join(", ");
            format!("robofy: the CSV is without {fields}: the first page of leads has no such field; without --csv all are printed")
        })
    }
}

fn fields(rows: &[Value]) -> impl Iterator<Item = &String> {
    rows.iter()
        .filter_map(Value::as_object)
        .flat_map(|lead| lead.keys())
}

/// A text as it is, all else as JSON.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

fn record(cells: &[String]) -> String {
    // A lone empty cell would be an empty line, which readers pass over.
    if cells.len() == 1 && cells.iter().all(String::is_empty) {
        return "\"\"\r\n".to_owned();
    }
    let cells: Vec<_> = cells.iter().map(|cell| quoted(inert(cell))).collect();
    cells.join(",") + "\r\n"
}

fn quoted(cell: String) -> String {
    match cell.contains(['"', ',', ';', '\t', '\r', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

/// Leads are written by strangers, and a spreadsheet runs a cell that begins as a formula: an apostrophe before it makes it
/// text. One that takes the semicolon for the separator, as where the comma is the decimal sign, does not know the quotes in
/// the middle of its cells, and begins another at each semicolon and line.
fn inert(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for piece in cell.split_inclusive([';', '\r', '\n']) {
        let is_blank = text.is_empty() && piece.starts_with(['\t', '\r', '\n']);
        if is_blank || is_formula(piece.trim_start_matches([' ', '\t', '"'])) {
            text.push('\'');
        }
        text.push_str(piece);
    }
    text
}

/// A number or a telephone number is none.
fn is_formula(text: &str) -> bool {
    let text = text.trim_end_matches([';', '\r', '\n']);
    match text.chars().next() {
        Some('+' | '-') => text
            .chars()
            .skip(1)
            .any(|c| !c.is_ascii_digit() && !" .()-".contains(c)),
        // The last four are full-width forms, which some spreadsheets take for the others.
        Some('=' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}') => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(names: &[&str], pages: &[Value]) -> (String, Option<String>) {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut table = Table::default();
        let pages = pages
            .iter()
            .map(|page| table.page(&names, page.as_array().unwrap()));
        (pages.collect(), table.left_out())
    }

    #[test]
    fn cells_are_quoted_where_csv_needs_it() {
        let lead =
            json!({"name": "Asha \"A\"", "more": [1, 2], "note": "a\nb", "none": null, "n": 1.5});
        let names = ["name", "more", "note", "none", "n", "unheard of"];
        let (text, _) = table(&names, &[json!([lead, ["a", 1]])]);
        let lines = "\"Asha \"\"A\"\"\",\"[1,2]\",\"a\nb\",,1.5,\r\na,1\r\n";
        assert_eq!(text, format!("{}\r\n{lines}", names.join(",")));
        assert_eq!(table(&["a"], &[json!([{"a": ""}])]).0, "a\r\n\"\"\r\n");
    }

    #[test]
    fn columns_are_the_services_and_the_first_pages() {
        let pages = [json!([{"b": 1}, {"a": 2}]), json!([{"b": 3, "late": 4}])];
        assert_eq!(table(&["a"], &pages).0, "a,b\r\n,1\r\n2,\r\n,3\r\n");
        let (text, left_out) = table(&[], &pages);
        assert_eq!(text, "b,a\r\n1,\r\n,2\r\n3,\r\n");
        assert!(left_out.unwrap().contains("without late:"));
        assert_eq!(table(&["x"], &[json!([])]), ("x\r\n".to_owned(), None));
        let late = [json!([]), json!([{"a": 1}])];
        assert_eq!(table(&[], &late), ("a\r\n1\r\n".to_owned(), None));
        assert_eq!(table(&[], &[json!([[1, 2]])]).0, "1,2\r\n");
    }

    #[test]
    fn a_formula_is_text_and_a_number_stays_one() {
        for formula in [
            "=1+1",
            "+A1",
            "-cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            " =1",
            "＝1",
        ] {
            assert_eq!(inert(formula), format!("'{formula}"));
        }
        assert_eq!(inert("\r=1"), "'\r'=1");
        for harmless in ["", "a=1", "-5.2", "+91 (987) 654-321", "1", "Asha", "'"] {
            assert_eq!(inert(harmless), harmless);
        }
    }

    #[test]
    fn a_semicolon_and_a_line_begin_no_formula() {
        for (cell, expected) in [
            ("a;=1;b", "a;'=1;b"),
            ("a;\"=1", "a;'\"=1"),
            ("a\r\n@x\n=1", "a\r\n'@x\n'=1"),
            ("a\n\t-x", "a\n'\t-x"),
        ] {
            assert_eq!(inert(cell), expected);
        }
        for harmless in ["a; b;\n\nc", "Asha;+91 987;-5\n", "x = 1; y"] {
            assert_eq!(inert(harmless), harmless);
        }
    }
}
