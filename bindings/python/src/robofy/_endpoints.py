"""The endpoints whose answers are known: their paths, and what is read of an answer."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional
from urllib.parse import quote

from robofy import _arguments
from robofy._failures import InvalidArgumentError, ProtocolError
from robofy._response import Response

_MOST_PAGES = 10_000
_NO_ID = re.compile(r"[/\\\x00-\x1f\x7f-\x9f]")
_LONGEST_TOKEN = 8192
# A number is its digits, as the service has written them.
_AS_WORDS = {"parse_int": str, "parse_float": str}


@dataclass(frozen=True)
class Session:
    """A conversation of an agent, as the service lists it. What the service did not send is None."""

    session_id: Optional[str]
    """The conversation."""
    last_message_time: Optional[str]
    """When the last message came, in the service's own words."""
    last_message: Optional[str]
    """The text of the last message."""
    user_profile_name: Optional[str]
    """The user's name."""
    last_message_direction: Optional[str]
    """Whose the last message was, in the service's own words."""
    website_url: Optional[str]
    """The page that the user wrote from."""


@dataclass(frozen=True)
class AgentSettings:
    """The settings of an agent. `llm_api_key` is a secret, and the representation leaves it out."""

    temperature: Optional[str]
    """A number, which the service writes as text."""
    thinking_mode: Optional[str]
    """How the agent thinks, in the service's own words."""
    llm_api_key: Optional[str] = field(repr=False)
    """The key to the language model: a secret."""
    all: dict[str, Any] = field(repr=False)
    """Every setting, the secret among them."""


class LeadsPage(NamedTuple):
    """One page of leads."""

    rows: list[Any]
    next_token: Optional[str]


def sessions_path(chatbot_id: str) -> str:
    return f"/v1/ai-agent/inbox/sessions/{_part('chatbot_id', chatbot_id)}"


def settings_path(pid: str, chatbot_id: str) -> str:
    return f"/v1/ai-agent/chatbot_ai_settings/{_part('pid', pid)}/{_part('chatbot_id', chatbot_id)}"


def leads_path(pid: str, chatbot_id: str) -> str:
    return f"/v1/ai-agent/leads/{_part('pid', pid)}/{_part('chatbot_id', chatbot_id)}"


def read_sessions(response: Response) -> list[Session]:
    data = _read(response, **_AS_WORDS)
    listed = data.get("sessions") if isinstance(data, dict) else data
    if not isinstance(listed, list):
        raise ProtocolError("the answer has no list of sessions", http_status=response.status)
    if not all(isinstance(entry, dict) for entry in listed):
        raise ProtocolError("the answer has a session that is no object", http_status=response.status)
    names = Session.__dataclass_fields__
    return [Session(**{name: _word(entry.get(name)) for name in names}) for entry in listed]


def read_settings(response: Response) -> AgentSettings:
    data = _read(response)
    if not isinstance(data, dict):
        raise ProtocolError("the answer has no settings", http_status=response.status)
    written = _read(response, **_AS_WORDS)
    words = {name: _word(written.get(name)) for name in ("temperature", "thinking_mode", "llm_api_key")}
    return AgentSettings(**words, all=data)


class LeadsPages:
    """The way through the pages: what to ask for next, and that it comes to an end."""

    def __init__(self, session_id: Optional[str]) -> None:
        self.query = {} if session_id is None else {"sessionId": session_id}
        self._seen: set[str] = set()
        self.is_done = False

    def take(self, response: Response) -> list[Any]:
        """Read the rows, and where the next page is."""
        page = _read_leads(response)
        token = page.next_token
        self.is_done = token is None
        if token is not None:
            why = self._endless(token)
            if why:
                self.is_done = True
                raise ProtocolError(f"the leads come to no end: {why}", http_status=response.status)
            self._seen.add(token)
            self.query["nextPageToken"] = token
        return page.rows

    def _endless(self, token: str) -> Optional[str]:
        if token in self._seen:
            return "a page token came again"
        if len(self._seen) >= _MOST_PAGES:
            return f"there are more than {_MOST_PAGES} pages"
        if len(token) > _LONGEST_TOKEN:
            return f"a page token is longer than {_LONGEST_TOKEN} characters"
        return None


def _read(response: Response, **how: Any) -> Any:
    try:
        return response._read_data(**how)
    except (ValueError, RecursionError) as error:
        problem = "the answer has more digits in a number, or is deeper, than Python reads"
        raise ProtocolError(problem, http_status=response.status) from error


def _read_leads(response: Response) -> LeadsPage:
    data = _read(response)
    report = data.get("report") if isinstance(data, dict) else None
    rows = report.get("rows") if isinstance(report, dict) else None
    if not isinstance(report, dict) or not isinstance(rows, list):
        raise ProtocolError("the answer has no report of leads", http_status=response.status)
    token = report.get("next_page_token")
    is_token = isinstance(token, (str, int, float)) and not isinstance(token, bool)
    return LeadsPage(rows, (str(token) or None) if is_token else None)


def _word(value: Any) -> Optional[str]:
    """What a value that was read as words says; nothing for null, an object and an array."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _arguments.well_formed(value) if isinstance(value, str) else None


def _part(parameter: str, value: str) -> str:
    """An ID as one segment of a path, by the library's own rule."""
    _arguments.text(parameter, value)
    if value in ("", ".", "..") or _NO_ID.search(value):
        raise InvalidArgumentError(f"{parameter} cannot be {value!r}: give the ID that the service knows")
    return quote(value, safe="")
