"""`annotate`: choose the better text by hand, and see how far you agree with the judge.

Each answer is a line of JSON, added to a file in a single write as soon as it is given. An item and
a text go by a digest of what they say, so an answer finds its row again after a restart, in
another order, and among new rows.
"""

import hashlib
import itertools
import json
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.looking.agreement import Kappa, kappa
from helpers.looking.cells import as_html, as_text
from helpers.looking.choices import Candidate, Choice, choice_in
from helpers.looking.comparing import no_choice, prompt_html, side_by_side
from helpers.looking.paging import button, display_controls, line
from helpers.looking.shown import NothingToShow, safe
from helpers.looking.tables import table_of
from helpers.messages import say

EQUAL = "equal"
LETTERS = "ABCDEFGH"
FEW = 30
"""With fewer answers than this, the interval of kappa is a rough one."""

_COURSE = Path(__file__).resolve().parents[2]


class NotSaved(OSError):
    """An answer could not be written down. The message says why; it still counts."""


@dataclass(frozen=True)
class Item:
    """One question: a prompt and the texts that answer it.

    Args:
        key: by which its answers are found again.
        choice: the prompt and its texts.
        order: the digests of the texts, in an order that has nothing to do with the dataset's.
        judge: what the dataset prefers, as in an answer; `None` where that is not known.
    """

    key: str
    choice: Choice
    order: tuple[str, ...]
    judge: str | None

    def texts(self) -> dict[str, Candidate]:
        """The texts by their digests."""
        return {_digest(one.text): one for one in self.choice.candidates}

    def name(self, answer: str) -> str:
        """What an answer is called where answers are compared: a place drawn by chance."""
        return answer if answer == EQUAL else str(self.order.index(answer) + 1)


