"""`quality_report`, `deduplicate`, `filter_rows`: what they find, and what they leave alone."""

import random
from html.parser import HTMLParser

import pandas as pd
import pytest
from datasets import Dataset
from hypothesis import given
from hypothesis import strategies as st

from helpers import deduplicate, filter_rows, quality_report
from helpers.checks.texts import near_repeated
from helpers.quality import fault_of, leaked
from helpers.quality_page import Report
from helpers.similarity import Texts, jaccard
from tests.conftest import ROOT

ROW = {"instruction": "What is rain?", "response": "Water that falls from clouds."}
SUBJECTS = ["rain", "bread", "the moon", "old maps", "bees", "chess", "tea", "trains"]
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def tutored():
    """What the tutor wrote with the first notebook's pipeline."""
    path = ROOT / "notebooks" / "data" / "instruction" / "train.parquet"
    return pd.read_parquet(path).to_dict("records")


def judged(ratings, texts=("First text.", "Second text.")):
    return {"instruction": "Why?", "generations": list(texts), "ratings": list(ratings)}


# --- the figures


def test_a_good_dataset_gives_no_reason_to_look(tutored):
    report = quality_report(tutored)
    assert report["rows"] == len(tutored) and report["columns"] == ["instruction", "response"]
    assert [figure.name for figure in report.figures() if figure.look] == []


def test_duplicates_and_near_duplicates_are_counted_apart():
    texts = ["Why is rain wet?", " why is RAIN wet?", "Why is the rain wet?", "What is bread?"]
    report = quality_report([{"instruction": text} for text in texts])
    assert report["exact_duplicates"] == {"instruction": 0.25}
    assert report["near_duplicates"] == {"instruction": 0.5}


def test_missing_texts_refusals_cut_texts_and_leaked_prompts_are_counted():
    rows = [
        ROW,
        ROW | {"response": None},
        ROW | {"response": "I'm sorry, but I cannot help with that."},
        ROW | {"response": "Rain falls from the clouds and"},
        ROW | {"response": "#Rewritten Prompt#: What is rain?"},
    ]
    report = quality_report(rows)
    assert report["missing"]["response"] == 0.2 and report["missing"]["instruction"] == 0
    assert report["refusals"]["response"] == 0.25  # of the four that are there
    assert report["cut_short"]["response"] == 0.25
    assert report["leaked"]["response"] == 0.2


def test_failures_that_run_noted_down_are_shown_with_their_reasons():
    rows = [ROW, ROW | {"response": None, "distilabel_metadata": {"error_ask": "no prompt"}}]
    report = quality_report(rows)
    assert report["failed"] == {"no prompt": 1} and "1 × no prompt" in str(report)


def test_varied_texts_have_more_spread_than_texts_from_one_mould(tutored):
    mould = [{"instruction": f"Write a short question about {s}."} for s in SUBJECTS]
    narrow, varied = quality_report(mould), quality_report(tutored)
    assert narrow["spread"]["instruction"] < 0.6 < varied["spread"]["instruction"]
    assert narrow["opening"]["instruction"] == ("write a", 1.0)
    assert narrow["distinct_2"]["instruction"] < varied["distinct_2"]["instruction"]


def test_distinct_n_counts_different_runs_of_words():
    report = quality_report([{"instruction": "rain rain rain"}, {"instruction": "wet rain"}])
    assert report["distinct_1"]["instruction"] == pytest.approx(2 / 5)
    assert report["distinct_2"]["instruction"] == pytest.approx(2 / 3)


def test_lengths_are_those_of_the_models_tokenizer():
    from transformers import AutoTokenizer

    from helpers.models import TUTORS

    count = len(AutoTokenizer.from_pretrained(TUTORS / "tutor")(ROW["response"])["input_ids"])
    assert quality_report([ROW])["tokens"]["response"]["median"] == count


def test_a_tokenizer_that_is_not_here_is_said_plainly(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ValueError, match="'nobody/nothing'.*tutor"):
        quality_report([ROW], model="nobody/nothing")


def test_ratings_are_distributed_and_none_is_not_a_number():
    report = quality_report([judged([1, 5]), judged([5, None])])
    assert report["ratings"] == {"1": 1, "5": 2, "None": 1}


def test_a_judge_who_goes_by_the_place_is_found_out():
    first = [judged([5, 3], (f"a {n}.", f"b {n}.")) for n in range(4)]
    again = [judged([5, 3], (f"b {n}.", f"a {n}.")) for n in range(4)]
    position = quality_report(first, judged_again=again)["position"]
    assert position == {"rows": 4, "first_minus_last": 2.0, "same_winner": 0.0}


