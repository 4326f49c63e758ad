import os
from threading import Thread

import flask
import httpx

import robofy

app = flask.Flask(__name__)
webhook = robofy.webhook.Webhook("meta", os.environ["WHATSAPP_APP_SECRET"])
inbox = robofy.Inbox(robofy.Client(), os.environ["ROBOFY_PID"], os.environ["ROBOFY_CHATBOT_ID"], path="inbox")
meta = httpx.Client(headers={"Authorization": f"Bearer {os.environ['WHATSAPP_TOKEN']}"})


@app.route("/", methods=["GET", "POST"])
def receive() -> str:
    if flask.request.method == "GET":
        return webhook.challenge(flask.request.query_string, os.environ["WHATSAPP_VERIFY_TOKEN"]) or flask.abort(403)
    for event in webhook.read(flask.request.get_data(), flask.request.headers.get("X-Hub-Signature-256")):
        inbox.offer(event)  # kept on disk when it returns; an error is answered with 500, and Meta sends it again
    return ""


Thread(target=app.run, daemon=True).start()
for outcome in inbox:  # a lost connection ends the program; started again, it sends what was not reported
    for number, part in enumerate(outcome.parts):
        url = f"https://graph.facebook.com/v26.0/{outcome.channel_id}/messages"
        answer = meta.post(url, content=part.request, headers={"Content-Type": "application/json"}).json()
        if "error" in answer:
            inbox.failed(outcome, number, answer["error"]["code"])  # comes again when it is time, or is given up
            break
        inbox.sent(outcome, number, answer["messages"][0]["id"])
