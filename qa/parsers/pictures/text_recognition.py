"""Recognising text in a picture (OCR), with the models that come with RapidOCR.

Nothing is ever downloaded: the models are named by their files, which its wheel carries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from qa.errors import LoadError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "HOW_TO_INSTALL",
    "MAX_SIDE",
    "RECOGNISE",
    "PictureLine",
    "Recognition",
    "can_recognise",
    "recognise_lines",
]

HOW_TO_INSTALL = "`pip install 'briefing-desk[ocr]'` lets it be recognised"

# Pixels of a page's longer side: 170 dots an inch of A4, at which 8-point type is read without a fault. The
# engine makes what is larger as small as that, for the sake of memory.
MAX_SIDE = 2000
# Two children read at a time by default, and each may use twice the time limit in processor time.
_THREADS = 2
_UPRIGHT_CERTAINTY = 0.8  # below it, a page may stand on its head
_MIN_LETTERS = 10  # by which the way a page lies can be told
_QUARTER_TURNS = {True: (1, 3), False: (2,)}  # to try, by whether the lines run up and down


@dataclass(frozen=True, slots=True)
class Recognition:
    """Whether text in pictures is recognised, as the settings say; `on_page` is called after each page."""

    enabled: bool = True
    on_page: Callable[[], None] | None = None

    @property
    def refusal(self) -> str | None:
        """Why text in pictures is not recognised, with the way out; None where it is."""
        if not self.enabled:
            return "the setting ocr is off"
        return None if can_recognise() else HOW_TO_INSTALL


RECOGNISE = Recognition()


_CHINESE_ONE = "\u4e00"
_WIDE_SIGNS = str.maketrans({chr(0xFF01 + place): chr(0x21 + place) for place in range(94)})


class PictureLine(NamedTuple):
    """Words side by side in a picture, their box in pixels, and how certain the engine is, in 0..1."""

    text: str
    certainty: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def is_upright(self) -> bool:
        """Whether it runs across, not up or down."""
        return self.bottom - self.top < 1.5 * (self.right - self.left) or len(self.text) < 3


@cache
def can_recognise() -> bool:
    """Whether the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def recognise_lines(picture: "Image") -> tuple["Image", list[PictureLine]]:
    """The picture turned so that its text is upright, and its lines; none where nothing is legible.

    Raises:
        LoadError: The models are not there.
    """
    lines = _recognise(picture)
    letters = sum(len(line.text) for line in lines)
    runs_across = 2 * sum(len(line.text) for line in lines if line.is_upright) >= letters
    if letters < _MIN_LETTERS or (runs_across and _rate(lines) >= _UPRIGHT_CERTAINTY):
        return picture, lines
    best = _rate(lines) if runs_across else 0.0, picture, lines
    for turns in _QUARTER_TURNS[not runs_across]:
        turned = picture.rotate(90 * turns, expand=True)
        turned_lines = _recognise(turned)
        best = max(best, (_rate(turned_lines), turned, turned_lines), key=lambda attempt: attempt[0])
    return best[1], best[2]


def _rate(lines: Sequence[PictureLine]) -> float:
    """The certainty of its letters on average; 0 where there are none."""
    letters = sum(len(line.text) for line in lines)
    return sum(line.certainty * len(line.text) for line in lines) / max(letters, 1)


def _recognise(picture: "Image") -> list[PictureLine]:
    result = _load_engine()(np.asarray(picture.convert("RGB"))[:, :, ::-1])
    lines = []
    for box, text, score in zip(
        _list(result, "boxes"), _list(result, "txts"), _list(result, "scores"), strict=False
    ):
        across, down = [float(point[0]) for point in box], [float(point[1]) for point in box]
        text = _read_signs(" ".join(text.split()))
        if text:
            lines.append(PictureLine(text, float(score), min(across), max(across), min(down), max(down)))
    return lines


def _read_signs(text: str) -> str:
    """Without signs of Chinese print, for which the engine takes the dash of a blank cell or a comma."""
    if text == _CHINESE_ONE:
        return "–"
    is_chinese = any("\u3400" <= letter <= "\u9fff" for letter in text)
    return text if is_chinese else text.translate(_WIDE_SIGNS)


def _list(result: Any, name: str) -> Sequence[Any]:
    # What it returns is of another kind where it finds no text.
    values = getattr(result, name, None)
    return () if values is None else values


@cache
def _load_engine() -> Any:
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    parameters: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.text_score": 0.0,  # what is uncertain is kept, and said to be
        "Global.max_side_len": MAX_SIDE,
        # Where lines stand is found as well in a smaller picture, in two thirds of the memory.
        "Det.limit_type": "max",
        "Det.limit_side_len": 1600,
        # It turns lines round, of which one in ten is not upside down at all.
        "Global.use_cls": False,
        "Rec.rec_batch_num": 1,  # more take memory and are no faster
        "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    for step in ("Det", "Rec"):
        paths = sorted(models.glob(f"*_{step.lower()}_*.onnx"))
        if not paths:
            raise LoadError(
                "this version of rapidocr comes without its models: install the one in constraints.txt"
            )
        parameters[f"{step}.model_path"] = str(paths[0])
    return rapidocr.RapidOCR(params=parameters)
