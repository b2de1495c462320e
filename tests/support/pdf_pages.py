"""Pages of PDF files drawn by tests: words with their places, lines and boxes."""

from collections.abc import Sequence

from qa.parsers.parsed_text import ParsedContent
from tests.parsers.test_pdf import assemble

# Of Helvetica, in thousandths of its size: what numbers are made of.
_WIDTHS = {**dict.fromkeys("0123456789$", 556), ",": 278, ".": 278, "-": 333, "(": 333, ")": 333, "%": 889}


class PageDrawing:
    """A page of 612 by 792 points, drawn from its upper left corner; type is Helvetica, or bold."""

    def __init__(self, *, size: float = 9.0) -> None:
        self.size = size
        self._operators: list[str] = []

    def words(self, x: float, y: float, text: str, *, bold: bool = False) -> None:
        """Text that begins at x and stands on y."""
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self._operators.append(
            f"BT /{'B' if bold else 'R'} {self.size} Tf {x:.2f} {792 - y:.2f} Td ({escaped}) Tj ET"
        )

    def number(self, x: float, y: float, text: str) -> None:
        """A number that ends at x."""
        self.words(x - self.size * sum(_WIDTHS[letter] for letter in text) / 1000, y, text)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A thin line."""
        self._operators.append(f"0.5 w {x0} {792 - y0} m {x1} {792 - y1} l S")

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A box filled with light gray."""
        self._operators.append(f"0.9 g {x0} {792 - y1} {x1 - x0} {y1 - y0} re f 0 g")

    def grid(self, columns: Sequence[float], rows: Sequence[float]) -> None:
        """Lines from edge to edge at all of these places, in a single path."""
        path = [f"{x} {792 - rows[0]} m {x} {792 - rows[-1]} l" for x in columns]
        path += [f"{columns[0]} {792 - y} m {columns[-1]} {792 - y} l" for y in rows]
        self._operators.append(f"0.5 w {' '.join(path)} S")

    def draw(self, operators: str) -> None:
        """Anything else."""
        self._operators.append(operators)

    @property
    def stream(self) -> str:
        """What draws it."""
        return "\n".join(self._operators)


def read_grid(content: ParsedContent, number: int = 0) -> list[list[str]]:
    """The text of each place of a table, a head's with a star before it."""
    return [
        [("*" if cell and cell.head else "") + (cell.read(content.text) if cell else "?") for cell in row]
        for row in content.tables[number].grid()
    ]


def make_file(*pages: PageDrawing, page_entries: str = "") -> bytes:
    """A PDF file of these pages."""
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for index, page in enumerate(pages):
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {6 + 2 * index} 0 R{page_entries}"
            "/Resources<</Font<</R 3 0 R/B 4 0 R>>>>>>",
            f"<</Length {len(page.stream)}>>stream\n{page.stream}\nendstream",
        ]
    return assemble(objects)
