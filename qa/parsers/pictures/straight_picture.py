"""A picture of a page made straight, and the ink of its lines: where exactly they stand and how thick."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.parsers.pictures.text_recognition import PictureLine

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["InkBox", "LineInk", "is_blank", "straighten"]

_PROFILE_SIDE = 1000  # pixels of the longer side, at which the slant is measured
_MAX_SLANT = 8.0  # degrees
_MIN_SLANT = 0.12  # a smaller one moves the end of a line by less than its letters' height
_MIN_CONTRAST = 40  # shades of 256 between paper and ink
_BOX_REACH = 0.15  # of a box's height: some cut off the feet of letters
_RULE_SHARE = 0.9  # of a box's height or width in ink: a line that is drawn, no letter
_MAX_DOTS = 0.3  # of the pixels in rows that hold dots and accents alone
_MIN_INK = 0.0002  # of a page's pixels


class InkBox(NamedTuple):
    """Where the ink of a line stands, in pixels, and how thick its strokes are on average."""

    left: float
    right: float
    top: float
    bottom: float
    stroke: float


def is_blank(picture: "Image") -> bool:
    """Whether there is nothing to be read on a page."""
    values = np.asarray(picture.convert("L").resize((500, 700)))
    paper = float(np.median(values))
    return float(np.mean(np.abs(values.astype(np.int16) - paper) > _MIN_CONTRAST)) < _MIN_INK


def straighten(picture: "Image") -> "Image":
    """The picture in shades of grey, turned by the slant of its lines, white where nothing was."""
    picture = picture.convert("L")
    slant = _measure_slant(picture)
    if abs(slant) < _MIN_SLANT:
        return picture
    from PIL.Image import Resampling

    paper = int(np.median(np.asarray(picture)))
    return picture.rotate(slant, resample=Resampling.BICUBIC, fillcolor=paper)


def _measure_slant(picture: "Image") -> float:
    """In degrees, by which turn the lines fall into the fewest rows, or columns, of pixels."""
    sample = picture.copy()
    sample.thumbnail((_PROFILE_SIDE, _PROFILE_SIDE))
    values = np.asarray(sample)
    low, high = (float(level) for level in np.percentile(values, (2, 80)))
    if high - low < _MIN_CONTRAST:
        return 0.0
    sample = sample.point(lambda shade: 255 if shade < (low + high) / 2 else 0)
    coarse = max(np.arange(-_MAX_SLANT, _MAX_SLANT + 0.1, 0.5), key=lambda angle: _rate_angle(sample, angle))
    fine = max(np.arange(coarse - 0.4, coarse + 0.45, 0.1), key=lambda angle: _rate_angle(sample, angle))
    return float(fine)


def _rate_angle(sample: "Image", angle: float) -> float:
    from PIL.Image import Resampling

    turned = np.asarray(sample.rotate(float(angle), resample=Resampling.BILINEAR), dtype=np.float32)
    return float(sum(np.square(np.diff(turned.sum(axis=axis))).sum() for axis in (0, 1)))


@dataclass(frozen=True, slots=True)
class LineInk:
    """Finds the ink of lines in a picture that is straight."""

    shades: NDArray[np.uint8]

    @classmethod
    def of(cls, picture: "Image") -> "LineInk":
        """Of a picture in shades of grey."""
        return cls(np.asarray(picture))

    def find(self, line: PictureLine) -> InkBox | None:
        """The ink inside the box of a line, drawn rules aside; None where there is too little to tell."""
        reach = _BOX_REACH * (line.bottom - line.top)
        top, left = max(0, int(line.top - reach)), max(0, int(line.left))
        region = self.shades[top : int(line.bottom + reach) + 1, left : int(line.right) + 1]
        if min(region.shape, default=0) < 4:
            return None
        low, high = (float(level) for level in np.percentile(region, (2, 85)))
        if high - low < _MIN_CONTRAST:  # a word in a wide box
            low, high = float(region.min()), float(np.percentile(region, 95))
        if high - low < _MIN_CONTRAST:
            return None
        ink = region < (low + high) / 2
        if ink.mean() > 0.5:  # white on black
            ink = ~ink
        ink = _without_specks(_without_rules(ink))
        rows = _main_band(ink)
        columns = np.flatnonzero(ink[rows[0] : rows[1]].sum(axis=0) >= min(2, rows[1] - rows[0]))
        if rows[0] >= rows[1] or not len(columns):
            return None
        letters = ink[rows[0] : rows[1], columns[0] : columns[-1] + 1]
        starts = letters[:, :1].sum() + (letters[:, 1:] & ~letters[:, :-1]).sum()
        return InkBox(
            left + float(columns[0]),
            left + float(columns[-1] + 1),
            top + float(rows[0]),
            top + float(rows[1]),
            float(letters.sum() / max(1, starts)),
        )

    def is_ruled(self, left: float, right: float, top: float, bottom: float) -> bool:
        """Whether a line is drawn down between two words."""
        region = self.shades[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
        if not region.size:
            return False
        paper = float(np.median(region))
        return bool(((paper - region) > _MIN_CONTRAST).mean(axis=0).max() > _RULE_SHARE)


def _without_rules(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    ink = ink.copy()
    ink[:, ink.mean(axis=0) > _RULE_SHARE] = False
    if ink.shape[1] > 2 * ink.shape[0]:
        ink[ink.mean(axis=1) > _RULE_SHARE, :] = False
    return ink


def _main_band(ink: NDArray[np.bool_]) -> tuple[int, int]:
    """First and last row of the letters: lines above and below may reach into the box."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], ink.max(axis=1).astype(np.int8), [0]))))
    bands = [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    if not bands:
        return 0, 0
    weights = [int(ink[first:last].sum()) for first, last in bands]
    main = weights.index(max(weights))
    first, last = bands[main]
    height = last - first
    # The dots of i and j, and accents, stand apart from their letters; a rule above them is one long stroke,
    # and what begins at the edge hangs from the line above.
    if main and first - bands[main - 1][1] < 0.35 * height and bands[main - 1][0] > 0:
        above = bands[main - 1]
        if ink[slice(*above)].mean() < _MAX_DOTS:
            first = above[0]
    return first, last


def _without_specks(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without pixels that have fewer than two others beside them."""
    padded = np.pad(ink, 1).astype(np.int8)
    height, width = ink.shape
    beside = sum(
        padded[1 + down : 1 + down + height, 1 + across : 1 + across + width]
        for down in (-1, 0, 1)
        for across in (-1, 0, 1)
    )
    return ink & (np.asarray(beside) > 2)
