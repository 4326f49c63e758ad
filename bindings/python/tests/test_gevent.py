"""In a program that gevent has patched, a call leaves the hub to the other greenlets."""

import subprocess
import sys

import pytest
from chats import wait_until_no_chat_is_in_flight
from standin import Standin

pytest.importorskip("gevent")

BEGIN = """
import gevent.monkey; gevent.monkey.patch_all()
import os, signal, sys, gevent, robofy

client = robofy.Client("key", base_url=sys.argv[1], max_retries=0)

def chat(query):
    return client.whatsapp_chat(pid="p", chatbot_id="c", query=query).answer

def in_flight():
    while not client.stats().in_flight:
        gevent.sleep(0.01)
"""


def run(program: str, standin: Standin, *, may_complain: bool = False) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", BEGIN + program, standin.url], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert may_complain or ran.stderr == ""
    return ran.stdout


def test_many_greenlets_chat_at_once_and_others_run(standin: Standin) -> None:
    program = """
ticks = 0
def tick():
    global ticks
    while True:
        ticks += 1
        gevent.sleep(0.01)

ticking = gevent.spawn(tick)
chats = [gevent.spawn(chat, f"!delay-ms=1000 answer={n}") for n in range(100)]
gevent.sleep(0.5)
print(client.stats().in_flight, ticks > 5)
print([each.get() for each in chats] == [str(n) for n in range(100)])
print(chat("!answer=main"), client._cooperative._waiting, client._cooperative._watch)
"""
    assert run(program, standin) == "100 True\nTrue\nmain {} None\n"


def test_failures_are_those_of_their_greenlets(standin: Standin) -> None:
    program = """
def failure(query):
    try:
        return chat(query)
    except robofy.RobofyError as error:
        return error.status.name

queries = ["!status=401", "!answer=well", "", "!status=404"]
print(*[each.get() for each in [gevent.spawn(failure, query) for query in queries]])
"""
    assert run(program, standin) == "UNAUTHORIZED well INVALID_ARGUMENT NOT_FOUND\n"


def test_kill_timeout_and_ctrl_c_cancel_the_chat(standin: Standin) -> None:
    program = """
long = "!delay-ms=60000"
killed = gevent.spawn(chat, long)
in_flight()
killed.kill()
print(client.stats().cancelled)
try:
    with gevent.Timeout(0.3):
        chat(long)
except gevent.Timeout:
    print(client.stats().cancelled)
interrupting = gevent.spawn_later(0.3, os.kill, os.getpid(), signal.SIGINT)
try:
    chat(long)
except KeyboardInterrupt:
    print(client.stats().cancelled, client.stats().in_flight, chat("!answer=usable"))
"""
    # gevent tells of the interrupt on standard error.
    assert run(program, standin, may_complain=True) == "1\n2\n3 0 usable\n"
    wait_until_no_chat_is_in_flight(standin)


def test_a_client_goes_with_the_program_into_a_forked_child(standin: Standin) -> None:
    program = """
waiting = gevent.spawn(chat, "!delay-ms=1500 answer=parent")
in_flight()
child = os.fork()
if child == 0:
    os._exit(0 if [g.get() for g in [gevent.spawn(chat, "!answer=child") for _ in range(5)]] == ["child"] * 5 else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), waiting.get(), chat("!answer=again"))
"""
    assert run(program, standin) == "0 parent again\n"


def test_a_signal_handler_and_the_threads_of_the_pool_chat_too(standin: Standin) -> None:
    program = """
answers = []
signal.signal(signal.SIGUSR1, lambda *_: answers.append(chat("!answer=handler")))
waiting = gevent.spawn(chat, "!delay-ms=1500 answer=greenlet")
in_flight()
os.kill(os.getpid(), signal.SIGUSR1)
print(gevent.get_hub().threadpool.apply(chat, ("!answer=pool",)), waiting.get(), *answers)
"""
    assert run(program, standin) == "pool greenlet handler\n"


def test_a_client_that_is_closed_lets_its_chats_finish(standin: Standin) -> None:
    program = """
waiting = gevent.spawn(chat, "!delay-ms=1000 answer=finished")
in_flight()
client.close()
print(waiting.get())
"""
    assert run(program, standin) == "finished\n"


def test_greenlets_wait_for_the_outcomes_of_an_inbox(standin: Standin) -> None:
    program = """
inbox = robofy.Inbox(client, "p", "c", max_messages=1, typing=0)
texts = []

def answer():
    for outcome in inbox:
        inbox.sent(outcome, 0)
        texts.append(outcome.parts[0].text)

senders = [gevent.spawn(answer) for _ in range(3)]
gevent.sleep(0.1)
for number in range(5):
    inbox.offer_text(None, str(number), str(number), f"!answer={number}")
while len(texts) < 5:
    gevent.sleep(0.01)
inbox.close()
gevent.joinall(senders, raise_error=True)
print(*sorted(texts))
"""
    assert run(program, standin) == "0 1 2 3 4\n"
