"""The training command: rows of the public sets, batches, the loss, and a run that is cut off and goes on."""

import gzip
import json
import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers.models.bert.configuration_bert import BertConfig
from transformers.models.bert.modeling_bert import BertModel

from qa.models import encoder
from qa.models.reader.reader_input import ContextPart, InputBuilder
from qa.models.reader.training.__main__ import main
from qa.models.reader.training.encoding import EncodedRow, encode_rows, make_batch
from qa.models.reader.training.measures import measure, rank_share
from qa.models.reader.training.public_sets import FILES, read_groups, read_twins
from qa.models.reader.training.rows import TrainingRow, read_row_file, write_row_file
from qa.models.reader.training.swapped_questions import QuestionSwapper
from qa.models.reader.training.trainer import Recipe, compute_loss, train
from qa.text.overlap import stems

WIDTH = 12
WEIGHTS = Path(encoder.__file__).with_name("reader") / "reader.safetensors"
PARAGRAPH = (
    "The port of Vell opened in 1921. It handles 300 ships a year. "
    "A storm closed it for two weeks in 1987, and trade moved to Orm."
)
OTHER = "Orm is a town on the river Sile. The port of Orm may open to ships from Vell."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The public sets in small."""
    question = {
        "id": "1",
        "question": "When did the harbour of Vell open to ships?",
        "answers": [{"text": "1921", "answer_start": PARAGRAPH.index("1921"), "occurrences": 1}],
        "is_impossible": False,
    }
    impossible = {
        "id": "2",
        "question": "When did the port of Orm open?",
        "answers": [],
        "is_impossible": True,
    }
    first = {"context": PARAGRAPH, "qas": [question]}
    articles = [{"title": "Port_of_Vell", "paragraphs": [first, {"context": OTHER, "qas": []}]}]
    both = {"context": PARAGRAPH, "qas": [question, impossible]}
    two = [{"title": "Port_of_Vell", "paragraphs": [both]}]
    pair = {
        "id": "3", "title": "Port_of_Vell", "paragraph": 0, "answer": "two weeks",
        "question": "For how long did a storm close Vell?", "answer_start": PARAGRAPH.index("two weeks"),
        "twin": "why was n't the storm over in two weeks ?",
    }  # fmt: skip
    typed = {
        "question": "how many ships at vell", "title": "Vell", "paragraph": PARAGRAPH,
        "answers": [[PARAGRAPH.index("300"), PARAGRAPH.index("300") + 3]],
    }  # fmt: skip
    contents = {
        "squad-train-v1.1.json.gz": json.dumps({"data": articles}),
        "squad-dev-v2.0-20-articles.json.gz": json.dumps({"data": two}),
        "squad-twins.jsonl.gz": "\n".join(
            json.dumps({**pair, "split": split}) for split in ("train", "test")
        ),
        "qed-train.jsonl.gz": "\n".join([json.dumps(typed)] * 3),
    }
    assert contents.keys() == FILES.keys()
    for name, text in contents.items():
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    return tmp_path


@pytest.fixture(scope="module")
def builder() -> InputBuilder:
    """The reader's own tokens."""
    return InputBuilder(encoder.open_tokenizer(encoder.packaged_minilm()))


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, dict[str, torch.Tensor]]:
    """The configuration and weights of a reader of one narrow layer."""
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    file = tmp_path / "config.json"
    file.write_text(config.to_json_string(use_diff=False), encoding="utf-8")
    weights = {f"b.{name}": value for name, value in model.state_dict().items() if "position_ids" not in name}
    weights |= {"t.weight": torch.randn(3, WIDTH), "t.bias": torch.zeros(3)}
    return file, weights | {"c.weight": torch.randn(1, WIDTH), "c.bias": torch.zeros(1)}


