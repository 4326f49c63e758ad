"""The PHP package: its own tests, its five-line program, and prefork web servers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from c_interface import declarations
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

# What the README's example leaves out.
_BEFORE_POOL = """<?php
{strict}
require_once '{package}/autoload.php';
$client = new Robofy\\Client('key', baseUrl: getenv('ROBOFY_BASE_URL'));
[$pid, $chatbotId] = ['1', '2'];
$users = ['918727000000' => '!answer=one', '918727000001' => '!answer=two'];
"""

_PAGE = """<?php
require_once '{package}/autoload.php';
$client = new Robofy\\Client('{key}', baseUrl: '{url}');
echo getmypid(), ' ', $client->whatsappChat('31415', 'DKDvwn', $_GET['query']);
"""


def test_its_own_tests(need: Callable[[str], str], standin: Standin) -> None:
    succeed([need("phpunit")], standin, cwd=PACKAGE)


def test_the_five_line_program(need: Callable[[str], str], standin: Standin) -> None:
    check_five_lines([need("php"), PACKAGE / "chat.php"], standin)


def test_it_finds_the_installed_library(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    check_finds_the_installed_library([need("php"), PACKAGE / "chat.php"], standin, tmp_path)


@pytest.mark.parametrize("strict", ["", "declare(strict_types=1);"])
def test_the_readme_lets_many_users_chat_at_once(
    need: Callable[[str], str], standin: Standin, tmp_path: Path, strict: str
) -> None:
    [pool] = examples_beside(PACKAGE / "chat.php")
    (tmp_path / "pool.php").write_text(_BEFORE_POOL.format(strict=strict, package=PACKAGE) + pool)

    printed = succeed([need("php"), tmp_path / "pool.php"], standin)
    assert sorted(printed.splitlines()) == ["918727000000: one", "918727000001: two"]


def test_its_declarations_are_those_of_the_header() -> None:
    assert (PACKAGE / "src" / "robofy.h").read_text() == declarations()


def test_composer_installs_it(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    project = {
        "repositories": [
            {"type": "path", "url": str(PACKAGE), "options": {"symlink": False}},
            {"packagist.org": False},
        ],
        "require": {"robofy/robofy": "@dev"},
    }
    (tmp_path / "composer.json").write_text(json.dumps(project))
    composer = {"COMPOSER_ALLOW_SUPERUSER": "1", "COMPOSER_HOME": str(tmp_path / "home")}
    succeed([need("composer"), "install", "--quiet", "--no-interaction"], standin, tmp_path, composer)
    program = (PACKAGE / "chat.php").read_text()
    assert "/autoload.php" in program
    (tmp_path / "chat.php").write_text(program.replace("/autoload.php", "/vendor/autoload.php", 1))

    assert succeed([need("php"), tmp_path / "chat.php", "Hello"], standin) == 'Hello! You wrote: "Hello".\n'


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
        assert 'Hello! You wrote: "chat".' in answer, answer
        workers.add(answer.rpartition("\r\n\r\n")[2].split()[0])
        return len(workers) == 2

    # Which of them takes a request is the system's choice.
    wait_until(both_have_answered)


def test_php_fpm_without_preloading_refuses_ffi(
    need: Callable[[str], str], fpm: Callable[..., None], tmp_path: Path
) -> None:
    fpm("display_errors=1")
    assert "preload the package (opcache.preload)" in _get(need("cgi-fcgi"), tmp_path, "Hello")


def _get(cgi_fcgi: str, directory: Path, query: str) -> str:
    request = {
        "SCRIPT_FILENAME": str(directory / "page.php"),
        "QUERY_STRING": f"query={query}",
        "REQUEST_METHOD": "GET",
    }
    command = [cgi_fcgi, "-bind", "-connect", str(directory / "socket")]
    return subprocess.run(command, env=request, stdout=subprocess.PIPE, timeout=60, check=True).stdout.decode()
