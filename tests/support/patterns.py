"""Every regular expression of the package, and texts that make a careless one slow."""

import ast
import importlib
import pkgutil
import re
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import qa

__all__ = ["PackagePattern", "attacks", "find_patterns"]

_ROOT = Path(qa.__file__).parent
_TRAINING = (  # reads what the project wrote, and is no part of a run
    "qa.models.checker.training",
    "qa.models.reader.training",
)
_METHODS = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")
_FLAGS_AT = {"compile": 1, "split": 3, "sub": 4, "subn": 4}
# What f-strings put into patterns where only a run tells, and patterns that are a function's argument.
_FILLER = "word"
_WAYS = {"match": "match", "fullmatch": "fullmatch"}  # all others go through the whole text
_ALL_WAYS = frozenset({"finditer", "match", "fullmatch"})

_UNITS = tuple(
    " |1|a|A|a |1 |1,|[|(|[1] |\"|'|’|\n|-|- |a-|Ab |a,|. |a.|||| |#|*|<|/|a@|\t|\u00a0|é|日|A\n|$|%".split(
        "|"
    )
)


@dataclass(frozen=True)
class PackagePattern:
    """A pattern, where it was found, and the ways in which it is used: "match", "fullmatch", "finditer"."""

    pattern: re.Pattern[Any]
    place: str
    ways: frozenset[str] = field(compare=False)


def _module_names() -> list[str]:
    names = [info.name for info in pkgutil.walk_packages([str(_ROOT)], "qa.")]
    return [name for name in names if not name.endswith("__main__") and not name.startswith(_TRAINING)]


@cache
def find_patterns() -> tuple[PackagePattern, ...]:
    """All of them: in the names of modules and classes, however nested, and where functions state them."""
    modules = {name: importlib.import_module(name) for name in _module_names()}
    nodes = {
        name: list(ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))))
        for name, module in modules.items()
    }
    uses = {name: _uses(held) for name, held in nodes.items()}
    importers = _importers(nodes)
    found: dict[tuple[Any, int], tuple[re.Pattern[Any], str, set[str]]] = {}

    def add(pattern: re.Pattern[Any], place: str, ways: Iterable[str]) -> None:
        found.setdefault((pattern.pattern, pattern.flags), (pattern, place, set()))[2].update(ways)

    for name, module in modules.items():
        for variable, value in vars(module).items():
            ways = set(uses[name].get(variable, ()))
            for importer in importers.get((name, variable), ()):
                ways |= uses[importer].get(variable, set())
            for pattern in _patterns_in(value, set()):
                is_plain = isinstance(value, re.Pattern)
                add(pattern, f"{name}.{variable}", ways if is_plain and ways else _ALL_WAYS)
        for pattern, line, ways in _stated(nodes[name], vars(module)):
            # What a name holds that was looked at is used as the name is.
            if ways or (pattern.pattern, pattern.flags) not in found:
                add(pattern, f"{name}:{line}", ways or _ALL_WAYS)
    return tuple(PackagePattern(pattern, place, frozenset(ways)) for pattern, place, ways in found.values())


def _importers(nodes: dict[str, list[ast.AST]]) -> dict[tuple[str, str], list[str]]:
    """Which modules import a name of a module."""
    importers: dict[tuple[str, str], list[str]] = {}
    for name, held in nodes.items():
        for node in held:
            if isinstance(node, ast.ImportFrom) and node.module in nodes:
                for alias in node.names:
                    importers.setdefault((str(node.module), alias.name), []).append(name)
    return importers


def _patterns_in(value: Any, seen: set[int]) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    if id(value) in seen or isinstance(value, str | bytes | types.ModuleType):
        return
    seen.add(id(value))
    parts: Iterable[Any] = ()
    if isinstance(value, dict | types.MappingProxyType):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, tuple | list | set | frozenset):
        parts = value
    elif isinstance(value, type) or type(value).__module__.startswith("qa."):
        owner = value if isinstance(value, type) else type(value)
        if owner.__module__.startswith("qa."):
            slots = [name for base in owner.__mro__ for name in getattr(base, "__slots__", ())]
            parts = [*vars(owner).values(), *getattr(value, "__dict__", {}).values()]
            parts += [getattr(value, name, None) for name in slots]
    elif isinstance(value, types.FunctionType):
        parts = [*(value.__defaults__ or ()), *(cell.cell_contents for cell in value.__closure__ or ())]
    for part in parts:
        yield from _patterns_in(part, seen)


def _uses(nodes: list[ast.AST]) -> dict[str, set[str]]:
    """In which ways each name is used as a pattern; in all where it is handed on."""
    uses: dict[str, set[str]] = {}
    told: set[ast.AST] = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in (*_METHODS, "pattern"):
            told.add(node.value)
            if isinstance(node.value, ast.Name) and node.attr != "pattern":
                uses.setdefault(node.value.id, set()).add(_WAYS.get(node.attr, "finditer"))
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in told:
            uses.setdefault(node.id, set()).update(_ALL_WAYS)
    return uses


