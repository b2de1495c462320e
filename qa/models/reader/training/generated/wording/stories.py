"""Stories with roles that can be swapped: offices and agreements."""

from dataclasses import dataclass

from qa.models.reader.training.generated.templates import variants

__all__ = ["PUBLIC_STORIES", "Story"]


@dataclass(frozen=True, slots=True)
class Story:
    """Sentences that stand together, and what they do not answer.

    `answered` are questions with the number of the sentence and its slot that answer them.
    """

    sentences: tuple[tuple[str, ...], ...]
    answered: tuple[tuple[tuple[str, ...], int, str], ...]
    unanswered: tuple[tuple[str, ...], ...]


# Slots: c, d, e countries; o, o2, o3 offices; x, y persons; a, b agreements; t, u towns; i, j days; k, l, m
# firms; gb, gi public bodies; v amount of money; n number; r year.
PUBLIC_STORIES = (
    # The same office in two countries.
    Story(
        (
            variants("""
                {cs} {o}, {x}, [received|met] {y}, the {o} of {d}[, in {t}|]. / {x}, {o} of {c}, and {ds}
                {o} {y} [shook hands|agreed to go on]. / The {o} of {d}, {y}, [wrote|complained] to {x}, who
                is {cs} {o}. / {y} is the {o} of {d}, {x} that of {c}. / For {c} {o} {x} [spoke|took part],
                for {d} {o} {y}. / [At the meeting|At the ceremony] {c} was represented by its {o} {x}, {d}
                by its {o} {y}. / {ca} {o} {x} [contradicted|thanked] {da} {o} {y}. / The {ca} {o} is called
                {x}, the {da} one {y}.
            """),
        ),
        (
            (
                variants("""
                    Who is {cs} {o}? / What is the name of {cs} {o}? / {c} {o} name / Who is {o} in {c}? /
                    Who holds the post of {o} in {c}? / Who is the {ca} {o}? / {ca} {o}? / Which person is
                    {o} of {c}?
                """),
                0,
                "x",
            ),
            (
                variants("""
                    Who is {ds} {o}? / What is the name of {ds} {o}? / {d} {o} name / Who is {o} in {d}? /
                    Who holds the post of {o} in {d}? / Who is the {da} {o}? / {da} {o}? / Which person is
                    {o} of {d}?
                """),
                0,
                "y",
            ),
        ),
        (
            ("Who is {es} {o}?", "What is the name of {es} {o}?", "{e} {o} name", "Who is {o} in {e}?"),
            ("Who is {cs} {o2}?", "Who is the {ca} {o2}?", "{c} {o2} name", "Who is {o2} in {c}?"),
            variants("""
                Who was {cs} {o} before {x}? / Who preceded {x} as {cs} {o}? / Since when has {x} been {o}?
                / When did {x} become {o}?
            """),
            ("Who is {ds} {o3}?", "Who is the {da} {o3}?", "{d} {o3} name", "Who is {o3} in {d}?"),
        ),
    ),
    # Coming and going.
    Story(
        (
            variants("""
                {x} was [appointed|made|named] {o} of {c} on {j}. / {c} [appointed|named] {x} its {o} on
                {j}. / On {j} {x} [became|was sworn in as] {cs} {o}. / {x} took office as {cs} {o} on {j}.
            """),
            variants("""
                {y}, the predecessor, had [resigned|stepped down] on {i}. / The [former|previous] {o}, {y},
                [resigned|left] on {i}. / Before that the post was held by {y}, who [resigned|gave it up] on
                {i}. / The chair had been empty since {i}, when {y} resigned.
            """),
        ),
        (
            (
                variants("""
                    When was {x} [appointed|named] {cs} {o}? / On what day did {x} become {o}? / {x}
                    appointed {o} date / Since when has {x} been {cs} {o}? / When did {x} take office as {o}
                    of {c}? / When did {x} come into office? / From what date is {x} {o} of {c}? / {x} start
                    as {o}?
                """),
                0,
                "j",
            ),
            (
                variants("""
                    When did {y} [resign|step down]? / On what day did {y} give up the post of {o}? / {y}
                    resignation date / Until when was {y} {o}? / When did {y} leave the post? / When did {y}
                    quit as {o} of {c}? / date {y} left office / When did {y} go?
                """),
                1,
                "i",
            ),
            (
                variants("""
                    Who was {cs} {o} before {x}? / Who preceded {x} as {o}? / predecessor of {x} / Whom did
                    {x} replace as {o}? / Who held the post of {o} before {x}? / Who was {o} of {c} until
                    {x} came? / Whose successor is {x}? / {x} predecessor name
                """),
                1,
                "y",
            ),
            (
                variants("""
                    Who is {cs} {o}? / Who was named {o} of {c}? / new {o} {c} / Who succeeded {y} as {o}? /
                    Who is the new {ca} {o}? / Who followed {y} as {o} of {c}? / Who is {o} in {c}
                    [now|today]? / {c} {o} name
                """),
                0,
                "x",
            ),
        ),
        (
            variants("""
                When did {x} resign? / On what day did {x} step down as {o}? / When did {x} leave the post
                of {o}? / {x} resignation date
            """),
            variants("""
                When was {y} appointed {o}? / When did {y} become {o} of {c}? / When did {y} take office? /
                {y} appointed date
            """),
            variants("""
                Who appointed {x} as {o}? / Why did {y} resign as {o}? / What did {x} do before becoming
                {o}? / Why was {x} named {o}?
            """),
            ("Who is {ds} {o}?", "Who is {o} of {d}?", "{d} {o} name", "When was the {o} of {d} appointed?"),
            ("Who is {cs} {o2}?", "Who was named {o2} of {c}?", "{c} {o2} name", "Who is {o2} in {c}?"),
        ),
    ),
    # Signed, in force, and another agreement with a like name.
    Story(
        (
            variants("""
                The {a} was signed in {t} on {i}. / {c} and {d} signed the {a} in {t} on {i}. / On {i},
                [ministers|delegations] met in {t} to sign the {a}. / The signatures under the {a} were set
                on {i} in {t}.
            """),
            variants("""
                It [entered into force|took effect] on {j}. / It has been in force since {j}. / Its rules
                apply from {j}. / It did not [start|become law] until {j}.
            """),
            variants("""
                The {b}, [which is often confused with it|an older text], was negotiated in {u}. / The {b}
                is another matter[: it was negotiated in {u}|; its secretariat is in {u}]. / Do not mistake
                it for the {b}, whose secretariat sits in {u}. / [Apart|Distinct] from it is the {b}, with a
                secretariat in {u}.
            """),
        ),
        (
            (
                variants("""
                    When was the {a} signed? / On what day was the {a} signed? / {a} signature date / When
                    did they sign the {a}? / When did {c} and {d} put their names to the {a}? / In what year
                    was the {a} signed? / {a} signed when / When was the signing of the {a}?
                """),
                0,
                "i",
            ),
            (
                variants("""
                    Where was the {a} signed? / In which town was the {a} signed? / {a} place of signature /
                    At what place did they sign the {a}?
                """),
                0,
                "t",
            ),
            (
                variants("""
                    When did the {a} enter into force? / When did the {a} take effect? / {a} in force since
                    / From what date does the {a} apply? / Since when is the {a} in force? / On what day did
                    the {a} become law? / When did the {a} start? / {a} effective date
                """),
                1,
                "j",
            ),
        ),
        (
            variants("""
                When was the {b} signed? / On what day was the {b} signed? / {b} signature date / When did
                they sign the {b}?
            """),
            variants("""
                When did the {b} enter into force? / When did the {b} take effect? / {b} in force since /
                Since when is the {b} in force?
            """),
            variants("""
                Where was the {b} signed? / Which ministers signed the {b}? / Which ministers signed the
                {a}? / Who signed the {a} for {e}?
            """),
            variants("""
                Where is the secretariat of the {a}? / How long does the {a} run? / When does the {a} end? /
                {a} expiry date
            """),
        ),
    ),
)
