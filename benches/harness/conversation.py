"""The conversation layer: what a webhook, a text and an offer cost, many sessions at once, and what an inbox keeps."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import environment, nginx, programs
from .gated import Gated, gated
from .gateway import IDLE_SECONDS, SETTLE_SECONDS
from .nginx import Nginx, Site
from .paths import SCRATCH
from .plan import Plan
from .results import Case, Figures, Results
from .trace import calls_of, syscalls_of

SCENARIO = "conversation"
PEER = "robofy"
WORKERS = 4
SITES = {"at once": Site(streams=250), "after 10 s": Site(delay="10", streams=250)}

KB, MB = 1024, 1024 * 1024
WEBHOOK_BYTES = 3 * MB
SECRET = "an-app-secret"
WEBHOOK_BEGIN = (
    '{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":'
    '"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{'
    '"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":['
)
WEBHOOK_END = ']},"field":"messages"}]}]}'
TEXT_KB = 100
MARKDOWN = (
    "## Your **order** 12\n\nHello, it is *on its way*: see [the page](https://e.com/a_b?c=1).\n\n1. Take the `code`\n"
    "   - and *nest* it\n2. **Do not** wait\n\n> quoted\n> twice\n\n| Plan | Price |\n|---|---|\n| A | $1 |\n\n"
    "```python\ndef f(x):\n    return x ** 2\n```\n\nAT&amp;T says it was ~~bad~~ good, and that snake_case is not "
    "italic. Another sentence, as answers have them, without any marks at all. And one more.\n\n"
)

SMALL_WEBHOOK, LARGE_WEBHOOK = "a webhook of 1 KB", "a webhook of 3 MB"
SMALLEST_MESSAGES = "a webhook of 3 MB of the smallest messages"
FORMAT, SPLIT = f"{TEXT_KB} KB of Markdown formatted", f"{TEXT_KB} KB split"

OFFER_THREADS, OFFERS_EACH = 64, 1000
OFFERS_ALONE, OFFERS_TRACED, OFFERS_IN_MEMORY = 500, 100, 100_000
OFFERS, ALONE = f"durable offers, {OFFER_THREADS} threads", "durable offers, 1 thread"
IN_MEMORY = "offers in memory, 1 thread"

SESSIONS, BURST = 10_000, 3
FLIGHT = f"{SESSIONS} sessions in flight"
MESSAGES, EARLY, WINDOW = 1_000_000, 100_000, 10_000
SOAK = f"{MESSAGES} messages through a durable inbox"
IDLE = "an idle inbox"
LIBRARY = "the library"


def run(plan: Plan, results: Results, versions: dict[str, str]) -> None:
    if not plan.chosen([PEER]):
        return
    programs.require_tools("nginx", "strace")
    tls = environment.certificates()
    versions["nginx"] = nginx.version()
    measure = Measure(plan, results, versions)
    with nginx.serving(SCENARIO, SITES, WORKERS, tls) as server:
        for number in range(plan.flight_runs):
            plan.progress(f"{SCENARIO}: run {number + 1} of {plan.flight_runs}")
            measure.pure()
            measure.offers()
            measure.sessions(server)
            measure.soak(server)
            measure.idle(server)
    size = (plan.library_dir / "librobofy.so").stat().st_size
    results.add(Case(SCENARIO, LIBRARY, PEER), {"kb": size / KB})


class Measure:
    def __init__(self, plan: Plan, results: Results, versions: dict[str, str]) -> None:
        self.plan, self.results, self.versions = plan, results, versions

    def add(self, setting: str, figures: Figures) -> None:
        self.results.add(Case(SCENARIO, setting, PEER), figures)

    @contextmanager
    def program(self, name: str, words: Sequence[object], timeout: float = 300) -> Iterator[Gated]:
        command = programs.robofy_program(name)(self.plan)
        with gated([*command.words, *words], timeout=timeout) as program:
            self.versions[PEER] = program.next_event("ready")["version"]
            yield program

    def pure(self) -> None:
        for setting, body, calls in (
            (SMALL_WEBHOOK, webhook([message("x" * 580)]), 5000),
            (LARGE_WEBHOOK, full_webhook(message("Does it come in another color? " * 5)), 10),
            (SMALLEST_MESSAGES, full_webhook('{"id":"1","from":"2"}'), 10),
        ):
            self.pure_call(setting, "webhook", body, calls, weighed=len(body) > MB)
        text = (MARKDOWN * (TEXT_KB * KB // len(MARKDOWN) + 1))[: TEXT_KB * KB]
        self.pure_call(FORMAT, "format", text, 50)
        self.pure_call(SPLIT, "split", text, 50)

    def pure_call(self, setting: str, what: str, text: str, calls: int, weighed: bool = False) -> None:
        file = SCRATCH / "conversation.txt"
        file.write_text(text)
        signature = "sha256=" + hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        with self.program("pure_robofy", [what, file, calls, SECRET, signature]) as program:
            program.go()
            figures = program.next_event("done")
        if weighed:
            with self.program("pure_robofy", [what, file, 1, SECRET, signature]) as program:
                before = program.snapshot()
                program.go()
                program.next_event("done")
                added = program.snapshot().peak_kb - before.resident_kb
                figures["peak_per_byte"] = added * KB / len(text)
        self.add(setting, figures)

    def offers(self) -> None:
        with folder() as path, self.program("offers_robofy", [OFFER_THREADS, OFFERS_EACH, path]) as program:
            self.add(OFFERS, offered(program))
        with folder() as path, self.program("offers_robofy", [1, OFFERS_ALONE, path]) as program:
            figures = offered(program)
        with folder() as path, self.program("offers_robofy", [1, OFFERS_TRACED, path]) as program:
            with calls_of(program.child.pid, "fdatasync,fsync,msync") as syncs:
                program.go()
                program.next_event("done")
        figures["syncs_per_offer"] = syncs() / OFFERS_TRACED
        self.add(ALONE, figures)
        with self.program("offers_robofy", [1, OFFERS_IN_MEMORY, "-"]) as program:
            self.add(IN_MEMORY, offered(program))

    def sessions(self, server: Nginx) -> None:
        words = [server.ports["after 10 s"], SESSIONS, environment.CA_FILE]
        with self.program("inbox_flight_robofy", words) as program:
            before = program.snapshot()
            program.go()
            figures = program.next_event("done")
            after = program.snapshot()
            figures.update(
                peak_kb_per_session=(after.peak_kb - before.resident_kb) / SESSIONS,
                threads=program.most_threads,
                cpu_us_per_session=(after.cpu_s - before.cpu_s) * 1e6 / SESSIONS,
            )
        self.add(FLIGHT, figures)

    def soak(self, server: Nginx) -> None:
        words = [server.ports["at once"], MESSAGES, EARLY, WINDOW, environment.CA_FILE]
        with folder() as path, self.program("inbox_soak_robofy", [path, *words], timeout=1800) as program:
            early = program.snapshot()
            program.go()
            figures = program.next_event("done")
            end = program.snapshot()
            figures.update(
                resident_growth_kb=end.anonymous_kb - early.anonymous_kb,
                descriptor_growth=end.descriptors - early.descriptors,
                cpu_us_per_message=(end.cpu_s - early.cpu_s) * 1e6 / (MESSAGES - EARLY),
                disk_kb=disk_kb(path),
            )
        self.add(SOAK, figures)

    def idle(self, server: Nginx) -> None:
        with self.program("inbox_idle_robofy", [server.ports["at once"], environment.CA_FILE]) as program:
            time.sleep(SETTLE_SECONDS)
            syscalls = syscalls_of(program.child.pid, IDLE_SECONDS)
            program.go()
            figures = program.next_event("done")
        self.add(IDLE, {**figures, "syscalls_per_s": syscalls / IDLE_SECONDS})


def offered(program: Gated) -> Figures:
    before = program.snapshot()
    program.go()
    figures = program.next_event("done")
    figures["cpu_us_per_offer"] = (program.snapshot().cpu_s - before.cpu_s) * 1e6 / figures["answered"]
    return figures


@contextmanager
def folder() -> Iterator[Path]:
    """Where a store is made, on the disk that the library is on."""
    path = SCRATCH / "inbox"
    shutil.rmtree(path, ignore_errors=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def disk_kb(path: Path) -> float:
    return sum(file.stat().st_blocks for file in path.iterdir()) / 2


def message(text: str) -> str:
    return json.dumps(
        {
            "from": "16505551234",
            "id": "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
            "timestamp": "1749416383",
            "type": "text",
            "text": {"body": text},
        },
        separators=(",", ":"),
    )


def webhook(messages: Sequence[str]) -> str:
    return WEBHOOK_BEGIN + ",".join(messages) + WEBHOOK_END


def full_webhook(message: str) -> str:
    """As large as a webhook may be."""
    count = (WEBHOOK_BYTES - len(WEBHOOK_BEGIN) - len(WEBHOOK_END)) // (len(message) + 1)
    return webhook([message] * count)