def _stated(nodes: list[ast.AST], names: dict[str, Any]) -> Iterator[tuple[re.Pattern[Any], int, set[str]]]:
    """Patterns that are written where `re` is called."""
    for node in nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        call = node.func
        if not isinstance(call.value, ast.Name) or call.value.id != "re" or not node.args:
            continue
        if call.attr not in (*_METHODS, "compile"):
            continue
        text = _evaluate(node.args[0], names)
        if not isinstance(text, str | bytes):
            continue  # a name of the function: what it holds is stated elsewhere
        given = [keyword.value for keyword in node.keywords if keyword.arg == "flags"]
        given += node.args[_FLAGS_AT.get(call.attr, 2) :][:1]
        flags = _evaluate(given[0], names) if given else 0
        pattern = re.compile(text, flags if isinstance(flags, int) else 0)
        ways = set[str]() if call.attr == "compile" else {_WAYS.get(call.attr, "finditer")}
        yield pattern, node.lineno, ways


def _evaluate(node: ast.expr, names: dict[str, Any]) -> Any:
    """The value of an expression over a module's names; what only a run knows is `_FILLER`."""
    if isinstance(node, ast.JoinedStr):
        parts = (part if isinstance(part, ast.Constant) else part.value for part in node.values)  # type: ignore[attr-defined]
        values = (_evaluate(part, names) for part in parts)
        return "".join(str(_FILLER if value is None else value) for value in values)
    try:
        return eval(compile(ast.Expression(node), "<pattern>", "eval"), dict(names))
    except NameError:
        return None


# Texts --------------------------------------------------------------------------------------------


def attacks(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    """Beginnings, and what is repeated behind them: of all kinds, and what nearly fits this pattern."""
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    pumps: list[tuple[str, str]] = []
    _collect_pumps(parser.parse(pattern.pattern, flags), "", pumps)
    example = _example(parser.parse(pattern.pattern, flags))
    found = dict.fromkeys(("", unit) for unit in (*_UNITS, example, example[:-1], f"{example} "))
    for prefix, unit in pumps:
        found |= dict.fromkeys([(prefix, unit), ("", unit), ("", prefix), ("", prefix + unit)])
    return [(prefix, unit) for prefix, unit in found if unit]


def _collect_pumps(tree: Iterable[Any], prefix: str, pumps: list[tuple[str, str]]) -> None:
    """For each repeat the text that leads to it, and what it repeats."""
    for code, value in tree:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            pumps += [(prefix, unit) for unit in _alternatives(value[2])]
            _collect_pumps(value[2], prefix, pumps)
        elif code is codes.SUBPATTERN:
            _collect_pumps(value[3], prefix, pumps)
        elif code is codes.ATOMIC_GROUP:
            _collect_pumps(value, prefix, pumps)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            _collect_pumps(value[1], prefix, pumps)
        elif code is codes.BRANCH:
            for branch in value[1]:
                _collect_pumps(branch, prefix, pumps)
        prefix += _example([(code, value)])


def _alternatives(tree: Iterable[Any]) -> list[str]:
    tree = list(tree)
    if len(tree) == 1:
        code, value = tree[0]
        if code is codes.SUBPATTERN:
            return _alternatives(value[3])
        if code is codes.BRANCH:
            return [_example(branch) for branch in value[1]]
        if code is codes.IN and value[0][0] is not codes.NEGATE:
            return [_example([(codes.IN, [member])]) for member in value]
        if code is codes.ANY:
            return ["a", " "]
    return [_example(tree)]


_OF_CATEGORY = {
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_WORD: "-",
}


def _example(tree: Iterable[Any]) -> str:
    """A short text that the tree fits."""
    letters = []
    for code, value in tree:
        match code:
            case codes.LITERAL:
                letters.append(chr(value))
            case codes.NOT_LITERAL:
                letters.append("b" if value == ord("a") else "a")
            case codes.ANY:
                letters.append("a")
            case codes.IN:
                letters.append(_member(value))
            case codes.BRANCH:
                letters.append(_example(value[1][0]))
            case codes.SUBPATTERN:
                letters.append(_example(value[3]))
            case codes.ATOMIC_GROUP:
                letters.append(_example(value))
            case codes.MAX_REPEAT | codes.MIN_REPEAT | codes.POSSESSIVE_REPEAT:
                letters.append(_example(value[2]) * value[0])
    return "".join(letters)


def _member(members: list[Any]) -> str:
    code, value = members[0]
    if code is codes.NEGATE:
        source = "".join(map(_as_source, members[1:]))
        return next(letter for letter in "a1 A-.,;\n_日\x00" if not re.match(f"[{source}]", letter))
    if code is codes.CATEGORY:
        return _OF_CATEGORY.get(value, "a")
    return chr(value if code is codes.LITERAL else value[0])


_SOURCES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def _as_source(member: tuple[Any, Any]) -> str:
    code, value = member
    if code is codes.CATEGORY:
        return _SOURCES[value]
    if code is codes.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return re.escape(chr(value))
