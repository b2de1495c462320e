"""A page without a browser: what Streamlit's page sends and takes, over its WebSocket.

Where the browser shares the cores with the server, what the browser costs is measured with it. This tells the
server apart: a page that draws nothing.
"""

import json
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

__all__ = ["PageSession"]

_TIMEOUT_S = 300


class PageSession:
    """One open page: `errors` are those that it has told, `waits` what it said of a place in the queue.

    It remembers large messages as the browser does, so that the server sends them once.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._known: dict[str, ForwardMsg] = {}
        self._question_box = ""
        self._address_query = ""
        self.received_bytes = 0
        self.asked_in_page: list[str] = []
        self.errors: list[str] = []
        self.waits: list[str] = []

    def __enter__(self) -> Self:
        host = self._address.partition("://")[2]
        self._socket: ClientConnection = connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(self._address),
            max_size=None,
        )
        self._run([])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ask(self, question: str) -> list[str]:
        """Ask, wait until the answer is drawn; returns the questions that the page then shows."""
        widget = WidgetState(id=self._question_box)
        widget.chat_input_value.data = question
        self._run([widget])
        return self.asked_in_page

    def begin_anew(self) -> None:
        """Leave the conversation for a new one, as by loading the page again without its address."""
        self.__exit__(None, None, None)
        self._known, self._address_query = {}, ""
        self.__enter__()

    def _run(self, widgets: list[WidgetState]) -> None:
        """Have the script run until it is through, and take in what it draws."""
        message = BackMsg()
        message.rerun_script.query_string = self._address_query
        message.rerun_script.widget_states.widgets.extend(widgets)
        message.rerun_script.cached_message_hashes.extend(self._known)
        self._socket.send(message.SerializeToString())
        while True:
            data = self._socket.recv(_TIMEOUT_S)
            assert isinstance(data, bytes)
            self.received_bytes += len(data)
            received = ForwardMsg.FromString(data)
            kind = received.WhichOneof("type")
            if kind == "ref_hash":
                received = self._known[received.ref_hash]
            elif received.metadata.cacheable:
                self._known[received.hash] = received
            if kind == "new_session":
                self.asked_in_page = []
            elif kind == "page_info_changed":
                self._address_query = received.page_info_changed.query_string
            elif received.WhichOneof("type") == "delta":
                self._take(received)
            elif kind == "script_finished" and received.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return

    def _take(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "chat_input":
            self._question_box = element.chat_input.id
        elif kind == "bidi_component" and element.bidi_component.component_name.endswith("_question"):
            (data,) = json.loads(element.bidi_component.json)
            self.asked_in_page += [text for _, text in data["questions"]]
        elif kind == "html" and 'class="qa-error' in element.html.body:
            self.errors.append(element.html.body)
        elif kind == "html" and "Waiting: " in element.html.body:
            self.waits.append(element.html.body)
