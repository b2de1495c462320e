"""Rows that we write ourselves: scenes of fictional worlds whose questions differ in one condition.

See `generate_rows`. Whatever is held out shares neither templates nor names nor vocabulary with the rest.
"""

import random
from collections.abc import Callable, Iterator

from qa.models.reader.training.generated.correction_scenes import correction_scene, entity_correction_scene
from qa.models.reader.training.generated.figure_scenes import (
    figures_scene,
    partners_scene,
    relative_date_scene,
    title_scene,
    units_scene,
)
from qa.models.reader.training.generated.level_scenes import change_scene, old_and_new_scene
from qa.models.reader.training.generated.list_scenes import list_scene
from qa.models.reader.training.generated.point_scenes import points_scene
from qa.models.reader.training.generated.premise_scenes import denied_scene, yes_no_scene
from qa.models.reader.training.generated.reason_scenes import reason_scene
from qa.models.reader.training.generated.role_scenes import roles_scene
from qa.models.reader.training.generated.scene import Scene
from qa.models.reader.training.generated.speech_scenes import speech_scene
from qa.models.reader.training.generated.table_scenes import table_scene
from qa.models.reader.training.generated.world import World
from qa.models.reader.training.rows import TrainingRow

__all__ = ["SCENES", "generate_groups", "generate_rows"]

# What builds a scene, and how often of all scenes it is built.
SCENES: tuple[tuple[Callable[[World], Scene], float], ...] = (
    (table_scene, 24),
    (figures_scene, 10),
    (units_scene, 5),
    (title_scene, 7),
    (relative_date_scene, 5),
    (partners_scene, 6),
    (old_and_new_scene, 6),
    (change_scene, 5),
    (correction_scene, 4),
    (entity_correction_scene, 3),
    (list_scene, 8),
    (reason_scene, 7),
    (points_scene, 4),
    (yes_no_scene, 6),
    (denied_scene, 5),
    (roles_scene, 8),
    (speech_scene, 5),
)
_ANSWERABLE_SHARE = 0.45
_MAX_ROWS = 3  # of a scene and sort


def generate_groups(count: int, *, seed: int, held_out: bool) -> list[tuple[TrainingRow, ...]]:
    """As `generate_rows`, the rows of each scene together."""
    rng = random.Random(f"{seed} {held_out}")
    scenes, weights = zip(*SCENES, strict=True)
    groups: list[tuple[TrainingRow, ...]] = []
    written = answerable = 0
    while written < count:
        scene = rng.choices(scenes, weights)[0](World(rng, is_held_out=held_out))
        # One more of the sort that is behind.
        is_behind = answerable < _ANSWERABLE_SHARE * written
        several = rng.randint(1, _MAX_ROWS)
        rows = tuple(scene.rows(several + is_behind, several + (not is_behind)))[: count - written]
        written += len(rows)
        answerable += sum(bool(row.evidence) for row in rows)
        groups.append(rows)
    return groups


def generate_rows(count: int, *, seed: int, held_out: bool) -> Iterator[TrainingRow]:
    """`count` rows, the same for the same `seed`; about 45 % are answerable.

    The rows of a scene follow each other: one passage, and questions that it does and does not answer.
    """
    for group in generate_groups(count, seed=seed, held_out=held_out):
        yield from group
