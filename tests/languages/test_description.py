"""bindings/describe: the same bytes anywhere, and a failure that names what differs, whatever the header says."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from description import InterfaceError, described, functions_of, languages
from library import HEADERS
from standin import ROOT

HEADER = (HEADERS / "robofy.h").read_text(encoding="utf-8")
FILES = languages.files(described())
FUNCTIONS = [function.name for function in described().functions]
CHANGES = ("removed", "renamed", "retyped", "more", "returns")
# Whose files declare every function; C++ and Go compile against the header, and Java has no unsigned types.
DECLARING = ("cli/", *(f"bindings/{name}/" for name in ("csharp", "luajit", "node", "perl", "php", "python", "ruby")))
# Each of these has a meaning in the documentation of some language.
ODD = (
    "`a < b && c > d`, x<y & z>w, {@link Foo}, 100% of %s, =cut, X<5, \"q\" 'q' \\u0041 \\x, ${x} #{y}, ?> ]] <!-- "
    '<b> @z - 1. naïve |pipe| # + `{`, """x"'
)
STATUS_COMMENT = "The certificate or the TLS handshake. Nothing was sent."
OPTION_COMMENT = "The proxy to tunnel through. Plain http is never sent through a proxy."


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("include", "bindings/describe", *FILES):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif not target.exists():
            shutil.copy(ROOT / name, target)
    return tmp_path


def describe(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / "bindings" / "describe"), *arguments]
    return subprocess.run(command, cwd="/", env={**os.environ, **environment}, capture_output=True, text=True)


def header_of(tmp_path: Path, text: str) -> Path:
    assert text != HEADER
    (tmp_path / "robofy.h").write_text(text, encoding="utf-8")
    return tmp_path / "robofy.h"


def test_deleted_files_are_written_with_the_same_bytes(checkout: Path) -> None:
    listed = describe(checkout, "--list").stdout.split()
    assert listed == sorted(FILES)
    for name in listed:
        (checkout / name).unlink()
    assert describe(checkout).returncode == 0
    assert all((checkout / name).read_bytes() == (ROOT / name).read_bytes() for name in listed)
    assert describe(checkout, "--check").returncode == 0


