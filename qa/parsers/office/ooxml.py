"""The packages of Office Open XML (.docx, .pptx, .xlsx): parts, their relations, and properties."""

import posixpath
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qa.errors import LoadError
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.reader_errors import PASSWORD_MESSAGE, unexpected_error
from qa.parsers.xml_elements import attribute, children, local_name, parse_xml
from qa.parsers.zip_archives import open_archive, read_member
from qa.schema import Metadata

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["OLE_MARK", "Package", "is_encrypted_ole", "only_load_errors"]

# Word, Excel and PowerPoint files of before 2007, and encrypted ones of any age.
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_FORMAT_MESSAGES = {
    "Word": "it is an old Word document, whatever its name: save it as .docx",
    "PowerPoint": "it is an old PowerPoint presentation, whatever its name: save it as .pptx",
}


def only_load_errors(read: Callable[[bytes], ParsedContent]) -> Callable[[bytes], ParsedContent]:
    """Make a reader raise nothing but LoadError, whatever a file does to it."""

    @wraps(read)
    def guarded_read(data: bytes) -> ParsedContent:
        if not data:
            raise LoadError("it is empty")
        try:
            return read(data)
        except LoadError:
            raise
        except RecursionError:
            raise LoadError("it is nested too deeply") from None
        except MemoryError:
            raise LoadError("it takes more memory than there is: split it") from None
        # Files break the parsers' and our assumptions in ways that nobody can list.
        except Exception as error:
            raise unexpected_error(error) from error

    return guarded_read


def is_encrypted_ole(data: bytes) -> bool:
    """Whether an OLE file wraps an encrypted package."""
    return "EncryptedPackage".encode("utf-16-le") in data


class Package:
    """An archive of parts. `program` is "Word", "PowerPoint" or "Excel", `folder` where its parts stand.

    Raises:
        LoadError: It is no such package, encrypted, damaged or a trap.
    """

    def __init__(self, data: bytes, *, program: str, folder: str, main: str) -> None:
        if data.startswith(OLE_MARK):
            if is_encrypted_ole(data):
                raise LoadError(PASSWORD_MESSAGE)
            raise LoadError(
                _OLD_FORMAT_MESSAGES.get(program, "it is an old office file: save it in the new format")
            )
        self._archive = open_archive(data)
        # Some writers put backslashes or a leading slash; all readers take names without regard to case.
        self._member_names = {
            name.replace("\\", "/").lstrip("/").casefold(): name for name in self._archive.namelist()
        }
        self._relations: dict[str, dict[str, tuple[str, str]]] = {}
        self.main = next(
            (target for relation_type, target in self.related("") if relation_type == "officeDocument"), ""
        )
        if not self.has(self.main):
            self.main = f"{folder}/{main}"
        if not self.has(self.main) or not self.main.casefold().startswith(f"{folder}/"):
            raise LoadError(f"it is no {program} file, whatever its name says")

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name.casefold() in self._member_names

    def read(self, name: str) -> bytes:
        """A part's bytes.

        Raises:
            LoadError: It is missing or damaged.
        """
        return read_member(self._archive, self._member_names.get(name.casefold(), name))

    def parse(self, name: str) -> "Element":
        """A part's root element.

        Raises:
            LoadError: It is missing, damaged or a trap.
        """
        return parse_xml(self.read(name))

    def parse_optional(self, name: str | None) -> "Element | None":
        """A part's root element, None where there is no such part.

        Raises:
            LoadError: It is damaged or a trap.
        """
        return self.parse(name) if name and self.has(name) else None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id to type and part name for what a part refers to inside the package; links out are left out."""
        if part not in self._relations:
            self._relations[part] = dict(self._read_relations(part))
        return self._relations[part]

    def related(self, part: str) -> list[tuple[str, str]]:
        """Type and part name of all that a part refers to inside the package."""
        return list(self.relations(part).values())

    def first_related(self, part: str, relation_type: str) -> str | None:
        """The first existing part of a type, such as "styles", that a part refers to."""
        return next(
            (
                target
                for target_type, target in self.related(part)
                if target_type == relation_type and self.has(target)
            ),
            None,
        )

    def _read_relations(self, part: str) -> list[tuple[str, tuple[str, str]]]:
        folder, name = posixpath.split(part)
        root = self.parse_optional(posixpath.join(folder, "_rels", f"{name}.rels"))
        relations = []
        for relationship in children(root, "Relationship"):
            target = attribute(relationship, "Target") or ""
            if attribute(relationship, "TargetMode") == "External" or not target:
                continue
            relation_type = (attribute(relationship, "Type") or "").rpartition("/")[2]
            target_path = posixpath.normpath(posixpath.join("/", folder, unquote(target).replace("\\", "/")))
            relations.append((attribute(relationship, "Id") or "", (relation_type, target_path.lstrip("/"))))
        return relations

    def metadata(self) -> Metadata:
        """From the core properties and the company of the extended ones; a broken part is ignored."""
        core = self._read_properties("core-properties", "docProps/core.xml")
        extended = self._read_properties("extended-properties", "docProps/app.xml")
        return office_metadata(
            title=core.get("title", ""),
            dates=(core.get("created", ""), core.get("modified", "")),
            company=extended.get("Company", ""),
            author=core.get("creator", ""),
            keywords=core.get("keywords", ""),
        )

    def _read_properties(self, relation_type: str, default_part: str) -> dict[str, str]:
        try:
            root = self.parse_optional(self.first_related("", relation_type) or default_part)
        except LoadError:
            return {}
        return {local_name(element): "".join(element.itertext()) for element in children(root)}
