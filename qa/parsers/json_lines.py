"""Files with one JSON object a line, read as a stream."""

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from qa.errors import LoadError

__all__ = ["JsonLine", "decode_line", "parse_json", "parse_json_line", "read_json_lines", "read_lines"]

# More than any row has; a file without ends of lines would else be one row in memory.
_MAX_LINE_BYTES = 16_000_000
_SKIP_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLine:
    """One line that is not blank: its object, or why there is none.

    `number` counts from 1, blank lines included; `start` and `length` are bytes of the file.
    """

    number: int
    start: int
    length: int
    value: Mapping[str, Any] | None = None
    fault: str = ""


def read_json_lines(path: Path) -> Iterator[JsonLine]:
    """The lines in order, one in memory at a time; byte-order marks and CRLF are fine.

    Raises:
        OSError: The file can't be read.
    """
    start = 0
    with path.open("rb") as stream:
        for number, (line, length) in enumerate(read_lines(stream), start=1):
            if line.removeprefix(codecs.BOM_UTF8).strip():
                try:
                    value, fault = parse_json_line(line), ""
                except LoadError as error:
                    value, fault = None, str(error)
                yield JsonLine(number=number, start=start, length=length, value=value, fault=fault)
            start += length


def read_lines(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """The lines of a file with their lengths; of one that is too long only what `decode_line` tells it by."""
    while line := stream.readline(_MAX_LINE_BYTES + 1):
        length = len(line)
        rest = line
        while length > _MAX_LINE_BYTES and rest and not rest.endswith(b"\n"):
            rest = stream.readline(_SKIP_BYTES)
            length += len(rest)
        yield line, length


def parse_json_line(line: bytes) -> Mapping[str, Any]:
    """The object of a line.

    Raises:
        LoadError: It is too long, not UTF-8, not JSON or no object.
    """
    # Without its end, or a fault there would be reported as one of a second line.
    value = parse_json(decode_line(line).rstrip())
    if not isinstance(value, dict):
        raise LoadError("it is no JSON object: {...} is expected")
    return value


def decode_line(line: bytes) -> str:
    """The text of a line without byte-order mark.

    Raises:
        LoadError: It is too long, or not UTF-8.
    """
    if len(line) > _MAX_LINE_BYTES:
        raise LoadError(f"it is longer than {_MAX_LINE_BYTES:,} bytes: split it, a row is a line")
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LoadError("it is not UTF-8 text: save the file as UTF-8") from error


def parse_json(text: str) -> Any:
    """A JSON value; NaN and infinities, which Python would accept, are not JSON.

    Raises:
        LoadError: It is not JSON.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        position = (
            f"line {error.lineno}, character {error.colno}"
            if error.lineno > 1
            else f"character {error.colno}"
        )
        raise LoadError(f"it is not JSON ({error.msg}: {position})") from error
    except RecursionError as error:
        raise LoadError("it is not JSON that can be read (nested too deeply)") from error
    except ValueError as error:
        raise LoadError(f"it is not JSON ({str(error).partition(';')[0]})") from error


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