def test_the_locale_is_not_looked_at(checkout: Path) -> None:
    changed = HEADER.replace(STATUS_COMMENT, f"{STATUS_COMMENT} Naïve.")
    (checkout / "include" / "robofy.h").write_text(changed, encoding="utf-8")
    told = describe(checkout, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (told.returncode, told.stderr) == (0, "")
    assert "Naïve." in (checkout / "docs" / "statuses.md").read_text(encoding="utf-8")


def test_a_file_that_is_generated_no_more_goes(checkout: Path) -> None:
    old = checkout / "bindings" / "go" / "old.go"
    shutil.copy(checkout / "bindings" / "go" / "status.go", old)
    told = describe(checkout, "--check")
    assert (told.returncode, told.stderr) == (1, "bindings/go/old.go is generated no more: run make bindings\n")
    assert describe(checkout).stdout == "removed bindings/go/old.go\n"
    assert not old.exists()


def test_the_check_names_the_function(checkout: Path) -> None:
    changed = HEADER.replace("int64_t timeout_ms);", "int32_t timeout_ms);", 1)
    (checkout / "include" / "robofy.h").write_text(changed, encoding="utf-8")
    told = describe(checkout, "--check")
    assert told.returncode == 1
    assert "bindings/python/src/robofy/_declarations.py is not what include/robofy.h declares (robofy_client_poll)" in (
        told.stderr
    )


# Each function changes in one way: all ways of all would take minutes.
@pytest.mark.parametrize(("name", "change"), list(zip(FUNCTIONS, itertools.cycle(CHANGES))))
def test_a_function_that_changes_is_named(tmp_path: Path, name: str, change: str) -> None:
    refused = ""
    try:
        changed = languages.files(described(header_of(tmp_path, _changed(name, change))))
    except InterfaceError as error:
        changed, refused = FILES, str(error)
    named = {file for file, text in FILES.items() if name in functions_of(text, changed[file])}
    assert name in refused or all(any(file.startswith(folder) for file in named) for folder in DECLARING)


def _changed(name: str, change: str) -> str:
    [(comment, returns, parameters)] = re.findall(
        rf"(/\*\*\n(?: \*[^\n]*\n)+? \*/\n)([\w ]+?\*?)\b{name}\(([^)]*)\);", HEADER
    )
    prototype = f"{returns}{name}({parameters});"
    if change == "removed":
        return HEADER.replace(comment + prototype, "")
    if change == "renamed":
        return re.sub(rf"\b{name}\b", f"{name}_anew", HEADER)
    if change == "returns":
        return HEADER.replace(prototype, f"double {name}({parameters});")
    first = parameters.partition(",")[0]
    if change == "retyped" and first != "void":
        retyped = parameters.replace(first, f"double {first.split()[-1]}")
        return HEADER.replace(prototype, f"{returns}{name}({retyped});")
    more = "int64_t more" if first == "void" else f"{parameters}, int64_t more"
    told = re.sub(r"(\n \* (?:@return|Since))", r"\n * @param more Something.\1", comment, count=1)
    return HEADER.replace(comment + prototype, f"{told}{returns}{name}({more});")


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        (r"void robofy_error_free\(RobofyError \*error\);", "", "robofy_error_free is not declared"),
        ("  ROBOFY_STATUS_INTERNAL = 15,\n", r"\g<0>  ROBOFY_STATUS_OLD = 16,\n", "ROBOFY_STATUS_OLD has no comment"),
        (r"\n \* Since 0.1.0.\n \*/\nvoid robofy_message_free", r"\n */\nvoid robofy_message_free", "since when"),
        ("@return True if so; false for NULL.", "", "robofy_error_is_retryable: the comment does not say what is"),
        ("a retry; 0 for NULL", "a `retry; 0 for NULL", "robofy_reply_attempts: the comment has a ` without another"),
        ("uint32_t retries\\);", "int32_t retries);", "robofy_options_set_max_retries does not take"),
        ("int64_t timeout_ms\\);", "int16_t timeout_ms);", "robofy_client_poll has a type that no binding knows"),
        ("int64_t timeout_ms\\);", "int64_t *timeout_ms);", "robofy_client_poll has a type that no binding knows"),
        ("@param ordered True to do so; the default is false", r"@param ordered True", "tells no default of ordered"),
    ],
)
def test_a_header_of_which_no_binding_can_be_made_is_refused(
    tmp_path: Path, before: str, after: str, complaint: str
) -> None:
    with pytest.raises(InterfaceError, match=complaint):
        languages.files(described(header_of(tmp_path, re.sub(before, after, HEADER, count=1))))


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("Blocking calls do not count.", "Blocking calls count.", "cpp: robofy_options_set_max_in_flight"),
        ("Messages at once; 0 is taken as 1.", "Messages at once; 0 is taken as 2.", "node: burst"),
        ("With HTTP status 0 the client's own", "With none the client's own", "node: RATE_LIMITED"),
    ],
)
def test_words_of_a_languages_own_are_looked_at_again(tmp_path: Path, before: str, after: str, named: str) -> None:
    with pytest.raises(InterfaceError, match=f"{named}: the comment has changed"):
        languages.files(described(header_of(tmp_path, HEADER.replace(before, after))))