@dataclass
class Annotation:
    """A dataset's texts to choose from, and the answers so far."""

    items: list[Item]
    annotator: str
    file: Path
    place: int = 0
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    unreadable: int = 0
    _unsaved: list[dict[str, str]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.items = sorted(self.items, key=lambda item: _digest(self.annotator + item.key))
        self.answers, self.unreadable = _read(self.file)
        self.place = next(
            (n for n, item in enumerate(self.items) if self._mine(item) is None), len(self.items)
        )

    @property
    def item(self) -> Item | None:
        """The question that waits for an answer; `None` at the end."""
        return self.items[self.place] if self.place < len(self.items) else None

    @property
    def done(self) -> int:
        """How many of the questions this annotator has answered."""
        return sum(self._mine(item) is not None for item in self.items)

    def _mine(self, item: Item) -> str | None:
        return self.answers.get((self.annotator, item.key))

    def shown(self) -> list[str]:
        """The texts of this question in the order of their letters, as this annotator sees them."""
        if self.item is None:
            return []
        order = list(self.item.order)
        random.Random(self.annotator + self.item.key).shuffle(order)
        texts = self.item.texts()
        return [texts[digest].text for digest in order]

    def answer(self, choice: str) -> None:
        """Note down an answer, and go on to the next question.

        Args:
            choice: the letter of the better text, or `"equal"`.

        Raises:
            ValueError: it is no letter of this question, or there is no question left.
            NotSaved: the answer could not be written to the file. The next answer tries again.
        """
        item = self.item
        if item is None:
            raise ValueError(say("annotate.no_more", "All of them are answered."))
        letters = LETTERS[: len(item.order)]
        asked = str(choice).strip()
        if asked.lower() == EQUAL:
            said = EQUAL
        elif len(asked) == 1 and asked.upper() in letters:
            said = _digest(self.shown()[letters.index(asked.upper())])
        else:
            raise ValueError(
                say(
                    "annotate.no_such",
                    "{choice} is no answer here. Give one of {letters}, or {equal}.",
                    choice=repr(choice),
                    letters=", ".join(letters),
                    equal=repr(EQUAL),
                )
            )
        self.answers[self.annotator, item.key] = said
        self.place += 1
        when = time.strftime("%Y-%m-%dT%H:%M:%S")
        noted = {"annotator": self.annotator, "item": item.key, "choice": said, "time": when}
        self._unsaved.append(noted)
        _write(self.file, self._unsaved)
        self._unsaved.clear()

    def skip(self) -> None:
        """Go on without an answer. After a restart the question comes again."""
        self.place = min(self.place + 1, len(self.items))

    def back(self) -> None:
        """Go back to the question before, to answer it again."""
        self.place = max(self.place - 1, 0)

    def agreement(self) -> "Agreement":
        """Compare the answers with the judge's, and those of several people with each other."""
        keys = {item.key: item for item in self.items}
        people: dict[str, dict[str, str]] = {}
        for (who, key), said in self.answers.items():
            if key in keys and said in (EQUAL, *keys[key].order):
                people.setdefault(who, {})[key] = keys[key].name(said)
        judge = {item.key: item.name(item.judge) for item in self.items if item.judge}
        return Agreement(people, judge)

    # What is shown --------------------------------------------------------

    def position(self) -> str:
        """Say how far the annotator is."""
        return say(
            "annotate.position",
            "Answered by {annotator}: {done} of {count}",
            annotator=self.annotator,
            done=self.done,
            count=len(self.items),
        )

    def question_html(self) -> str:
        """Return the question as HTML: neither models nor ratings are on it."""
        if self.item is None:
            return f"<div>{safe(_finished())}</div>"
        cards = [
            f"<div><b>{letter}</b></div>{as_html(text)}"
            for letter, text in zip(LETTERS, self.shown())
        ]
        return (
            f'<div style="padding:.3em 0;line-height:1.5"><b>{safe(_task())}</b>'
            f"{prompt_html(self.item.choice.prompt)}{side_by_side(cards)}</div>"
        )

    def __repr__(self) -> str:
        lines = [self.position()]
        if self.item is None:
            return "\n".join([*lines, _finished(), str(self.agreement())])
        lines.append(_task())
        if self.item.choice.prompt is not None:
            lines.append(f"  {as_text(self.item.choice.prompt)}")
        for letter, text in zip(LETTERS, self.shown()):
            lines += [f"  {letter}", *(f"    {part}" for part in as_text(text, 800).split("\n"))]
        how = 'answer("A"), answer("equal"), skip(), back(), agreement()'
        return "\n".join([*lines, say("annotate.how", "Without buttons: {calls}", calls=how)])

    def _repr_html_(self) -> str:
        end = self.agreement()._repr_html_() if self.item is None else ""
        return f"<div>{safe(self.position())}</div>{self.question_html()}{end}"

    def _ipython_display_(self) -> None:
        display_controls(self._repr_html_(), repr(self), self.widget)

    def widget(self) -> Any:
        """Return the question with its buttons."""
        return _Buttons(self).box


def annotate(
    dataset: Any,
    annotator: str = "me",
    file: str | Path | None = None,
    columns: Sequence[str] | None = None,
    rows: int = 100,
) -> Annotation:
    """Choose the better text by hand: without the models' names and ratings, in random order.

    Each answer is saved as it is given; called again, also after a restart, it goes on where you
    stopped. `annotate(...).agreement()` compares your answers with the dataset's judge, and those
    of several people with each other.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries; the texts
            stand in columns as `compare` takes them.
        annotator: who answers. Each has an order of their own.
        file: where the answers are added; without it, `outputs/annotations.jsonl` in the course's
            folder.
        columns: the columns with the texts, where they have other names.
        rows: how many rows at most; of a larger dataset, a random sample, the same for everybody.

    Raises:
        NothingToShow: there are no rows, or no texts to choose from in them.

    >>> import tempfile
    >>> rows = [{"prompt": "Why?", "chosen": "It is so.", "rejected": "No."}]
    >>> mine = annotate(rows, file=Path(tempfile.mkdtemp()) / "answers.jsonl")
    >>> mine.answer("equal")
    >>> mine.done
    1
    """
    table = table_of(dataset, "annotate")
    columns = None if columns is None else table.chosen(columns)
    numbers: Sequence[int] = range(len(table))
    if len(table) > rows:
        numbers = sorted(random.Random(0).sample(numbers, max(1, int(rows))))
    found = (_item(choice_in(table.row(number), columns)) for number in numbers)
    items = {item.key: item for item in found if item is not None}
    if not items:
        raise NothingToShow(no_choice("annotate", table.columns))
    name = str(annotator).strip()
    if not name:
        raise ValueError(say("annotate.who", 'Say who answers, for example annotator="ann".'))
    return Annotation(list(items.values()), name, Path(file) if file else default_file())


def default_file() -> Path:
    """Return where answers go: the course's `outputs/`, or that of the folder one works in."""
    course = _COURSE if (_COURSE / "pyproject.toml").is_file() else Path.cwd()
    return course / "outputs" / "annotations.jsonl"


def _item(choice: Choice | None) -> Item | None:
    """A question of a row's texts; none where two of them are the same."""
    if choice is None or len(choice.candidates) > len(LETTERS):
        return None
    digests = [_digest(candidate.text) for candidate in choice.candidates]
    if len(set(digests)) < len(digests):
        return None
    place = choice.preferred()
    judge = None if place is None else EQUAL if place < 0 else digests[place]
    prompt = json.dumps(choice.prompt, ensure_ascii=False, sort_keys=True, default=str)
    key = _digest("\n".join([prompt, *sorted(digests)]))
    return Item(key, choice, tuple(sorted(digests)), judge)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _task() -> str:
    return say("annotate.task", "Which text is the better one?")


def _finished() -> str:
    return say("annotate.finished", "That was the last one.")


# --- the file --------------------------------------------------------------


def _read(file: Path) -> tuple[dict[tuple[str, str], str], int]:
    """The last answer of each annotator to each item, and how many lines make no sense."""
    try:
        lines = file.read_text("utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return {}, 0
    except OSError as problem:
        raise NothingToShow(
            say(
                "annotate.unreadable_file",
                "{file} cannot be read ({why}). Name another file: annotate(..., "
                'file="my_answers.jsonl").',
                file=file,
                why=problem.strerror or problem,
            )
        ) from None
    answers, unreadable = {}, 0
    for text in filter(str.strip, lines):
        try:
            noted = json.loads(text)
            answers[str(noted["annotator"]), str(noted["item"])] = str(noted["choice"])
        except (ValueError, KeyError, TypeError, RecursionError):
            unreadable += 1
    return answers, unreadable


def _write(file: Path, noted: list[dict[str, str]]) -> None:
    """Add lines in one write, behind whatever an interrupted write may have left."""
    data = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in noted).encode()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "ab+") as stream:
            if stream.tell() and stream.seek(-1, os.SEEK_END) is not None:
                data = data if stream.read(1) == b"\n" else b"\n" + data
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as problem:
        raise NotSaved(
            say(
                "annotate.not_saved",
                "Not saved: {file} cannot be written ({why}). Your next answer tries again. What is "
                "not saved counts until Python ends.",
                file=file,
                why=problem.strerror or problem,
            )
        ) from None


