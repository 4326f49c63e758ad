"""A pywa bot whose texts a Robofy agent answers: each burst of messages once, in order, also after kill -9.

    pip install robofy "pywa[flask]"
    python pywa_bot.py

Listens at http://127.0.0.1:8000/, for a TLS proxy to stand in front of, and keeps what came in in the folder `inbox`.
Set ROBOFY_API_KEY, ROBOFY_PID, ROBOFY_CHATBOT_ID, WHATSAPP_TOKEN, WHATSAPP_APP_SECRET and WHATSAPP_VERIFY_TOKEN.
"""

import os
import threading
from typing import Optional

import flask
import httpx
from pywa import WhatsApp
from pywa.errors import WhatsAppError

import robofy
from robofy.webhook import Webhook


class Bot(WhatsApp):
    """What pywa reads too, by handlers of your own, is kept by the inbox first."""

    def webhook_update_validator(self, update: bytes, hmac_header: Optional[str]) -> Optional[tuple[str, int]]:
        """Keep every message of an update before Meta is told that it came: a handler's errors are not told to Meta."""
        try:
            for event in webhook.read(update, hmac_header):
                inbox.offer(event)
        except robofy.SignatureError as error:
            return str(error), 401
        except robofy.RobofyError as error:
            return str(error), 503  # Meta sends it again
        return None


def send_answers() -> None:
    """Each thread that does so sends the answers of other users."""
    for outcome in inbox:
        if outcome.kind is robofy.OutcomeKind.TYPING:
            show_typing(outcome)
        for number, part in enumerate(outcome.parts):
            quoted = None if number else outcome.reply_to
            try:
                sent = bot.send_message(
                    to=outcome.to or outcome.recipient or outcome.session_id,
                    text=part.text,
                    sender=outcome.channel_id,
                    reply_to_message_id=quoted,
                )
            except (WhatsAppError, httpx.HTTPError) as error:
                inbox.failed(outcome, number, error.code if isinstance(error, WhatsAppError) else -1)
                break  # what is left comes again when it is time to send it
            inbox.sent(outcome, number, sent.id)


def show_typing(outcome: robofy.Outcome) -> None:
    try:
        bot.indicate_typing(outcome.reply_to, sender=outcome.channel_id)
    except (WhatsAppError, httpx.HTTPError) as error:
        app.logger.warning("typing is not shown: %s", error)


env = os.environ
webhook = Webhook("meta", env["WHATSAPP_APP_SECRET"])
client = robofy.Client(pid=env["ROBOFY_PID"], chatbot_id=env["ROBOFY_CHATBOT_ID"])
inbox = robofy.Inbox(client, path="inbox", fallback="Please try again later.")
app = flask.Flask(__name__)
bot = Bot(
    token=env["WHATSAPP_TOKEN"],
    server=app,
    verify_token=env["WHATSAPP_VERIFY_TOKEN"],
    app_secret=env["WHATSAPP_APP_SECRET"],
)

if __name__ == "__main__":
    for _ in range(4):
        threading.Thread(target=send_answers, daemon=True).start()
    app.run(port=8000)
