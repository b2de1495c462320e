"""The checker's training command: changes and paraphrases by rule, rows of every source, and a run."""

import gzip
import json
import random
from pathlib import Path

import pytest
import torch
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertModel

from qa.models import encoder
from qa.models.checker.checker_heads import make_heads
from qa.models.checker.checker_input import (
    CLAIM,
    CLAIM_ALONE,
    EVIDENCE,
    EVIDENCE_ALONE,
    ClaimText,
    InputBuilder,
)
from qa.models.checker.training.__main__ import main
from qa.models.checker.training.changes import CHANGES, add_unsaid, change
from qa.models.checker.training.checker_trainer import Recipe, compute_loss, train
from qa.models.checker.training.claim_encoding import encode_rows, make_batch
from qa.models.checker.training.claim_measures import balanced_accuracy, describe, judge_rows
from qa.models.checker.training.claim_rows import ClaimRow, Label, Statement
from qa.models.checker.training.claim_sets import read_claim_set, vary_claims
from qa.models.checker.training.made_tables import make_table_rows
from qa.models.checker.training.paraphrases import paraphrase
from qa.models.checker.training.public_rows import FILES, read_boolq, read_squad, read_stances, read_twins
from qa.models.checker.training.statement_rows import read_documents
from qa.models.checker.training.statements import state, state_yes_no

CLAIM_SETS = Path(__file__).parents[2] / "bench" / "claim_sets"
PARAGRAPH = (
    "The port of Vell opened in 1921. It handles 300 ships a year. "
    "A storm closed it for two weeks in 1987, and trade moved to Orm."
)


def statement(text: str, *others: str) -> Statement:
    return Statement(
        text=text, context=(), evidence=(text,), others=others, wording="restated", source="test"
    )


def row(
    claim: str, evidence: str, label: Label = "supported", words: tuple[tuple[int, int], ...] = ()
) -> ClaimRow:
    return ClaimRow(
        claim=claim, context=(), evidence=(evidence,), label=label, words=words, change="test", source="test",
        group=evidence,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "others", "expected"),
    [
        ("number", "Exports came to 48 tonnes.", (), None),
        ("unit", "It lasts six weeks.", (), None),
        ("date", "It opened in May.", (), None),
        ("name", "The envoy of Peru left.", ("The envoy of Chile stayed.",), "The envoy of Chile left."),
        ("product", "They sell wheat.", (), None),
        ("role", "We know that Peru sued Chile.", (), "We know that Chile sued Peru."),
        ("direction", "Prices rose.", (), None),
        ("negation", "It is not open.", (), "It is open."),
        ("modality", "They may close it.", (), None),
        ("scope", "Some left.", (), None),
        ("cause", "It shut because rain fell on it.", ("The owner had no more money for it.",), None),
        ("mixed", "Orm has 40 berths and no crane.", (), None),
        ("salad", "Growers sell dates from valleys to traders.", (), None),
    ],
)
def test_a_change_says_where_it_is(
    kind: str, text: str, others: tuple[str, ...], expected: str | None
) -> None:
    made = statement(text, *others)
    if kind == "mixed":
        made = Statement(
            text=text,
            context=(),
            evidence=(text, "Vell has 25 berths."),
            others=(),
            wording="x",
            source="test",
        )
    for seed in range(6):
        changed = change(kind, made, text, random.Random(seed))
        assert changed is not None
        assert changed.text != text
        assert all(0 <= start < end <= len(changed.text) for start, end in changed.words)
        assert changed.words
        if expected:
            assert changed.text == expected


def test_every_change_leaves_alone_what_it_does_not_fit() -> None:
    assert [kind for kind in CHANGES if change(kind, statement("So."), "So.", random.Random(0))] == []


def test_what_is_added_is_said_elsewhere() -> None:
    made = statement("Orm has a port.", "The mayor of Vell sold the old lighthouse.")
    added = add_unsaid(made, made.text, random.Random(0))
    assert added is not None
    (span,) = added.words
    assert added.text[slice(*span)] == "the mayor of Vell sold the old lighthouse"


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        ("In 2024, exports rose.", {"Exports increased in 2024.", "In 2024, sales abroad rose."}),
        ("The council raised the charge in May.", {"The charge was lifted by the council in May."}),
    ],
)
def test_paraphrases_say_the_same(text: str, wordings: set[str]) -> None:
    assert wordings <= {paraphrase(text, random.Random(seed)) for seed in range(400)}