# --- the buttons -----------------------------------------------------------


class _Buttons:
    """The question and the buttons below it."""

    def __init__(self, annotation: Annotation) -> None:
        import ipywidgets as widgets

        self.annotation = annotation
        self.position = widgets.HTML()
        self.question = widgets.HTML(layout={"width": "100%"})
        self.message, self.agreement = widgets.HTML(), widgets.HTML(layout={"width": "100%"})
        most = max(len(item.order) for item in annotation.items)
        self.letters = [
            button(say("annotate.better", "{letter} is better", letter=letter))
            for letter in LETTERS[:most]
        ]
        for letter, one in zip(LETTERS, self.letters):
            one.on_click(lambda _, letter=letter: self._answer(letter))
        self.equal = button(say("annotate.equal", "Equally good"))
        self.skip = button(say("annotate.skip", "Skip"))
        self.back = button("◀ " + say("annotate.back", "Back"))
        self.compare = button(say("annotate.agreement", "Show the agreement"))
        self.equal.on_click(lambda _: self._answer(EQUAL))
        self.skip.on_click(lambda _: self._do(annotation.skip))
        self.back.on_click(lambda _: self._do(annotation.back))
        self.compare.on_click(lambda _: self._compare())
        buttons = line([*self.letters, self.equal, self.skip, self.back, self.compare])
        self.box = widgets.VBox(
            [self.position, self.question, buttons, self.message, self.agreement],
            layout={"width": "100%"},
        )
        self._show()

    def _answer(self, choice: str) -> None:
        self._do(lambda: self.annotation.answer(choice))

    def _do(self, action: Any) -> None:
        self.message.value = ""
        try:
            action()
        except (NotSaved, ValueError) as problem:
            self.message.value = f'<b role="alert">{safe(problem)}</b>'
        self.agreement.value = ""
        self._show()

    def _show(self) -> None:
        annotation = self.annotation
        self.position.value = safe(annotation.position())
        self.question.value = annotation.question_html()
        item = annotation.item
        for number, one in enumerate(self.letters):
            one.disabled = item is None or number >= len(item.order)
        self.equal.disabled = self.skip.disabled = item is None
        self.back.disabled = annotation.place == 0
        self.compare.disabled = not annotation.answers
        if item is None:
            self._compare()

    def _compare(self) -> None:
        self.agreement.value = self.annotation.agreement()._repr_html_()


# --- the agreement ---------------------------------------------------------