def test_a_judge_of_one_opinion_is_found_fair_also_when_both_orders_are_in_one_dataset():
    rows = [judged([5, 3], ("a", "b")), judged([3, 5], ("b", "a"))]
    position = quality_report(rows)["position"]
    assert position["first_minus_last"] == 0 and position["same_winner"] == 1


def test_no_position_is_reported_for_one_order_or_unparsed_judgements():
    assert "position" not in quality_report([judged([5, 3])])
    again = [judged([None, 3], ("Second text.", "First text."))]
    assert "position" not in quality_report([judged([5, 3])], judged_again=again)


def test_chosen_texts_that_are_always_longer_are_noticed():
    rows = [{"prompt": "Why?", "chosen": "A long text.", "rejected": "Text."}] * 3
    assert quality_report(rows)["longer_chosen"] == 1.0


@pytest.mark.parametrize("shape", [Dataset.from_list, pd.DataFrame, list])
def test_conversations_count_by_their_last_message(shape):
    talk = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So it is."}]
    report = quality_report(shape([{"messages": talk}, {"messages": talk}]))
    assert report["exact_duplicates"] == {"messages": 0.5}


@pytest.mark.parametrize(
    "rows",
    [
        [{"instruction": "Why?"}],
        [{"instruction": None, "response": None}],
        [{"number": 3}],
        [{"instruction": "مرحبا 🙂", "response": "🙂"}],
        [{"instruction": "Why?", "response": "rain " * 200_000}],
        [{"instruction": "Why?", "generations": [], "ratings": None}],
        [{"instruction": "Why?"}, {"response": "So."}],
    ],
)
def test_odd_rows_still_give_a_report(rows):
    report = quality_report(rows)
    assert report["rows"] == len(rows) and str(report) and report.page()


@pytest.mark.parametrize("value", [[], None, "rows.csv", Dataset.from_list([])])
def test_no_rows_are_said_plainly(value):
    for look in (quality_report, deduplicate, filter_rows):
        with pytest.raises(ValueError, match=r"rows|empty"):
            look(value)


# --- the page


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = set()

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)


def test_what_models_wrote_stands_on_the_page_as_text(tmp_path):
    rows = [{"instruction": f"{EVIL} a", EVIL: "x", "distilabel_metadata": {"error_a": EVIL}}] * 2
    report = quality_report(rows)
    tags = Tags()
    tags.feed(report.write(tmp_path / "report.html").read_text("utf-8"))
    tags.feed(report._repr_mimebundle_()["text/html"])
    assert "alert(1)" in report.page() and not tags.seen & {"script", "img"}


def test_a_file_that_is_no_report_is_not_written_over(tmp_path):
    path = tmp_path / "thesis.html"
    path.write_text("<h1>My thesis</h1>")
    report = quality_report([ROW])
    with pytest.raises(FileExistsError, match=r"thesis\.html"):
        report.write(path)
    assert path.read_text() == "<h1>My thesis</h1>"
    own = report.write(tmp_path / "report.html")
    assert report.write(own) == own


def test_every_figure_says_how_to_read_it():
    rows = [judged([1, 5]) | {"chosen": "a b", "rejected": "a"}]
    report = quality_report(rows, judged_again=[judged([5, 1], ("Second text.", "First text."))])
    assert isinstance(report, Report) and len(report.figures()) >= 12
    assert all(figure.reading.endswith(".") for figure in report.figures())


# --- filtering


def test_filter_rows_counts_reasons_and_keeps_what_it_removed(capsys):
    rows = [ROW, ROW | {"response": ""}, ROW | {"response": "I'm sorry, but I cannot do that."}]
    kept = filter_rows(rows)
    assert kept == [ROW]
    assert kept.removed == {"missing (response)": 1, "refusal (response)": 1}
    assert [row for row, _ in kept.left_out] == rows[1:]
    assert "Rows kept by filter_rows: 1 of 3." in capsys.readouterr().out


def test_your_own_rule_takes_the_place_of_ours():
    kept = filter_rows([ROW, ROW | {"response": ""}], lambda row: row["response"] and "too wet")
    assert kept == [ROW | {"response": ""}] and kept.removed == {"too wet": 1}
    with pytest.raises(TypeError, match="str"):
        filter_rows([ROW], "refusal")


