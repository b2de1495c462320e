"""An export as Markdown (CommonMark), in which the text of documents is text and nothing else."""

import re
from collections.abc import Sequence

from qa.exporting.blocks import Block, Cell, Contents, Run, Source

__all__ = ["escape_markdown", "render_markdown"]

# What means something anywhere in a line, in CommonMark and its usual extensions: tables, formulas,
# strikethrough, marks, addresses that become links.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$@^]|&(?=[#\w])|=(?==)|(?<==)=|:(?=//)|(?<=www)\.", re.IGNORECASE)
# And at the beginning of one: lists, lines below headings.
_LINE_START = re.compile(r"(?P<sign>[+\-=:])|(?P<number>\d{1,9})(?P<end>[.)])")
_PREFIXES = {
    "heading": "## ",
    "item": "- ",
    "quote": "> ",
    "remark": "",
    "text": "",
    "aside": "",
    "warning": "",
    "table": "",
}


def render_markdown(contents: Contents) -> str:
    """The whole file; it ends with a newline."""
    parts = [f"# {escape_markdown(contents.title)}", f"*{escape_markdown(contents.about)}*"]
    last_style = ""
    for block in contents.blocks:
        text = _render_block(block)
        if block.style == last_style == "item":
            parts[-1] += f"\n{text}"
        else:
            parts.append(text)
        last_style = block.style
    if contents.sources:
        parts.append("## Sources")
        parts += [_render_source(source) for source in contents.sources]
    return "\n\n".join(parts) + "\n"


def escape_markdown(text: str) -> str:
    """Inline Markdown that reads as exactly these characters; a newline is a hard line break."""
    body = text.rstrip("\n")
    # At the end of a paragraph a backslash is one: newlines there are named.
    return "\\\n".join(map(_escape_line, body.split("\n"))) + "&#10;" * (len(text) - len(body))


def _escape_line(line: str) -> str:
    core = line.strip()
    start = line.index(core) if core else len(line)
    escaped = _SPECIAL.sub(lambda match: f"\\{match[0]}", core)
    if match := _LINE_START.match(core):
        place = match.end("number") if match["number"] else 0
        escaped = escaped if escaped[place] == "\\" else f"{escaped[:place]}\\{escaped[place:]}"
    return _name(line[:start]) + escaped.replace("\r", "&#13;") + _name(line[start + len(core) :])


def _name(space: str) -> str:
    """White space at the ends of a line, which would be dropped, by the numbers of its characters."""
    return "".join(f"&#{ord(character)};" for character in space)


def _render_block(block: Block) -> str:
    text = "".join(_render_run(run) for run in block.runs)
    if block.style == "table":
        return f"{text.strip()}\n\n{_render_table(block.rows)}"
    if block.style in ("aside", "warning"):
        return f"*{text}*" if block.style == "aside" else f"**{text}**"
    prefix = _PREFIXES[block.style]
    continued = "> " if prefix == "> " else " " * len(prefix)
    return prefix + text.replace("\n", f"\n{continued}")


def _render_table(rows: Sequence[Sequence[Cell]]) -> str:
    """The first row is the head, as Markdown wants one; cells that answer are bold."""
    lines = ["| " + " | ".join(map(_render_cell, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def _render_cell(cell: Cell) -> str:
    text = escape_markdown(cell.text)
    return f"**{text}**" if cell.is_answer and text else text


def _render_run(run: Run) -> str:
    words = run.text.rstrip(" ")
    if not words:
        return run.text
    text = escape_markdown(words)
    return (f"**{text}**" if run.is_bold else text) + " " * (len(run.text) - len(words))


def _render_source(source: Source) -> str:
    """An item of a numbered list, of three paragraphs."""
    number = f"{source.number}. "
    indent = " " * len(number)
    details = "".join(f", {escape_markdown(detail)}" for detail in source.details)
    quote = escape_markdown(source.quote).replace("\n", f"\n{indent}> ")
    return (
        f"{number}**{escape_markdown(source.title)}**{details}\n\n"
        f"{indent}> {quote}\n\n"
        f"{indent}{escape_markdown(source.address)}"
    )
