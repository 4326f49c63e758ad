"""A WhatsApp user's conversation with a Robofy agent, one message an argument."""

import argparse
import os
import sys
import uuid

import robofy

VARIABLES = ["ROBOFY_API_KEY", "ROBOFY_PID", "ROBOFY_CHATBOT_ID"]


def converse(messages: list[str]) -> None:
    api_key, pid, chatbot_id = (os.environ[name] for name in VARIABLES)
    session_id = str(uuid.uuid4())  # commonly the user's WhatsApp number
    with robofy.Client(api_key, base_url=os.environ.get("ROBOFY_BASE_URL")) as client:
        for message in messages:
            print(f"you: {message}")
            reply = client.whatsapp_chat(pid=pid, chatbot_id=chatbot_id, session_id=session_id, query=message)
            print(f"agent: {reply}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"Set {', '.join(VARIABLES)} beforehand.")
    parser.add_argument("messages", nargs="+", metavar="message")
    messages = parser.parse_args().messages
    missing = [name for name in VARIABLES if name not in os.environ]
    if missing:
        parser.error(f"set {', '.join(missing)} in the environment")
    try:
        converse(messages)
    except robofy.RobofyError as error:
        sys.exit(f"chat.py: {error}")
    except KeyboardInterrupt:  # Ctrl-C ends a waiting call at once
        sys.exit(130)


if __name__ == "__main__":
    main()