def test_one_filter_after_another_remembers_both():
    rows = [ROW, ROW, ROW | {"response": None}]
    kept = deduplicate(filter_rows(rows))
    assert [(name, before) for name, before, _ in kept.history] == [
        ("filter_rows", 3), ("deduplicate", 2),
    ]  # fmt: skip


def test_deduplicate_keeps_the_first_and_says_which_kind_it_removed():
    texts = ["Why is rain wet?", "why is rain wet?", "Why is the rain wet?", "What is bread?"]
    kept = deduplicate([{"prompt": text, "id": n} for n, text in enumerate(texts)])
    assert [row["id"] for row in kept] == [0, 3]
    assert kept.removed == {"duplicate (prompt)": 1, "near-duplicate (prompt)": 1}


def test_deduplicate_by_another_column_and_another_share():
    rows = [{"prompt": "Why?", "answer": "It is so."}, {"prompt": "Why?", "answer": "No."}]
    assert len(deduplicate(rows, "answer")) == 2
    texts = ["one two three four", "one two three five"]
    rows = [{"prompt": text} for text in texts]
    assert len(deduplicate(rows)) == 2 and len(deduplicate(rows, near=0.5)) == 1


def test_rows_without_a_text_are_not_duplicates_of_each_other():
    assert len(deduplicate([{"prompt": None, "id": n} for n in range(3)], "prompt")) == 3


def test_mistakes_in_the_call_are_said_plainly():
    with pytest.raises(ValueError, match="'question'.*instruction, response"):
        deduplicate([ROW], "question")
    with pytest.raises(ValueError, match="80"):
        deduplicate([ROW], near=80)


# --- leaked prompts


def test_what_stood_only_in_the_prompt_is_a_leak_and_the_passage_is_not():
    told = "Answer in simple words so that a child of ten can read it. What is rain?"
    passage = "Rain is water that falls from clouds when they are cold and heavy."
    answers = {
        "Rain is wet. Answer in simple words so that a child of ten can read it.": True,
        f"I read this: {passage}": False,
        "Rain is wet.": False,
    }
    for answer, is_leak in answers.items():
        given = [{"role": "user", "content": f"{told} {passage}"}]
        noted = {"raw_input_ask": given, "raw_output_ask": answer}
        row = {"instruction": "What is rain?", "response": answer, "passage": passage}
        row |= {"distilabel_metadata": noted}
        assert (leaked(row, "response") is not None) == is_leak, answer


def test_a_judges_prompt_holds_the_text_and_is_no_leak():
    text = "Rain is water that falls from clouds when they are cold and heavy."
    given = [{"role": "user", "content": f"Rate this: {text}"}]
    noted = {"raw_input_judge": given, "raw_output_judge": "Rating: 3"}
    row = {"prompt": "Why?", "chosen": text, "distilabel_metadata": noted}
    assert leaked(row, "chosen") is None


def test_a_system_prompt_repeated_to_the_user_is_a_leak():
    told = "You are an assistant that helps people with questions about rivers."
    row = {"system_prompt": told, "instruction": f"{told} Ask me.", "response": "Yes."}
    assert fault_of(row) == "text of the prompt (instruction)"


def test_no_text_of_the_shipped_dataset_is_taken_for_a_leak(tutored):
    assert filter_rows(tutored).removed == {}


# --- likeness


def test_minhash_finds_nearly_all_pairs_that_an_exact_search_finds():
    draw = random.Random(0)
    bases = [
        [f"own{draw.randrange(3000)}" for _ in range(draw.randrange(15, 60))] for _ in range(99)
    ]
    texts = []
    for _ in range(1000):
        own = list(draw.choice(bases))
        for _ in range(draw.randrange(12)):
            own[draw.randrange(len(own))] = f"word{draw.randrange(100)}"
        texts.append(" ".join(own))
    exact = {place for place, _ in near_repeated(texts, 0.8)}
    found = {place for place, _ in Texts(texts).near(0.8)}
    assert len(exact) > 150 and len(exact ^ found) <= 0.02 * len(exact)


@given(st.lists(st.text(alphabet="ab c", max_size=12), min_size=1, max_size=12))
def test_every_pair_that_is_reported_is_near_and_the_first_of_it_stays(texts):
    found = Texts(texts)
    pairs = found.near(0.7)
    removed = {place for place, _ in pairs}
    for place, twin in pairs:
        assert twin < place and twin not in removed
        assert jaccard(found.sets[place], found.sets[twin]) >= 0.7
