"""The PHP package: its own tests, its five-line program, and prefork web servers."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contract import Contract
from gateway import check_gateway
from library import shared_library
from packages import (
    API_KEY,
    BINDINGS,
    check_finds_the_installed_library,
    check_five_lines,
    environment,
    examples_beside,
    succeed,
)
from standin import Standin
from waiting import wait_until

PACKAGE = BINDINGS / "php"

_POOL = """
[global]
error_log = {directory}/error.log
[www]
{user}
listen = {directory}/socket
pm = static
pm.max_children = 2
env[ROBOFY_LIBRARY] = {library}
"""

# What the README's examples leave out.
_BEFORE = """<?php
{strict}
require_once '{package}/autoload.php';
$client = new Robofy\\Client('key', pid: '1', chatbotId: '2', baseUrl: getenv('ROBOFY_BASE_URL'));
$users = ['918727000000' => '!answer=one', '918727000001' => '!answer=two'];
"""

_PAGE = """<?php
require_once '{package}/autoload.php';
try {{
    $client = new Robofy\\Client('{key}', pid: '31415', chatbotId: 'DKDvwn', baseUrl: '{url}');
    echo getmypid(), ' ', $client->whatsappChat($_GET['query']);
    $inbox = new Robofy\\Inbox($client, maxMessages: 1, typing: 0);
    $inbox->offerText(null, 'fpm', 'a', $_GET['query']);
    echo ' ', $inbox->poll(30)->parts[0];
}} catch (Robofy\\RobofyException $error) {{
    echo $error->getMessage();
}}
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The five-line program in a project that has the package."""
    project = tmp_path / "project"
    (project / "vendor").mkdir(parents=True)
    (project / "vendor" / "autoload.php").write_text(f"<?php require '{PACKAGE}/autoload.php';")
    return Path(shutil.copy(PACKAGE / "chat.php", project))


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    """One that streams too."""
    with Standin("--stream-path", "/v1/ai-agent/events") as running:
        yield running


def test_its_own_tests_and_the_contract(need: Callable[[str], str], standin: Standin) -> None:
    contract = Contract("php")
    succeed([need("phpunit")], standin, PACKAGE, contract.environment)
    contract.check()


def test_the_five_line_program(need: Callable[[str], str], standin: Standin, program: Path) -> None:
    check_five_lines([need("php"), program], standin)


def test_it_finds_the_installed_library(
    need: Callable[[str], str], standin: Standin, tmp_path: Path, program: Path
) -> None:
    check_finds_the_installed_library([need("php"), program], standin, tmp_path)


@pytest.mark.parametrize("strict", ["", "declare(strict_types=1);"])
def test_the_readmes_examples(need: Callable[[str], str], standin: Standin, tmp_path: Path, strict: str) -> None:
    pool, calls, upload, stream, webhook, gateway, fake = examples_beside(PACKAGE / "chat.php")
    assert gateway == (PACKAGE / "gateway.php").read_text()
    before = _BEFORE.format(strict=strict, package=PACKAGE)
    (tmp_path / "examples.php").write_text(
        f"{before}{pool}{calls}{upload}{stream}{webhook}{fake}echo $client->whatsappChat('Hi');"
    )

    one, two, projects, *leads = succeed([need("php"), tmp_path / "examples.php"], standin).splitlines()
    assert {one, two} == {"918727000000: one", "918727000001: two"}
    assert projects == "200 application/json 6"
    assert leads[:9] == [*(f"Lead {n}" for n in range(6)), "918727000000: Hello", "918727000001: ", "0.7"]
    *progress, uploaded, streamed, session, part, read, refused, faked = leads[9:]
    assert all(re.fullmatch(r"\d+ of \d+ bytes", line) for line in progress)
    hello = 'Hello! You wrote: "Hello".'
    assert (uploaded, streamed, read, refused, faked) == ("200", hello, "200", "401", "Hello!")
    assert 'You wrote: "Hello".' in part
    assert session


def test_the_program_from_webhook_to_answer(
    need: Callable[[str], str], standin: Standin, tmp_path: Path, program: Path
) -> None:
    shutil.copy(PACKAGE / "gateway.php", program.parent)
    check_gateway([need("php"), "gateway.php"], standin, program.parent, tmp_path)


def test_the_readmes_lines_install_a_package_that_works_without_the_checkout(
    need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    need("composer")
    lines = re.findall(r"^\$ (composer .+)$", (PACKAGE / "README.md").read_text(), re.MULTILINE)
    checkout, project, installed = tmp_path / "checkout", tmp_path / "project", tmp_path / "lib"
    shutil.copytree(PACKAGE, checkout / "bindings" / "php")
    project.mkdir()
    installed.mkdir()
    (installed / "librobofy.so.0").symlink_to(shared_library())
    composer = {
        "COMPOSER_ALLOW_SUPERUSER": "1",
        "COMPOSER_HOME": str(tmp_path / "home"),
        "COMPOSER_MIRROR_PATH_REPOS": "1",
        "COMPOSER_DISABLE_NETWORK": "1",
    }
    for line in lines:
        succeed(["sh", "-c", line.replace("PATH", str(checkout))], standin, project, composer, may_warn=True)
    shutil.rmtree(checkout)
    shutil.copy(PACKAGE / "chat.php", project)

    system = {"ROBOFY_LIBRARY": "", "LD_LIBRARY_PATH": str(installed)}
    assert succeed([need("php"), "chat.php", "Hello"], standin, project, system) == 'Hello! You wrote: "Hello".\n'


@pytest.fixture
def fpm(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Starts a php-fpm with further settings; it stops at the end of the test."""
    running: list[subprocess.Popen[bytes]] = []
    version = succeed([need("php"), "-r", "echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;"], standin)
    binary = need(f"php-fpm{version}")
    (tmp_path / "page.php").write_text(_PAGE.format(package=PACKAGE, key=API_KEY, url=standin.url))

    def start(*settings: str) -> None:
        user = subprocess.run(["id", "-un"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        as_root = "user = root" if user == "root" else ""
        pool = _POOL.format(directory=tmp_path, user=as_root, library=shared_library())
        (tmp_path / "fpm.conf").write_text(pool)
        command = [binary, "--allow-to-run-as-root", "--nodaemonize", "--fpm-config", str(tmp_path / "fpm.conf")]
        for setting in (*settings, f"opcache.preload_user={user}"):
            command += ["-d", setting]
        running.append(subprocess.Popen(command, env=environment(standin), stderr=subprocess.DEVNULL))
        wait_until(lambda: (tmp_path / "socket").exists() or running[-1].poll() is not None)

    yield start
    for process in running:
        with process:
            process.terminate()


def test_workers_of_php_fpm_chat_with_the_package_preloaded(
    need: Callable[[str], str], fpm: Callable[..., None], tmp_path: Path
) -> None:
    fpm(f"opcache.preload={PACKAGE}/preload.php")
    workers = set()

    def both_have_answered() -> bool:
        answer = _get(need("cgi-fcgi"), tmp_path, "chat")
        assert answer.count('You wrote: "chat".') == 2, answer
        workers.add(answer.rpartition("\r\n\r\n")[2].split()[0])
        return len(workers) == 2

    # Which of them takes a request is the system's choice.
    wait_until(both_have_answered)


def test_php_fpm_without_preloading_refuses_ffi(
    need: Callable[[str], str], fpm: Callable[..., None], tmp_path: Path
) -> None:
    fpm("display_errors=1")
    assert "preload the package (opcache.preload), or set ffi.enable=1" in _get(need("cgi-fcgi"), tmp_path, "Hello")


def _get(cgi_fcgi: str, directory: Path, query: str) -> str:
    request = {
        "SCRIPT_FILENAME": str(directory / "page.php"),
        "QUERY_STRING": f"query={query}",
        "REQUEST_METHOD": "GET",
    }
    command = [cgi_fcgi, "-bind", "-connect", str(directory / "socket")]
    return subprocess.run(command, env=request, stdout=subprocess.PIPE, timeout=60, check=True).stdout.decode()
