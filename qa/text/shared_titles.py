"""Titles that several documents share, told apart by where the documents come from."""

from collections.abc import Iterable

__all__ = ["tell_titles_apart"]

# Of public sets: the paragraphs of an article bear its title on purpose.
_SET_SOURCES = ("squad:", "beir:")


def tell_titles_apart(documents: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By source, the titles to show of those of these documents, (source, title), that share theirs.

    What tells them apart is where their sources differ: "Levy (2029)" and "Levy (2030)" for files of one name
    in two folders, "Levy (a.txt)" and "Levy (b.txt)" for two files of a folder.
    """
    groups: dict[str, dict[str, str]] = {}
    for source, title in documents:
        if source.startswith(_SET_SOURCES):
            continue
        groups.setdefault(" ".join(title.casefold().split()), {})[source] = title
    shown_titles = {}
    for group in groups.values():
        if len(group) > 1:
            for source, difference in _find_differences(list(group)).items():
                title = group[source]
                shown_titles[source] = f"{title} ({difference})" if difference else title
    return shown_titles


def _find_differences(sources: list[str]) -> dict[str, str]:
    """Where each source, of several, differs from the others: without the folders and names they share."""
    paths = [source.split("/") for source in sources]
    shortest = min(map(len, paths))
    start = next((i for i in range(shortest) if len({path[i] for path in paths}) > 1), shortest)
    # At least one source holds something between them.
    room = shortest - start
    end = next((i for i in range(room) if len({path[-1 - i] for path in paths}) > 1), room)
    return {
        source: "/".join(path[start : len(path) - end]) for source, path in zip(sources, paths, strict=True)
    }
