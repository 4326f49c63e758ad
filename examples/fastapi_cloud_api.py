"""A WhatsApp bot on FastAPI: Meta's webhooks come in, a Robofy agent's answers go out, all in one event loop.

    pip install robofy fastapi uvicorn httpx
    uvicorn fastapi_cloud_api:app

Keeps what came in in the folder `inbox`, which one process has: do not set --workers. Stands behind a TLS proxy. Set
ROBOFY_API_KEY, ROBOFY_PID, ROBOFY_CHATBOT_ID, WHATSAPP_TOKEN, WHATSAPP_APP_SECRET and WHATSAPP_VERIFY_TOKEN.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Optional

import httpx
from fastapi import FastAPI, Request, Response

import robofy
from robofy.webhook import Webhook

env = os.environ
webhook = Webhook("meta", env["WHATSAPP_APP_SECRET"])
client = robofy.AsyncClient(pid=env["ROBOFY_PID"], chatbot_id=env["ROBOFY_CHATBOT_ID"])
inbox = robofy.Inbox(client, path="inbox", fallback="Please try again later.")
headers = {"Authorization": f"Bearer {env['WHATSAPP_TOKEN']}", "Content-Type": "application/json"}
meta = httpx.AsyncClient(base_url="https://graph.facebook.com/v26.0", headers=headers)


@contextlib.asynccontextmanager
async def sending(_: FastAPI) -> AsyncIterator[None]:
    """Send answers for as long as the application runs, to several users at once."""
    senders = [asyncio.create_task(send_answers()) for _ in range(8)]
    yield
    inbox.close()
    await asyncio.gather(*senders)


app = FastAPI(lifespan=sending)


@app.get("/")
async def handshake(request: Request) -> Response:
    challenge = webhook.challenge(request.url.query, env["WHATSAPP_VERIFY_TOKEN"])
    return Response(challenge, 200 if challenge else 403)


@app.post("/")
async def receive(request: Request) -> Response:
    try:
        for event in webhook.read(await request.body(), request.headers.get("X-Hub-Signature-256")):
            await asyncio.to_thread(inbox.offer, event)  # waits until it is on disk
    except robofy.SignatureError:
        return Response(status_code=401)
    except robofy.RobofyError as error:
        return Response(str(error), 503)  # Meta sends it again
    return Response()


async def send_answers() -> None:
    async for outcome in inbox:
        if outcome.indicator:
            await post(outcome, outcome.indicator)
        for number, part in enumerate(outcome.parts):
            code, name = await post(outcome, part.request)
            if code:
                await asyncio.to_thread(inbox.failed, outcome, number, code)
                break  # what is left comes again when it is time to send it
            await asyncio.to_thread(inbox.sent, outcome, number, name)


async def post(outcome: robofy.Outcome, body: Optional[str]) -> tuple[int, Optional[str]]:
    """Send to Meta; return the code of the failure, or 0 and the name of the message."""
    try:
        response = await meta.post(f"/{outcome.channel_id}/messages", content=body)
        answer = response.json()
    except httpx.TransportError:
        return -1, None
    except ValueError:  # no JSON
        return response.status_code, None
    if response.is_success:
        return 0, answer["messages"][0]["id"] if "messages" in answer else None
    return answer["error"]["code"], None
