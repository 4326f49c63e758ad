"""The calls of a client that waits, whichever endpoint they are for."""

from collections.abc import Iterator, Mapping
from typing import Any, Optional, TypeVar, Union

from robofy import _endpoints, _operation
from robofy._base import BaseClient
from robofy._endpoints import AgentSettings, Session
from robofy._operation import Operation
from robofy._reply import Reply
from robofy._response import Response
from robofy._upload import Upload

_Result = TypeVar("_Result")


class Calls(BaseClient):
    """What a client calls beside `whatsapp_chat`."""

    def _run(self, operation: Operation[_Result]) -> _Result:
        raise NotImplementedError

    def chat_send(
        self,
        *,
        query: str,
        platform: str = "web",
        pid: Optional[str] = None,
        chatbot_id: Optional[str] = None,
        session_id: Optional[str] = None,
        user_context: Optional[Mapping[str, Any]] = None,
        timeout: Optional[float] = None,
    ) -> Reply:
        """Send one message of any platform to the agent, and wait for the answer, as `whatsapp_chat` does.

        Args:
            query: the user's message.
            platform: where the user writes, in the service's own words.
            pid: the project's ID; None is the client's.
            chatbot_id: the ID of the project's agent that answers; None is the client's.
            session_id: names the conversation; None lets the service assign one.
            user_context: more about the user, as the values that JSON has; may not hold "platform".
            timeout: seconds for this call, retries and waits included; None is the client's.

        Returns:
            The complete answer, and what came with it.

        Raises:
            RobofyError: a subclass for each status.

        """
        message = self._message(pid, chatbot_id, query, session_id, user_context, timeout, platform)
        return self._run(_operation.chat(message))

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Union[str, int, bool]]] = None,
        json: Optional[Any] = None,
        timeout: Optional[float] = None,
        max_response_bytes: Optional[int] = None,
    ) -> Response:
        """Call any endpoint of the service, and wait for the whole response.

        GET and HEAD are repeated as messages are; what changes something only where the service cannot have seen it.

        Args:
            method: "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS".
            path: the path below the base URL, for example "/v1/projects"; it cannot lead to another host. What a URL
                cannot hold in an ID is percent-encoded by the caller, as by `urllib.parse.quote(id, safe="")`.
            query: the pairs of the URL's query, which are encoded here.
            json: the body, of the values that JSON has; None for no body.
            timeout: seconds for this call, retries and waits included; None is the client's.
            max_response_bytes: the largest body that is read; None is the client's.

        Returns:
            The response, whose status is from 200 to 299.

        Raises:
            RobofyError: a subclass for each status; every other response is one.
            TypeError: an argument is of the wrong type.
            RuntimeError: the client is closed.

        """
        return self._run(self._request(method, path, query, json, timeout, max_response_bytes))

    def upload(self, path: str, upload: Upload, *, timeout: Optional[float] = None) -> Response:
        """Send a form with files as a POST, and wait for the whole response. Meanwhile `upload.sent` grows.

        Args:
            path: the path below the base URL, as for `request`.
            upload: the form; it is not changed and may be sent again.
            timeout: seconds for this call, retries and waits included; None is the client's.

        Returns:
            The response, whose status is from 200 to 299.

        Raises:
            RobofyError: a subclass for each status; `InvalidArgumentError` too for a file that cannot be read.

        """
        return self._run(self._upload(path, upload, timeout))

    def leads(
        self,
        *,
        pid: Optional[str] = None,
        chatbot_id: Optional[str] = None,
        session_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Iterator[Any]:
        """Iterate over the leads that an agent has collected; each page is asked for when it is needed.

        Args:
            pid: the project's ID; None is the client's.
            chatbot_id: the agent's ID; None is the client's.
            session_id: only the leads of this conversation.
            timeout: seconds for each page; None is the client's.

        Yields:
            A lead, as the service has written it: the reference does not describe it.

        Raises:
            RobofyError: as of `request`; `ProtocolError` too where the pages come to no end.

        """
        path = _endpoints.leads_path(*self._account(pid, chatbot_id))
        pages = _endpoints.LeadsPages(session_id)
        while not pages.is_done:
            yield from pages.take(self.request("GET", path, query=pages.query, timeout=timeout))

    def sessions(self, *, chatbot_id: Optional[str] = None, timeout: Optional[float] = None) -> list[Session]:
        """List the conversations of an agent.

        Args:
            chatbot_id: the agent's ID; None is the client's.
            timeout: seconds for this call; None is the client's.

        Raises:
            RobofyError: as of `request`.

        """
        path = _endpoints.sessions_path(self._agent(chatbot_id))
        return _endpoints.read_sessions(self.request("GET", path, timeout=timeout))

    def agent_settings(
        self, *, pid: Optional[str] = None, chatbot_id: Optional[str] = None, timeout: Optional[float] = None
    ) -> AgentSettings:
        """Read the settings of an agent, which hold a secret.

        Args:
            pid: the project's ID; None is the client's.
            chatbot_id: the agent's ID; None is the client's.
            timeout: seconds for this call; None is the client's.

        Raises:
            RobofyError: as of `request`.

        """
        path = _endpoints.settings_path(*self._account(pid, chatbot_id))
        return _endpoints.read_settings(self.request("GET", path, timeout=timeout))
