"""Titles that say nothing of a document: those that programs give, and names of its parts."""

import re

__all__ = ["is_empty_title", "names_a_part"]

# "Microsoft Word - notes.doc", "Document1", "Folie 3", a file's name.
_GENERATED = re.compile(
    r"(?:microsoft (?:word|excel|powerpoint)\b.*|(?:power ?point|libre ?office|word)\b.*\bpresentation"
    r"|(?:untitled|unbenannt|ohne titel|sans titre|sin título|senza titolo|sem título"
    r"|unknown|title|titel|titre)(?: (?:document|page|spreadsheet|presentation|dokument|form))?[\s\d]*"
    r"|(?:(?:powerpoint )?presentation|präsentation|présentation|presentación|document|dokument|documento"
    r"|workbook|book|mappe|slide|folie|sheet|doc|template|new document|neues dokument|file|scan|page"
    r"|data|daten|download|export|output)[ -]?(?:\d*|\(\d+\))"
    r"|(?:präsentation|presentación|présentation)? ?(?:de |en )?(?:power ?point)(?:[ -]?präsentation)?"
    r"|\(?(?:no|kein|sans|sin) (?:subject|title|betreff|objet|asunto)\)?|(?:re|fwd?|aw|wg|tr)\s*:"
    r"|\S*\.(?:docx?|dotx?|pptx?|potx?|xlsx?|xlsm|ods|odt|rtf|csv|html?|tmp|pdf|indd|qxp|qxd|fm|pub|wpd))",
    re.IGNORECASE,
)
# What stands over a part of every second document, or names a sheet.
_PART = re.compile(
    r"(?:introduction|einleitung|einführung|preface|foreword|vorwort|abstract|(?:executive )?summary"
    r"|(?:table of )?contents?|inhalt(?:sverzeichnis)?|sommaire|table des matières|índice|indice"
    r"|sources?|quellen?|query(?: parameters?)?|parameters?|metadata|read ?me|about|info(?:rmation)?"
    r"|(?:raw |source )?data(?:set|base)? ?\d*|(?:end)?notes?|results?|output|export(?:ed)?|report|download"
    r"|list|lookup|definitions?|instructions?|main|pivot ?\d*|table|tab ?\d*|chart|figure|test|new"
    r"|cover(?: (?:page|sheet))?|title page|titelseite"
    r"|(?:work)?sheet ?\d+|tabelle ?\d+|feuil(?:le)? ?\d+|hoja ?\d+|foglio ?\d+|blad ?\d+|planilha ?\d+"
    r"|(?:page|seite|slide|folie|table|chart|figure|abbildung) ?\d+|home(?:page)?|index|menu|navigation"
    r"|(?:skip|jump) to (?:main )?content)",
    re.IGNORECASE,
)


def is_empty_title(title: str) -> bool:
    """Whether a program gave it, or it holds no letter."""
    return bool(_GENERATED.fullmatch(title.strip())) or not any(map(str.isalpha, title))


def names_a_part(heading: str) -> bool:
    """Whether a heading says only which part of a document follows: "Contents", "Sheet1"."""
    return bool(_PART.fullmatch(heading.strip(" .:")))