def rows(builder: InputBuilder, count: int = 40) -> list[EncodedRow]:
    made = [
        TrainingRow(
            question=f"What is the duty on item {number}?" if answers else f"Who made item {number}?",
            context=("Tariff schedule", "2024-03-05"),
            sentences=("The schedule is long.", f"The duty on item {number} is {number} percent."),
            evidence=(1,) if answers else (),
            span=(
                1,
                len(f"The duty on item {number} is "),
                len(f"The duty on item {number} is {number} percent"),
            )
            if answers
            else None,
            source="test",
        )
        for number in range(count)
        for answers in (True, False)
    ]
    return encode_rows(made, [index // 2 for index in range(len(made))], builder)


def test_rows_of_the_public_sets_hold_their_answers(data: Path) -> None:
    groups = [group for seed in range(12) for group in read_groups(data, random.Random(seed), WEIGHTS)]
    sources = {row.source for group in groups for row in group}
    assert {source.partition(":")[0] for source in sources} == {"twins", "squad", "squad2", "qed"}
    assert {"twins:unanswerable", "squad:other-paragraph", "squad:swapped", "squad2:unanswerable"} <= sources
    for group in groups:
        first, *others = group
        assert first.span is not None
        number, start, end = first.span
        assert number in first.evidence
        assert first.sentences[number][start:end] in {"1921", "two weeks", "300"}
        assert all(not other.evidence and other.span is None for other in others)
        same_passage = [other for other in others if other.source != "squad:other-paragraph"]
        assert all(other.sentences == first.sentences for other in same_passage)
        assert all(stems(other.question) != stems(first.question) for other in same_passage)


@pytest.mark.parametrize(
    ("question", "passage", "answer", "changes"),
    [
        (
            "Who left the talks in Bern in 1987?",
            "Orban left the talks in Bern in 1987, not 1985.",
            "Orban",
            1,
        ),
        ("How much did Kenya lend Oman?", "Kenya lent Oman 3 million.", "3 million", 2),
        (
            "What share of the copper exports went to Oslo?",
            "The copper exports to Oslo were 4 percent; zinc imports rose.",
            "4 percent",
            1,
        ),
    ],
)
def test_a_swapped_question_differs_in_what_it_asks_of(
    question: str, passage: str, answer: str, changes: int
) -> None:
    swapper = QuestionSwapper(WEIGHTS)
    swapped = {
        swapper.swap(question, passage, answer, ["Which zinc mines are in Lima?"], random.Random(seed))
        for seed in range(20)
    }
    assert len(swapped) > 1
    assert question not in swapped
    for other in filter(None, swapped):
        assert answer not in other
        if changes == 1 and len(other.split()) == len(question.split()):
            differing = [a for a, b in zip(question.split(), other.split(), strict=True) if a != b]
            assert len(differing) <= 2


def test_a_question_without_a_word_to_swap_has_no_other() -> None:
    assert (
        QuestionSwapper(WEIGHTS).swap("Why was it so?", "It was cold.", "cold", [], random.Random(0)) is None
    )


def test_rows_are_written_and_read_again(tmp_path: Path) -> None:
    row = TrainingRow(
        question="Why?", context=("T",), sentences=("It rained.",), evidence=(0,), span=(0, 0, 2), source="s"
    )
    other = TrainingRow(
        question="When?", context=(), sentences=("It rained.",), evidence=(), span=None, source="s"
    )
    file = tmp_path / "rows.jsonl"
    write_row_file(file, [(row, other), (other,)])
    assert read_row_file(file) == [(row, other), (other,)]
    file.write_text('[{"question": "Why?"}]', encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows\.jsonl, line 1: no group of training rows"):
        read_row_file(file)


def test_twins_stand_apart_and_are_written_as_people_write(data: Path) -> None:
    ((_, twin),) = read_twins(data, random.Random(0), split="test")
    assert twin.question == "why wasn't the storm over in two weeks?"


def test_an_input_is_laid_out_as_it_is_read(builder: InputBuilder) -> None:
    context = [ContextPart("Tariff schedule", 1), ContextPart("Rates", 8, -2)]
    (laid_out,) = builder.build([("Which rate?", context, ["It is 5 percent.", "No more."])])
    assert laid_out.sentence.tolist() == [-1] * 5 + [-1, -2] + [0] * 5 + [1] * 3 + [-1]
    assert laid_out.types == [0] * 5 + [1] * 11
    assert laid_out.offsets[9] == (6, 7)


def test_spans_are_the_tokens_of_the_answer(builder: InputBuilder) -> None:
    row = rows(builder, 30)[58]
    assert row.span is not None
    first, last = row.span
    assert (row.input.offsets[first][0], row.input.offsets[last][1]) == (23, 33)


def test_the_loss_wants_evidence_span_and_the_right_one_of_a_pair(builder: InputBuilder) -> None:
    batch = make_batch(rows(builder, 1))
    width = batch.ids.shape[1]
    good = torch.full((2, width, 3), -6.0)
    good[0, :, 0] = torch.where(batch.sentences[0, 1] > 0, 6.0, -6.0)
    for side in (0, 1):
        good[0, batch.spans[0, side], side + 1] = 6.0
    best = float(compute_loss(good, torch.tensor([6.0, -6.0]), batch, Recipe()))
    assert best < 0.05
    assert float(compute_loss(good, torch.tensor([-6.0, 6.0]), batch, Recipe())) > 5
    assert float(compute_loss(-good, torch.tensor([6.0, -6.0]), batch, Recipe())) > 5


def test_training_learns_and_a_run_that_was_cut_off_ends_the_same(
    builder: InputBuilder, small: tuple[Path, dict[str, torch.Tensor]], tmp_path: Path
) -> None:
    config, weights = small
    encoded = rows(builder)
    recipe = Recipe(rate=0.02, batch_tokens=200, save_seconds=0.0)

    class CutOffError(Exception):
        pass

    def cut_off(line: str) -> None:
        if line.startswith("step 9 "):
            raise CutOffError

    whole = train(weights, config, encoded, recipe, tmp_path / "whole", lambda _line: None)
    with pytest.raises(CutOffError):
        train(weights, config, encoded, recipe, tmp_path / "part", cut_off)
    resumed = train(weights, config, encoded, recipe, tmp_path / "part", lambda _line: None)
    assert all(torch.equal(whole[name], resumed[name]) for name in weights)
    assert not torch.equal(whole["t.weight"], weights["t.weight"])
    assert torch.equal(
        whole["b.embeddings.word_embeddings.weight"], weights["b.embeddings.word_embeddings.weight"]
    )
    before, after = measure(weights, config, encoded), measure(whole, config, encoded)
    assert after.sentence_first > 0.9
    assert after.auc > max(0.9, before.auc)


def test_how_often_one_is_above_the_other() -> None:
    assert rank_share(torch.tensor([3.0, 1.0]).numpy(), torch.tensor([2.0, 1.0]).numpy()) == pytest.approx(
        0.625
    )


def test_weights_are_averaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("a", 1.0), ("b", 3.0)):
        save_file({"c.bias": torch.full((1,), value)}, tmp_path / name)
    out = tmp_path / "out.safetensors"
    parts = [f"{tmp_path / 'a'}=0.75", f"{tmp_path / 'b'}=0.25"]
    monkeypatch.setattr("sys.argv", ["training", "average", "--out", str(out), *parts])
    assert main() == 0
    assert load_file(out)["c.bias"].tolist() == [1.5]


def test_missing_data_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out.safetensors")
    monkeypatch.setattr("sys.argv", ["training", "train", "--data", str(tmp_path), "--out", out])
    assert main() == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {tmp_path} lacks squad-train-v1.1.json.gz, ")
    assert error.count("\n") == 1
