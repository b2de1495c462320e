"""Known documents as files of every format; those of other programs are made by LibreOffice and Chromium."""

import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

from tests.bench.known_documents.document_model import KnownDocument
from tests.bench.known_documents.invented_documents import invent_document
from tests.bench.known_documents.print_html import (
    BOILERPLATE,
    PageTemplate,
    PrintLayout,
    print_epub,
    print_page,
    printed_page,
)
from tests.bench.known_documents.print_office import print_docx, print_pptx, print_xlsx
from tests.bench.known_documents.print_text import print_delimited, print_eml, print_markdown

__all__ = ["FORMATS", "PrintedFile", "print_files"]


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """A file, and what a reader should find in it.

    `unwanted` are words that it holds around the text. A date and a title count only where the file says them.
    """

    format: str
    path: Path
    document: KnownDocument
    states_date: bool = True
    states_title: bool = True
    unwanted: tuple[str, ...] = ()


_LIBRARIES = {"docx": "python-docx", "pptx": "python-pptx", "xlsx": "openpyxl"}
_MODULES = {"docx": "docx", "pptx": "pptx", "xlsx": "openpyxl"}
# What LibreOffice makes of which files.
_CONVERTED = {
    "docx-libreoffice": ("docx", "docx"),
    "rtf": ("docx", "rtf"),
    "pdf-libreoffice": ("docx", "pdf"),
    "xlsx-libreoffice": ("xlsx", "xlsx"),
    "ods": ("xlsx", "ods"),
    "xls": ("xlsx", "xls"),
    "pdf-slides": ("pptx", "pdf"),
}
FORMATS = (
    "markdown", "html-news", "html-government", "html-wrappers", "epub", "eml", "csv", "csv-semicolon", "tsv",
    "docx", "pptx", "xlsx", *_CONVERTED, "pdf-ruled", "pdf-unruled", "pdf-columns",
)  # fmt: skip


_PAGE_NUMBER = (
    "<div style='font-size: 8pt; width: 100%; text-align: center'><span class='pageNumber'></span></div>"
)


def print_files(
    seeds: Sequence[int], formats: Sequence[str], folder: Path
) -> tuple[list[PrintedFile], list[str]]:
    """The files of these formats, and a line for each format that can't be made here."""
    documents = {seed: invent_document(seed) for seed in seeds}
    skipped: dict[str, str] = {}
    for name, module in _MODULES.items():
        if find_spec(module) is None:
            reason = f"needs {_LIBRARIES[name]} (pip install {_LIBRARIES[name]})"
            skipped |= dict.fromkeys([name, *(key for key, (source, _) in _CONVERTED.items() if source == name)], reason)  # fmt: skip
    if shutil.which("soffice") is None:
        skipped |= dict.fromkeys(_CONVERTED, "needs LibreOffice (soffice)")
    if _find_chromium() is None:
        skipped |= dict.fromkeys((f"pdf-{layout}" for layout in get_args(PrintLayout)), "needs Chromium")
    wanted = [name for name in formats if name not in skipped]
    files: list[PrintedFile] = []
    sources = {_CONVERTED[name][0] for name in wanted if name in _CONVERTED}
    for name in dict.fromkeys([*wanted, *sorted(sources)]):
        if name not in _CONVERTED and not name.startswith("pdf-"):
            files += [_print_file(name, seed, document, folder) for seed, document in documents.items()]
    for name in wanted:
        if name in _CONVERTED:
            files += _convert(name, [file for file in files if file.format == _CONVERTED[name][0]], folder)
    layouts = [layout for layout in get_args(PrintLayout) if f"pdf-{layout}" in wanted]
    files += _print_with_chromium(documents, layouts, folder)
    order = {name: place for place, name in enumerate(wanted)}
    files = sorted((file for file in files if file.format in order), key=lambda file: order[file.format])
    return files, [f"{name}: skipped, {reason}" for name, reason in skipped.items() if name in formats]  # fmt: skip


def _print_file(name: str, seed: int, document: KnownDocument, folder: Path) -> PrintedFile:
    chance = random.Random(f"{name} {seed}")
    family, _, variant = name.partition("-")
    suffix = {"markdown": "md"}.get(family, family)
    path = folder / name / f"{seed:03}.{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = PrintedFile(name, path, document)
    match family:
        case "markdown":
            data = print_markdown(document, chance)
        case "html":
            template = next(template for template in get_args(PageTemplate) if template == variant)
            data = print_page(document, template)
            file = replace(file, unwanted=BOILERPLATE)
        case "epub":
            data = print_epub(document, chance)
        case "eml":
            data = print_eml(document, chance)
        case "csv" | "tsv":
            data, file = _print_delimited(name, chance, replace(file, states_date=False, states_title=False))
        case "docx":
            data = print_docx(document, chance)
            file = replace(file, unwanted=(f"{document.publisher} Bulletin",))
        case "pptx":
            # A longer table would run over the slide's edge.
            file = replace(file, document=document.without_tables_above(16))
            data = print_pptx(file.document, chance)
        case _:
            data = print_xlsx(document, chance)
            file = replace(file, document=document.only_tables())
    path.write_bytes(data)
    return file


def _print_delimited(name: str, chance: random.Random, file: PrintedFile) -> tuple[bytes, PrintedFile]:
    has_caption = chance.random() < 0.3
    document = file.document.only_tables(limit=1)
    if name == "csv-semicolon":
        document = document.with_decimal_commas()
    delimiter = {"csv": ",", "csv-semicolon": ";", "tsv": "\t"}[name]
    # As spreadsheets save "CSV UTF-8" and "Unicode text".
    encoding = {"csv": "utf-8", "csv-semicolon": "utf-8-sig", "tsv": "utf-16"}[name]
    data = print_delimited(document, delimiter=delimiter, has_caption=has_caption, encoding=encoding)
    if not has_caption:
        document = document.without_words_around_tables()
    return data, replace(file, document=document)


def _convert(name: str, sources: Sequence[PrintedFile], folder: Path) -> Iterator[PrintedFile]:
    """LibreOffice makes all files of a format in one go."""
    suffix = _CONVERTED[name][1]
    target = folder / name
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                "soffice", "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", suffix,
                "--outdir", str(target), *(str(source.path) for source in sources),
            ],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600,
        )  # fmt: skip
    for source in sources:
        path = target / f"{source.path.stem}.{suffix}"
        # The day of a PDF is the one of the conversion; old workbooks keep none that is read.
        yield replace(source, format=name, path=path, states_date=suffix not in ("pdf", "xls"))


def _find_chromium() -> str | None:
    if find_spec("playwright") is None:
        return None
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _print_with_chromium(
    documents: dict[int, KnownDocument], layouts: Sequence[PrintLayout], folder: Path
) -> Iterator[PrintedFile]:
    if not layouts:
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_find_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        for layout in layouts:
            target = folder / f"pdf-{layout}"
            target.mkdir(parents=True, exist_ok=True)
            for seed, document in documents.items():
                path = target / f"{seed:03}.pdf"
                page.set_content(printed_page(document, layout, has_heads_right=seed % 2 == 0))
                running_head = f"{document.publisher} Bulletin"
                page.pdf(
                    path=path,
                    prefer_css_page_size=True,
                    display_header_footer=True,
                    header_template=f"<div style='font-size: 8pt; margin-left: 18mm'>{escape(running_head)}</div>",
                    footer_template=_PAGE_NUMBER,
                )
                yield PrintedFile(
                    f"pdf-{layout}", path, document, states_date=False, unwanted=(running_head,)
                )
        browser.close()