@dataclass(frozen=True)
class Agreement:
    """What people and the judge said of the same texts, put beside each other.

    Args:
        people: of each annotator the answers, by item.
        judge: what the dataset prefers, by item.
    """

    people: dict[str, dict[str, str]]
    judge: dict[str, str]

    def with_judge(self) -> dict[str, Kappa]:
        """Return how far each annotator agrees with the judge."""
        return {who: _kappa(said, self.judge) for who, said in self.people.items()}

    def between(self) -> dict[tuple[str, str], Kappa]:
        """Return how far each two annotators agree."""
        return {
            (one, other): _kappa(self.people[one], self.people[other])
            for one, other in itertools.combinations(self.people, 2)
        }

    def confusion(self, who: str) -> dict[tuple[str, str], int]:
        """Return how often an annotator said one thing and the judge another, or the same."""
        said = self.people[who]
        return dict(Counter((said[key], self.judge[key]) for key in said if key in self.judge))

    def _lines(self) -> list[tuple[str, Kappa]]:
        judge = say("annotate.judge", "the dataset")
        lines = [(f"{who} – {judge}", found) for who, found in self.with_judge().items()]
        lines += [(f"{one} – {other}", found) for (one, other), found in self.between().items()]
        return [(names, found) for names, found in lines if found.count]

    def _tables(self) -> list[tuple[str, list[list[str]]]]:
        """For each annotator a title and the rows of a table, its head first."""
        judge = say("annotate.judge", "the dataset")
        tables = []
        for who in self.people:
            counts = self.confusion(who)
            names = sorted({name for pair in counts for name in pair})
            if not names:
                continue
            head = [f"{who} ↓  {judge} →", *map(_name, names)]
            body = [
                [_name(one), *(str(counts.get((one, other), 0)) for other in names)]
                for one in names
            ]
            tables.append((who, [head, *body]))
        return tables

    def __repr__(self) -> str:
        lines = [f"{names}: {_figures(found)}" for names, found in self._lines()]
        if not lines:
            return _too_early()
        for _, table in self._tables():
            wide = [max(len(row[n]) for row in table) for n in range(len(table[0]))]
            lines += ["  ".join(f"{cell:>{w}}" for cell, w in zip(row, wide)) for row in table]
        return "\n".join([*lines, _how_to_read()])

    def _repr_html_(self) -> str:
        found = self._lines()
        if not found:
            return f"<div>{safe(_too_early())}</div>"
        lines = "".join(f"<div><b>{safe(n)}</b>: {safe(_figures(k))}</div>" for n, k in found)
        tables = "".join(_table_html(rows) for _, rows in self._tables())
        return (
            '<div style="border-left:4px solid #71767e;padding:.5em .9em;line-height:1.5;'
            f'background:rgba(127,127,127,.08)">{lines}{tables}'
            f'<div style="opacity:.75">{safe(_how_to_read())}</div></div>'
        )


def _kappa(first: dict[str, str], second: dict[str, str]) -> Kappa:
    both = [key for key in first if key in second]
    return kappa([first[key] for key in both], [second[key] for key in both])


def _name(answer: str) -> str:
    if answer == EQUAL:
        return say("annotate.equal.short", "equal")
    return say("annotate.text", "text {number}", number=answer)


def _figures(found: Kappa) -> str:
    same = say(
        "annotate.same",
        "the same answer in {agreed} of {count}",
        agreed=found.agreed,
        count=found.count,
    )
    if found.value is None:
        why = say("annotate.no_kappa", "no kappa: both always gave one and the same answer")
        return f"{same}; {why}"
    value = say(
        "annotate.kappa",
        "Cohen's kappa {value} (95 %: {low} to {high})",
        value=_two(found.value),
        low=_two(found.low),
        high=_two(found.high),
    )
    if found.count >= FEW:
        return f"{same}; {value}"
    few = say("annotate.few", "fewer than {count} answers, so the interval is rough", count=FEW)
    return f"{same}; {value}; {few}"


def _two(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # and no minus before a zero


def _how_to_read() -> str:
    return say(
        "annotate.read",
        "Kappa is 1 where all answers agree, and 0 where they agree as often as by chance. An "
        "interval that holds 0 says: too few answers, or no agreement. The texts' numbers are "
        "drawn by chance for each row and say nothing about the dataset's order.",
    )


def _too_early() -> str:
    return say("annotate.too_early", "No answers to compare yet.")


def _table_html(rows: list[list[str]]) -> str:
    cell = (
        'style="padding:.15em .8em;text-align:right;border-bottom:1px solid rgba(127,127,127,.4)"'
    )
    head = "".join(f'<th scope="col" {cell}>{safe(text)}</th>' for text in rows[0])
    body = "".join(
        f'<tr><th scope="row" {cell}>{safe(row[0])}</th>'
        + "".join(f"<td {cell}>{safe(text)}</td>" for text in row[1:])
        + "</tr>"
        for row in rows[1:]
    )
    return f'<table style="margin:.5em 0;border-collapse:collapse"><tr>{head}</tr>{body}</table>'
