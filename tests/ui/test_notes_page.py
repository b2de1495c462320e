"""Notes: what is pinned is shown as it was, put in order, taken off, and what goes wrong is one line."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qa.store import Store
from tests.store.test_conversation_records import make_answer


def notes_script() -> None:
    """The page over the store of `QA_STORE`; runs inside Streamlit, so it imports all it needs."""
    import os
    from pathlib import Path
    from types import SimpleNamespace

    from qa.store import Store
    from qa.ui.chat.chat_state import chat_state
    from qa.ui.notes.notes_page import draw_notes

    store = Store.open(Path(os.environ["QA_STORE"]))
    assistant = SimpleNamespace(notes=store.notes, read_only=store.read_only, history=lambda _: [])
    draw_notes(assistant, chat_state(), {})  # type: ignore[arg-type]
    store.close()


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("QA_STORE", str(tmp_path / "store"))
    with closing(Store.open(tmp_path / "store")) as store:
        note = store.notes.create("Levies")
        store.notes.add_item(note.id, "What did it cost?", make_answer(), remark="check this")
        store.notes.add_item(note.id, "Who says so?", make_answer(), citation_number=1)
        return note.id


def run(note: str | None) -> AppTest:
    page = AppTest.from_function(notes_script, default_timeout=30)
    if note:
        page.query_params["note"] = note
    page.run()
    assert not page.exception
    return page


def html_of(page: AppTest) -> str:
    return "\n".join(block.proto.body for block in page.get("html"))


def questions(note: str) -> list[str]:
    with closing(Store.open(Path(os.environ["QA_STORE"]))) as store:
        return [item.question for item in store.notes.get(note)[1]]


def click(page: AppTest, label: str, place: int = 0) -> Any:
    buttons = [button for button in page.button if button.label == label]
    page = buttons[place].click().run()
    assert not page.exception
    return page


def test_note_shows_what_is_pinned_and_puts_it_in_order(note: str) -> None:
    page = run(note)
    html = html_of(page)
    assert "What did it cost?" in html
    assert '<blockquote class="qa-quote">It cost 40 pesos.</blockquote>' in html
    assert "Costs – “all” · 3 November 2025 · page 3" in html.replace("&quot;", '"')
    assert [area.value for area in page.text_area] == ["check this", ""]
    assert [button.proto.label for button in page.get("download_button")] == [
        "Word",
        "Markdown",
        "Web page, to print",
    ]
    click(page, "Down")
    assert questions(note) == ["Who says so?", "What did it cost?"]
    page.text_area[0].set_value("a quote").run()
    click(page, "Take off", 1)
    assert questions(note) == ["Who says so?"]
    page.text_input[0].set_value("Levies of 2025").run()
    assert run(note).text_input[0].value == "Levies of 2025"


def test_what_another_window_took_away_is_one_line(note: str) -> None:
    page = run(note)
    with closing(Store.open(Path(os.environ["QA_STORE"]))) as store:
        store.notes.remove_item(note, store.notes.get(note)[1][0].id)
    page = click(page, "Take off", 0)
    assert "it was taken off meanwhile" in html_of(page)
    with closing(Store.open(Path(os.environ["QA_STORE"]))) as store:
        store.notes.delete(note)
    assert "there is no note" in html_of(run(note))


def test_list_begins_a_note_and_one_is_deleted_when_that_is_meant(note: str) -> None:
    page = click(run(None), "New note")
    assert "Nothing is pinned to it yet" in html_of(page)
    page = run(note)
    assert [button.disabled for button in page.button if button.label == "Delete note"] == [True]
    page.checkbox[0].check().run()
    page = click(page, "Delete note")
    assert "note" not in page.query_params
    with closing(Store.open(Path(os.environ["QA_STORE"]))) as store:
        assert [kept.title for kept in store.notes.recent()] == ["Note"]
