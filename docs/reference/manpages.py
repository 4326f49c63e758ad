#!/usr/bin/env python3
"""Man pages of section 3 from Doxygen's XML: robofy(3), and one for each function and type under its own name.

Doxygen's own man pages put a whole theme on one page, and other names in the titles.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

BOLD, ITALIC = ("computeroutput", "bold", "ref"), ("emphasis",)


def escaped(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-").replace("`", r"\(ga")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def inline(element: Element) -> str:
    """The text of an element as roff, on one line."""
    parts = [escaped(element.text or "")]
    for child in element:
        parts += [inline_child(child), escaped(child.tail or "")]
    return squeezed("".join(parts))


def inline_child(child: Element) -> str:
    text = inline(child)
    if child.tag in BOLD:
        section = "(3)" if child.tag == "ref" and text.startswith("robofy_") else ""
        return rf"\fB{text.removesuffix('()')}\fR{section}"
    return rf"\fI{text}\fR" if child.tag in ITALIC else text


def line(text: str) -> str:
    """Text that does not begin with what roff takes for a request."""
    text = text.strip()
    return rf"\&{text}" if text.startswith((".", "'")) else text


def blocks(element: Element) -> Iterator[str]:
    """The paragraphs, lists and examples of a description; what has a section of its own is left out."""
    for paragraph in element.iter("para"):
        if paragraph in set(nested_paragraphs(element)):
            continue
        words = [escaped(paragraph.text or "")]
        for child in paragraph:
            if child.tag in ("parameterlist", "simplesect"):
                pass
            elif child.tag == "itemizedlist":
                yield from said(words)
                yield from (f".IP \\(bu 2\n{line(inline(item))}" for item in child.iter("para"))
            elif child.tag in ("verbatim", "programlisting"):
                yield from said(words)
                yield f".PP\n.in +4n\n.EX\n{code(child)}\n.EE\n.in"
            else:
                words.append(inline_child(child))
            words.append(escaped(child.tail or ""))
        yield from said(words)


def nested_paragraphs(element: Element) -> Iterator[Element]:
    for inner in ("parameterlist", "simplesect", "itemizedlist"):
        for parent in element.iter(inner):
            yield from parent.iter("para")


def said(words: list[str]) -> Iterator[str]:
    text = squeezed("".join(words)).strip()
    words.clear()
    if text:
        yield f".PP\n{line(text)}"


def code(element: Element) -> str:
    return "\n".join(line(escaped(text)) for text in "".join(element.itertext()).strip("\n").split("\n"))


@dataclass
class Page:
    name: str
    brief: str
    sections: list[tuple[str, str]]

    def write(self, directory: Path, version: str) -> None:
        body = "".join(f".SH {title}\n{text}\n" for title, text in self.sections if text)
        (directory / f"{self.name}.3").write_text(
            '.\\" Made from robofy.h; the header is what to change.\n'
            f'.TH {self.name} 3 "" "robofy {version}" "C library"\n'
            f".nh\n.ad l\n.SH NAME\n{self.name} \\- {self.brief}\n{body}",
            encoding="utf-8",
        )


def item_page(item: Element, neighbours: Iterable[str]) -> Page:
    """The page of a function or a type."""
    name = item.findtext("name", "")
    brief = inline(item.find("briefdescription")).strip()
    described = item.find("detaileddescription")
    text = list(blocks(described))
    history = [block for block in text if block.startswith(".PP\nSince ")]
    text = [block for block in text if block not in history]
    # Doxygen took the first sentence out of the first paragraph.
    rest = text.pop(0).removeprefix(".PP\n") if text else ""
    text.insert(0, f".PP\n{line(brief)}\n{rest}".rstrip())
    mentioned = [ref.text.removesuffix("()") for ref in item.iter("ref") if (ref.text or "").startswith("robofy_")]
    related = dict.fromkeys(other for other in (*mentioned, *neighbours) if other != name)
    return Page(
        name,
        brief.rstrip("."),
        [
            ("SYNOPSIS", synopsis(item)),
            ("DESCRIPTION", "\n".join(text)),
            ("VALUES", "\n".join(values(item))),
            ("PARAMETERS", "\n".join(parameters(described))),
            ("RETURN VALUE", "\n".join(line(inline(para)) for para in described.findall(".//simplesect/para"))),
            ("HISTORY", "\n".join(block.removeprefix(".PP\n") for block in history)),
            ("SEE ALSO", ",\n".join(rf"\fB{other}\fR(3)" for other in ("robofy", *related))),
        ],
    )


def synopsis(item: Element) -> str:
    return f".nf\n.B #include <robofy.h>\n.PP\n{declaration(item)}\n.fi\n.PP\nLink with \\fI\\-lrobofy\\fR."


def declaration(item: Element) -> str:
    name = item.findtext("name", "")
    if item.get("kind") == "enum":
        return rf"\fBenum {name};\fR"
    if item.get("kind") == "typedef":
        return rf"\fBtypedef struct {name} {name};\fR"
    arguments = []
    for parameter in item.findall("param"):
        kind = "".join(parameter.find("type").itertext())
        gap = "" if kind.endswith("*") else " "
        declared = parameter.findtext("declname", "")
        arguments.append(rf"\fB{kind}{gap}\fR" + (rf"\fI{declared}\fR" if declared else ""))
    kind = "".join(item.find("type").itertext())
    gap = "" if kind.endswith("*") else " "
    opening = "\n    " if len(arguments) > 1 else ""
    return rf"\fB{kind}{gap}{name}(\fR{opening}" + ",\n    ".join(arguments) + r"\fB);\fR"


def parameters(described: Element) -> Iterator[str]:
    for item in described.findall(".//parameterlist/parameteritem"):
        name = "".join(item.find("parameternamelist").itertext()).strip()
        text = " ".join(inline(para).strip() for para in item.findall("parameterdescription/para"))
        yield f".TP\n.I {name}\n{line(text)}"


def values(item: Element) -> Iterator[str]:
    for value in item.findall("enumvalue"):
        words = " ".join(inline(para).strip() for para in value.iter("para"))
        yield f'.TP\n.BR {value.findtext("name")} " {value.findtext("initializer")}"\n{line(words)}'


def overview(front: Element, themes: list[tuple[str, list[Page]]]) -> Page:
    """robofy(3): the rules that hold for every function, and all there is."""
    contents = "\n".join(
        f".SS {title}\n" + "\n".join(f".TP\n.BR {page.name} (3)\n{line(page.brief)}" for page in pages)
        for title, pages in themes
    )
    return Page(
        "robofy",
        "a WhatsApp user's message in, the Robofy AI agent's complete answer out",
        [
            ("SYNOPSIS", ".nf\n.B #include <robofy.h>\n.fi\n.PP\nLink with \\fI\\-lrobofy\\fR."),
            ("DESCRIPTION", "\n".join(blocks(front.find(".//detaileddescription")))),
            ("FUNCTIONS AND TYPES", contents),
        ],
    )


def pages(xml: Path) -> Iterator[Page]:
    themes = []
    index = ElementTree.parse(xml / "index.xml")
    for group in index.iterfind("compound[@kind='group']"):
        compound = ElementTree.parse(xml / f"{group.get('refid')}.xml").find("compounddef")
        members = compound.findall("sectiondef/memberdef")
        items = [member for kind in ("typedef", "enum", "function") for member in members if member.get("kind") == kind]
        names = [item.findtext("name", "") for item in items]
        theme = [item_page(item, names) for item in items]
        themes.append((compound.findtext("title", ""), theme))
        yield from theme
    yield overview(ElementTree.parse(xml / "indexpage.xml").getroot(), themes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("xml", type=Path, help="the folder of Doxygen's XML")
    parser.add_argument("man3", type=Path, help="where the pages go")
    parser.add_argument("--version", required=True, help="the library's, for the foot of each page")
    options = parser.parse_args()
    options.man3.mkdir(parents=True, exist_ok=True)
    for page in pages(options.xml):
        page.write(options.man3, options.version)


if __name__ == "__main__":
    main()