@pytest.mark.parametrize("told", ["1 500", "1 000 000"])
def test_a_default_arrives_as_it_is(tmp_path: Path, told: str) -> None:
    """Also one that is no whole number of seconds or megabytes."""
    changed = HEADER.replace("the default is 60 000", f"the default is {told}").replace("8 388 608 (8 MiB)", told)
    files = languages.files(described(header_of(tmp_path, changed)))
    number = int(told.replace(" ", ""))
    assert f"timeout: Optional[float] = {number / 1000}" in files["bindings/python/src/robofy/_options.py"]
    assert f"max_response_bytes: Optional[int] = {number:_}" in files["bindings/python/src/robofy/_options.py"]
    assert f"      timeout: {number / 1000:g},\n" in files["bindings/ruby/lib/robofy/options.rb"]
    for name in ("go/options.go", "java/src/main/java/ai/robofy/Options.java", "luajit/robofy/parameters.lua"):
        assert re.search(rf"default is {number / 1000:g}\b", files[f"bindings/{name}"])


@pytest.mark.parametrize(
    ("manifest", "version"),
    [
        ("Cargo.toml", r'^version = "(.+)"'),
        ("cli/Cargo.toml", r'^version = "(.+)"'),
        ("bindings/csharp/Robofy.csproj", "<Version>(.+)</Version>"),
        ("bindings/java/pom.xml", "</artifactId>\n  <version>(.+)</version>"),
        ("bindings/luajit/*.rockspec", r'^version = "(.+)-1"'),
        ("bindings/node/package.json", r'^  "version": "(.+)"'),
        ("bindings/perl/lib/Robofy.pm", r"^our \$VERSION = '(.+)'"),
        ("bindings/python/src/robofy/_version.py", r'^__version__ = "(.+)"'),
    ],
)
def test_a_package_has_the_version_of_its_declarations(manifest: str, version: str) -> None:
    [file] = ROOT.glob(manifest)
    assert re.findall(version, file.read_text(encoding="utf-8"), re.MULTILINE) == [described().version]


CHECKS = {
    ".py": [sys.executable, "-W", "error", "-m", "py_compile"],
    ".js": ["node", "--check"],
    ".go": ["gofmt", "-e"],
    ".php": ["php", "-l"],
    ".rb": ["ruby", "-wc"],
    ".lua": ["luajit", "-bl"],
    ".pm": ["podchecker", "-warnings"],
    ".rs": ["rustfmt", "--edition", "2024", "--check"],
}


@pytest.mark.parametrize("suffix", CHECKS)
def test_a_comment_that_means_something_elsewhere_breaks_nothing(
    need: Callable[[str], str], tmp_path: Path, suffix: str
) -> None:
    command = [need(CHECKS[suffix][0]), *CHECKS[suffix][1:]]
    for file in _with_odd_comments(tmp_path, suffix):
        checked = subprocess.run([*command, str(file)], capture_output=True, text=True)
        assert checked.returncode == 0 or "does not contain any pod" in checked.stderr, checked.stderr
        assert "nested commands" not in checked.stderr


def test_java_reads_odd_comments_as_text(tmp_path: Path) -> None:
    for file in _with_odd_comments(tmp_path, ".java"):
        text = file.read_text(encoding="utf-8")
        assert "\\u0041" not in text
        assert "{@link Foo}" not in text


def test_no_line_begins_with_a_mark_that_was_amid_a_sentence(tmp_path: Path) -> None:
    for file in _with_odd_comments(tmp_path, ".php"):
        assert not re.search(r"^ *\* +(?:@z|=cut|- 1|# \+|\|pipe)", file.read_text(encoding="utf-8"), re.MULTILINE)


def _with_odd_comments(tmp_path: Path, suffix: str) -> Iterator[Path]:
    # Of several lengths, so that each word comes to the beginning of a line.
    odd: Sequence[str] = [f"{'x' * length} {ODD}." for length in range(0, 100, 9)]
    changed = HEADER.replace(STATUS_COMMENT, f"{STATUS_COMMENT} {' '.join(odd)}")
    changed = changed.replace(OPTION_COMMENT, f"{OPTION_COMMENT} {' '.join(odd)}")
    for name, text in languages.files(described(header_of(tmp_path, changed))).items():
        if name.endswith(suffix):
            file = tmp_path / Path(name).name
            file.write_text(text, encoding="utf-8")
            yield file