@pytest.mark.parametrize(
    ("question", "answer", "before", "text"),
    [
        (
            "When did the company buy the mill?",
            "1990",
            "the mill in ",
            "The company bought the mill in 1990.",
        ),
        ("Who founded the bank?", "Ada Lorn", "", "Ada Lorn founded the bank."),
        ("What is the capital of Peru?", "Lima", "", "The capital of Peru is Lima."),
        ("Where was the bridge built?", "Orm", "built at ", "The bridge was built at Orm."),
        ("How many ships were sold?", "40", "", "40 ships were sold."),
        ("the islands were settled when ?", "900", "in ", "The islands were settled in 900."),
    ],
)
def test_a_question_and_its_answer_as_a_statement(question: str, answer: str, before: str, text: str) -> None:
    stated = state(question, answer, before)
    assert stated is not None
    assert stated[0] == text
    assert text[slice(*stated[1])] == answer


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("is house tax part of income tax", "House tax is part of income tax."),
        ("did the senate reject the bill", "The senate rejected the bill."),
        ("so what", None),
    ],
)
def test_a_yes_no_question_as_a_claim(question: str, text: str | None) -> None:
    assert state_yes_no(question) == text


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The public sets in small."""
    question = {
        "id": "1", "question": "When did the harbour of Vell open?",
        "answers": [{"text": "1921", "answer_start": PARAGRAPH.index("1921"), "occurrences": 1}],
    }  # fmt: skip
    paragraph = {"context": PARAGRAPH, "qas": [question]}
    articles = [{"title": f"Article_{number}", "paragraphs": [paragraph]} for number in range(3)]
    pair = {
        "id": "3", "title": "Article_1", "paragraph": 0, "answer": "two weeks",
        "answer_start": PARAGRAPH.index("two weeks"),
        "question": "For how long did a storm close Vell?", "twin": "for how long did a strike close Vell ?",
    }  # fmt: skip
    contents = {
        "squad-train-v1.1.json.gz": json.dumps({"data": articles}),
        "squad-twins.jsonl.gz": "\n".join(
            json.dumps({**pair, "split": split}) for split in ("train", "test")
        ),
        "boolq-dev.jsonl.gz": json.dumps(
            {"question": "is vell a port", "title": "Vell", "answer": True, "passage": PARAGRAPH}
        ),
        "factcheck-stance.jsonl.gz": "\n".join(
            json.dumps({"claim": "Vell is a port.", "evidence": PARAGRAPH, "stance": stance})
            for stance in ("completely-support", "partially-support", "refute", "irrelevant")
        ),
    }
    assert contents.keys() == set(FILES)
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in contents.items():
        (folder / name).write_bytes(gzip.compress(text.encode()))
    return folder


def test_rows_of_the_public_sets(data: Path) -> None:
    rng = random.Random(0)
    twins = list(read_twins(data, rng, split="test"))
    assert [twin.label for twin in twins] == ["supported", "unsupported"]
    assert twins[1].words is not None
    assert [twins[1].claim[slice(*span)].casefold() for span in twins[1].words] == ["strike"]
    squad = list(read_squad(data, rng, 9, held_out=False))
    assert {made.label for made in squad} == {"supported", "unsupported"}
    assert {made.context for made in squad} <= {(), ("Article 1",), ("Article 2",)}
    assert list(read_squad(data, rng, 9, held_out=True))
    assert [made.claim for made in read_boolq(data, rng)] == ["Vell is a port."]
    stances = [made.label for seed in range(9) for made in read_stances(data, random.Random(seed))]
    assert {"supported", "partial", "unsupported"} == set(stances)


def test_rows_of_documents(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: Ports\n---\n# Ports\n\n## Vell\n\nThe port of Vell opened in May 1921. It may close in "
        "June 2030 for six weeks.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        encoding="utf-8",
    )
    (tmp_path / "b.csv").write_text("Port,Year,Ships\nVell,2020,300\nOrm,2021,250\n", encoding="utf-8")
    made = [one for seed in range(6) for one in read_documents([tmp_path], random.Random(seed), passes=1)]
    assert {one.source for one in made} == {"a.md", "b.csv"}
    assert {part for one in made for part in one.context} <= {"Ports", "Vell", "b"}
    assert any("Port: Vell; Year: 2020; Ships: 300" in one.evidence for one in made)
    assert {"supported", "unsupported"} <= {one.label for one in made}
    assert all(one.words for one in made if one.label == "unsupported")


def test_tables_come_in_pairs_of_true_and_false() -> None:
    made = list(make_table_rows(60, random.Random(1)))
    assert [one.label for one in made] == ["supported", "unsupported"] * (len(made) // 2)
    assert all(
        one.words and one.claim != other.claim for other, one in zip(made[::2], made[1::2], strict=True)
    )


@pytest.mark.parametrize("name", "abcdefg")
def test_claim_sets_are_whole(name: str) -> None:
    made = read_claim_set(CLAIM_SETS / f"{name}.jsonl")
    assert len(made) > 200
    assert all(one.words for one in made if one.label != "supported")


def test_true_claims_are_varied() -> None:
    made = read_claim_set(CLAIM_SETS / "g.jsonl")
    varied = list(vary_claims(made, random.Random(0)))
    assert len(varied) > 1.3 * len(made)
    assert {one.label for one in varied} == {"supported", "unsupported"} | {one.label for one in varied}


def test_a_line_that_is_no_claim_is_named(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"claim": "So."}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"set\.jsonl, line 1: no claim with evidence and label"):
        read_claim_set(file)


@pytest.fixture(scope="module")
def builder() -> InputBuilder:
    return InputBuilder(encoder.open_tokenizer(encoder.packaged_minilm()))


def test_types_tell_what_stands_on_the_other_side(builder: InputBuilder) -> None:
    (laid_out,) = builder.build([ClaimText("Ships sank.", ("Vell",), ("Ships rose.",))])
    assert laid_out.types == [CLAIM, CLAIM, CLAIM_ALONE, CLAIM, CLAIM] + [EVIDENCE_ALONE] * (
        len(laid_out.types) - 5 - 4
    ) + [EVIDENCE, EVIDENCE_ALONE, EVIDENCE, EVIDENCE]
    assert laid_out.offsets == [(0, 5), (6, 10), (10, 11)]


def rows_of_ships() -> list[ClaimRow]:
    return [
        made
        for number in range(120)
        for made in (
            row(f"Ship {number} sank.", f"It is said that ship {number} sank."),
            row(
                f"Rose: ship {number}.", f"It is said that ship {number} sank.", "unsupported", ((0, 4),)
            ),
        )
    ]  # fmt: skip


def test_the_loss_wants_label_and_words(builder: InputBuilder) -> None:
    batch = make_batch(encode_rows(rows_of_ships()[:2], builder))
    good = torch.tensor([[9.0, -9.0, -9.0], [-9.0, -9.0, 9.0]])
    words = torch.where(batch.words > 0, 9.0, -9.0)
    assert int(batch.words.sum()) == 1
    assert float(compute_loss(good, words, batch, Recipe())) < 0.01
    assert float(compute_loss(-good, words, batch, Recipe())) > 5
    assert float(compute_loss(good, -words, batch, Recipe())) > 1


def test_training_learns(builder: InputBuilder, tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=12, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, type_vocab_size=4,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    file = tmp_path / "config.json"
    file.write_text(config.to_json_string(use_diff=False), encoding="utf-8")
    body = BertModel(config, add_pooling_layer=False).state_dict()
    weights = {f"b.{name}": value for name, value in body.items() if "position_ids" not in name} | make_heads(
        12, 0
    )
    made = rows_of_ships()
    encoded = encode_rows(made, builder)
    recipe = Recipe(rate=0.02, batch_tokens=200)
    trained = train(weights, file, encoded, recipe, tmp_path / "checkpoint", lambda _line: None)
    types = "b.embeddings.token_type_embeddings.weight"
    assert not torch.equal(trained[types], weights[types])
    labels, words = judge_rows(trained, file, encoded)
    verdicts = [("supported", "partial", "unsupported")[place] for place in labels.argmax(axis=1)]
    assert balanced_accuracy(made, verdicts) > 0.95
    assert [round(float(value)) for value in words[1]][:2] == [1, 0]
    assert describe(made, verdicts).startswith("balanced accuracy 1.000, true ones called unsupported 0.000;")


def test_missing_data_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["training", "train", "--data", str(tmp_path), "--out", str(tmp_path / "out.safetensors")]
    monkeypatch.setattr("sys.argv", arguments)
    assert main() == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {tmp_path} lacks squad-train-v1.1.json.gz, ")
    assert error.count("\n") == 1
