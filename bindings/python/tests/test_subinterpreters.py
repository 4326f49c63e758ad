"""Several interpreters in one process, as mod_wsgi and uWSGI have them: each with its own copy of the package."""

import subprocess
import sys

from standin import Standin

APPLICATION = """
import asyncio, robofy

client = robofy.Client("key", base_url={url!r}, max_retries=0)
message = {{"pid": "p", "chatbot_id": "c"}}

def chat():
    assert client.whatsapp_chat(query="!answer=one", **message).answer == "one"
    try:
        client.whatsapp_chat(query="!status=401", **message)
    except robofy.UnauthorizedError:
        pass

async def converse():
    async with robofy.AsyncClient("key", base_url={url!r}) as client:
        assert (await client.whatsapp_chat(query="!answer=two", **message)).answer == "two"

def serve():
    chat()
    asyncio.run(converse())
    print("served")

serve()
"""

HOST = """
try:
    import _interpreters as interpreters
    others = [interpreters.create("legacy") for _ in range(2)]
    run = interpreters.exec
except ImportError:
    import _xxsubinterpreters as interpreters
    others = [interpreters.create(isolated=False) for _ in range(2)]
    run = interpreters.run_string

application = {application!r}
exec(application)
for other in others:
    run(other, application)
serve()
for other in others:
    run(other, "serve()")
serve()
for other in others:
    interpreters.destroy(other)
serve()
"""


def test_two_applications_beside_the_main_one(standin: Standin) -> None:
    program = HOST.format(application=APPLICATION.format(url=standin.url))
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "served\n" * 8, "")
