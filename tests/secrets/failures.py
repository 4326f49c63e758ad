"""As failures.c, with the Python package: prints all that an exception can show, and the client itself."""

from __future__ import annotations

import sys
import traceback

import robofy


def show(error: BaseException) -> None:
    if isinstance(error, robofy.RobofyError):
        print(int(error.status), error.http_status or 0, end=" ")
    print(str(error), repr(error), ascii(error), vars(error), error.args)
    # The caller's own lines of code, and no values of variables.
    print("".join(traceback.format_exception(type(error), error, error.__traceback__)))


def main() -> None:
    url, ca_file, proxy, most = sys.argv[1:]
    lines = sys.stdin.read().splitlines()
    try:
        client = robofy.Client(
            lines[0],
            base_url=url,
            ca_file=None if ca_file == "-" else ca_file,
            proxy=None if proxy == "-" else proxy,
            max_response_bytes=int(most),
            max_retries=0,
            timeout=3.0,
        )
    except robofy.RobofyError as error:
        show(error)
        return
    for query in lines[1:]:
        try:
            client.whatsapp_chat(pid="project-1", chatbot_id="agent-1", query=query)
        except robofy.RobofyError as error:
            show(error)
    print(client, repr(client), vars(client))


if __name__ == "__main__":
    main()
