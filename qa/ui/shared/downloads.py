"""Buttons that save a conversation or a note as a file."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import cast

import streamlit as st

from qa.exporting import EXPORT_FORMATS, TablesOf, export_exchanges, export_file_name, export_note
from qa.schema import Exchange, NoteItem

__all__ = ["draw_downloads"]


def draw_downloads(title: str, parts: Sequence[Exchange] | Sequence[NoteItem], tables: TablesOf) -> None:
    """A button for each format; the file is made when one is clicked, with the tables that are cited."""
    today = datetime.now(UTC).astimezone().date()
    with st.container(horizontal=True):
        for file_format in EXPORT_FORMATS.values():
            if isinstance(parts[0], Exchange):
                export = partial(export_exchanges, cast(Sequence[Exchange], parts))
            else:
                export = partial(export_note, cast(Sequence[NoteItem], parts))
            st.download_button(
                file_format.label,
                partial(export, title=title, exported_on=today, file_format=file_format.name, tables=tables),
                export_file_name(title, file_format.name),
                file_format.content_type,
                icon=":material/download:",
                on_click="ignore",
                key=f"download-{file_format.name}",
            )
