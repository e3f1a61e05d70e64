"""The 🐕 checks of the instruction notebook: instructions from passages, and conversations."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from helpers.checks.criteria import (
    answers_its_own,
    by_a_model,
    columns_of,
    columns_there,
    enough,
    few,
    filled,
    instructions_differ,
    is_elsewhere,
    names,
    no_echo,
    readable,
    row_shown,
)
from helpers.checks.evidence import calls, is_list, models, traces, writers
from helpers.checks.outcome import Check, Criterion
from helpers.checks.rows import Row, rows_of
from helpers.checks.texts import (
    is_text,
    near_repeated,
    plain,
    same_words,
    shown,
    subject_words,
)
from helpers.messages import say

ROWS, PASSAGES, EACH = 24, 8, 2
CONVERSATIONS, SYSTEM_PROMPTS = 12, 3
# A small model strays, and an honest instruction may use other words than its passage.
ASTRAY = 0.5
# Two conversations are alike when they share so much of the words of both.
ALIKE = 0.9
# The names under which a seed may stand in a row; SelfInstruct's own is `input`.
SEEDS = ("passage", "input", "seed", "context", "text")


# --- instruction.dog.self_instruct -----------------------------------------------------


def self_instruct_criteria(dataset: object) -> Iterator[Criterion]:
    """Look at the rows: one instruction each, from the passage beside it, and answered."""
    rows, is_readable = readable(dataset, ("instruction", "response"), hint=1)
    yield is_readable
    columns = columns_of(rows)
    exploded = _one_instruction_in_each_row(rows, columns)
    yield exploded
    if exploded.holds is False:
        rows = []
    seed = next((name for name in SEEDS if name in columns), SEEDS[0])
    expected = say(
        "instruction.dog.self_instruct.NO_COLUMN.expected",
        "the instruction, its answer, and beside them the passage that it was made from",
    )
    wanted = ("instruction", "response", seed)
    yield columns_there(rows, wanted, expected, hint=2)
    yield enough(rows, ROWS, hint=1)
    full, most_are_filled = filled(rows, wanted, hint=3)
    yield most_are_filled
    yield from _several_from_several(rows, full, seed)
    yield from _made_by_a_model(rows, full, seed)
    yield _grounded(rows, full, seed)
    yield no_echo(rows, full, "instruction", hint=3)
    yield instructions_differ(
        rows,
        full,
        ROWS,
        say(
            "instruction.dog.self_instruct.DUPLICATES.expected",
            "instructions that differ, from passages that differ",
        ),
        hint=5,
    )


def _one_instruction_in_each_row(rows: list[Row], columns: set[str]) -> Criterion:
    title = say("instruction.dog.self_instruct.NOT_EXPLODED", "Each row holds one instruction")
    if not {"instruction", "instructions"} & columns:
        return Criterion("NOT_EXPLODED", title, None)
    column = "instruction" if "instruction" in columns else "instructions"
    # Rows that hold no list in `instructions` have another mistake: the name.
    several = [n for n, row in enumerate(rows) if _holds_several(row.get(column))]
    return few(
        "NOT_EXPLODED",
        title,
        several,
        len(rows),
        lambda n: say(
            "instruction.dog.self_instruct.NOT_EXPLODED.found",
            "row {row} has several in `{column}`: {text}",
            row=n,
            column=column,
            text=shown(rows[n][column])
            if isinstance(rows[n][column], str)
            else " · ".join(shown(text) for text in list(rows[n][column])[:2]),
        ),
        say(
            "instruction.dog.self_instruct.NOT_EXPLODED.expected",
            "as many rows as there are instructions, each with one text and its passage",
        ),
        hint=2,
    )


def _holds_several(cell: object) -> bool:
    """A list, a list that was written out as text, or nothing but numbered lines or questions."""
    if isinstance(cell, str):
        text = cell.strip()
        is_written_list = text.startswith(("['", '["')) and text.endswith("]")
        lines = [line.strip() for line in text.splitlines() if len(line.split()) >= 3]
        # Two sentences on two lines may be one instruction in two steps.
        are_items = all(re.match(r"[-*•]\s|\(?\d+[.):]", line) for line in lines)
        are_questions = all(line.endswith("?") for line in lines)
        return is_written_list or len(lines) > 1 and (are_items or are_questions)
    return is_list(cell)


def _several_from_several(rows: list[Row], full: list[int], seed: str) -> Iterator[Criterion]:
    different = {(plain(rows[n][seed]), plain(rows[n]["instruction"])) for n in full}
    per_passage = Counter(passage for passage, _ in different)
    yield Criterion(
        "FEW_PASSAGES",
        say(
            "instruction.dog.self_instruct.FEW_PASSAGES",
            "They come from at least {count} passages",
            count=PASSAGES,
        ),
        len(per_passage) >= PASSAGES if full else None,
        found=say(
            "instruction.dog.self_instruct.FEW_PASSAGES.found",
            "Different texts in `{seed}`: {count}.",
            seed=seed,
            count=len(per_passage),
        ),
        expected=say(
            "instruction.dog.self_instruct.FEW_PASSAGES.expected",
            "{count} passages or more, and in each row the one that its instruction came from",
            count=PASSAGES,
        ),
        hint=1,
    )
    several = sum(count >= EACH for count in per_passage.values())
    single = next((p for p, count in per_passage.items() if count < EACH), "")
    yield Criterion(
        "ONE_EACH",
        say(
            "instruction.dog.self_instruct.ONE_EACH",
            "Most passages gave more than one instruction",
        ),
        2 * several > len(per_passage) if per_passage else None,
        found=say(
            "instruction.dog.self_instruct.ONE_EACH.found",
            "{several} of {total} passages have {each} different instructions or more. Only one "
            "came from {passage}.",
            several=several,
            total=len(per_passage),
            each=EACH,
            passage=shown(single),
        ),
        expected=say(
            "instruction.dog.self_instruct.ONE_EACH.expected",
            "all instructions that SelfInstruct wrote, not the first of each list",
        ),
        hint=2,
    )


def _made_by_a_model(rows: list[Row], full: list[int], seed: str) -> Iterator[Criterion]:
    """The model read this passage, wrote this instruction, and answered it."""
    unknown: dict[int, str] = {}
    astray: list[int] = []
    elsewhere: list[int] = []
    for n in full:
        asking, answering = writers(rows[n])
        if asking is None:
            unknown[n] = "instruction"
        elif answering is None:
            unknown[n] = "response"
        elif not asking.was_asked(rows[n][seed]):
            astray.append(n)
        if is_elsewhere(answering, rows[n]["instruction"]):
            elsewhere.append(n)
    yield by_a_model(rows, unknown, len(full), hint=4)
    yield few(
        "OTHER_SEED",
        say(
            "instruction.dog.self_instruct.OTHER_SEED",
            "The model read the passage that stands beside the instruction",
        ),
        astray,
        len(full),
        lambda n: say(
            "instruction.dog.self_instruct.OTHER_SEED.found",
            "the model that wrote {instruction} in row {row} was not given its {seed} {passage}",
            row=n,
            instruction=shown(rows[n]["instruction"]),
            seed=seed,
            passage=shown(rows[n][seed]),
        ),
        say(
            "instruction.dog.self_instruct.OTHER_SEED.expected",
            "in the task's `input` the text of the passage, not its title, and in each row the "
            "passage that its instruction came from",
        ),
        hint=4,
    )
    yield answers_its_own(rows, elsewhere, len(full), "instruction", hint=3)


def _grounded(rows: list[Row], full: list[int], seed: str) -> Criterion:
    # A word that stands in many passages does not tell what one of them is about.
    passages = {plain(rows[n][seed]): subject_words(rows[n][seed]) for n in full}
    counts = Counter(word for own in passages.values() for word in own)
    everywhere = {word for word, count in counts.items() if count > max(2, len(passages) / 4)}

    def is_grounded(row: Row) -> bool:
        own = passages[plain(row[seed])] | subject_words(str(row.get("subject") or ""))
        return bool(subject_words(row["instruction"]) & (own - everywhere))

    return few(
        "OFF_PASSAGE",
        say(
            "instruction.dog.self_instruct.OFF_PASSAGE",
            "The instructions are about their passages",
        ),
        [n for n in full if not is_grounded(rows[n])],
        len(full),
        lambda n: row_shown(n, rows[n], ("instruction", seed)),
        say(
            "instruction.dog.self_instruct.OFF_PASSAGE.expected",
            "in half of the rows or more an instruction that speaks of what its passage speaks of",
        ),
        hint=4,
        tolerated=ASTRAY,
    )


def _self_instruct_hints() -> list[str]:
    return [
        say(
            "instruction.dog.self_instruct.hint.1",
            "The check takes the dataset with one row for each instruction. How many there are "
            "follows from the number of passages times `num_instructions`.",
        ),
        say(
            "instruction.dog.self_instruct.hint.2",
            "`SelfInstruct` writes the column `instructions`, a list. `ExpandColumns` makes a "
            "row of each of its items and repeats the other columns beside them; so does "
            "`explode` of a DataFrame. The new column has to be called `instruction`.",
        ),
        say(
            "instruction.dog.self_instruct.hint.3",
            "Follow one row. It is loaded with a passage, gets a list, becomes several rows, and "
            "each of those is answered. So the answering task comes last and writes the column "
            "`response`. Of which column does it read?",
        ),
        say(
            "instruction.dog.self_instruct.hint.4",
            "`SelfInstruct` reads the column `input`. Give it the whole passage: with an input "
            "mapping, or by loading the passage under that name. Keep the passage in the row, and "
            "keep `distilabel_metadata`, where distilabel notes what the model was given.",
        ),
        say(
            "instruction.dog.self_instruct.hint.5",
            "Are the passages different, or was one of them loaded many times? If the model "
            "repeats itself for one passage, ask for fewer instructions of each and load more.",
        ),
    ]


def _self_instruct_explanation(dataset: object) -> str:
    rows = rows_of(dataset, wanted=("instruction", "response"))
    seed = next((name for name in SEEDS if name in rows[0]), SEEDS[0])
    return say(
        "instruction.dog.self_instruct.explanation",
        "{rows} instructions from {passages} passages, written by {models}. The passages bring "
        "the variety that one prompt does not have, and each row still knows where it came from.",
        rows=len(rows),
        passages=len({str(row.get(seed)) for row in rows}),
        models=", ".join(models(rows)) or say("checks.criteria.a_model", "a model"),
    )


# --- instruction.dog.magpie ------------------------------------------------------------


@dataclass(frozen=True)
class Talk:
    """One conversation: what the assistant was told to be, and who said what.

    Args:
        system: the system prompt, or its key where only that was kept.
        turns: pairs of a role and a text, without the system message.
    """

    system: str
    turns: tuple[tuple[str, object], ...]

    @property
    def is_complete(self) -> bool:
        """Whether user and assistant take turns, from a first question to a last answer."""
        roles = [role for role, _ in self.turns]
        takes_turns = roles == ["user", "assistant"] * (len(roles) // 2)
        return bool(roles) and takes_turns and all(is_text(text) for _, text in self.turns)

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.turns if isinstance(text, str))

    @property
    def opening(self) -> str:
        return next((text for _, text in self.turns if isinstance(text, str)), "")


def talk_of(row: Row) -> Talk:
    """Read a conversation in any of the forms that Magpie and trainers write.

    >>> talk_of({"system_prompt": "Be kind.", "instruction": "Hi?", "response": "Hello."}).turns
    (('user', 'Hi?'), ('assistant', 'Hello.'))
    """
    columns = (row.get("conversation"), row.get("messages"))
    messages = next((m for m in columns if is_list(m) and len(m) > 0), ())
    pairs = [(m.get("role"), m.get("content")) for m in messages if isinstance(m, dict)]
    if not pairs and {"instruction", "response"} & set(row):
        pairs = [("user", row.get("instruction")), ("assistant", row.get("response"))]
    said = [text for role, text in pairs if role == "system"]
    system = row.get("system_prompt") or (said or [None])[0] or row.get("system_prompt_key")
    return Talk(
        system if isinstance(system, str) else "",
        tuple((str(role), text) for role, text in pairs if role != "system"),
    )


def magpie_criteria(dataset: object) -> Iterator[Criterion]:
    """Look at the conversations: from several system prompts, on their subject, none alike."""
    rows, is_readable = readable(dataset, ("system_prompt",), hint=1)
    yield is_readable
    talks = [talk_of(row) for row in rows]
    yield _has_conversations(rows)
    if not _conversation_columns(rows):
        talks = []
    yield enough(rows, CONVERSATIONS, hint=1)
    yield few(
        "UNANSWERED",
        say("instruction.dog.magpie.UNANSWERED", "Each conversation ends with an answer"),
        [n for n, talk in enumerate(talks) if not talk.is_complete],
        len(talks),
        lambda n: say(
            "instruction.dog.magpie.UNANSWERED.found",
            "in row {row} stand {turns}",
            row=n,
            turns=", ".join(f"{role}: {shown(text)}" for role, text in talks[n].turns[:4])
            or say("instruction.dog.magpie.UNANSWERED.none", "no turns at all"),
        ),
        say(
            "instruction.dog.magpie.UNANSWERED.expected",
            "a user's turn and an answer to it, once or several times",
        ),
        hint=3,
    )
    yield from _system_prompts(rows, talks)
    complete = [n for n, talk in enumerate(talks) if talk.is_complete]
    yield from _magpie_wrote_them(rows, talks, complete)
    yield _on_their_subject(talks, complete)
    yield _no_two_alike(talks, complete)


def _conversation_columns(rows: list[Row]) -> set[str]:
    columns = columns_of(rows)
    return columns & {"conversation", "messages"} or (
        {"instruction", "response"} if {"instruction", "response"} <= columns else set()
    )


def _has_conversations(rows: list[Row]) -> Criterion:
    columns = columns_of(rows)
    return Criterion(
        "NO_COLUMN",
        say("instruction.dog.magpie.NO_COLUMN", "There is a conversation in each row"),
        bool(_conversation_columns(rows)) if rows else None,
        found=say(
            "checks.criteria.NO_COLUMN.found",
            "The columns are {columns}.",
            columns=names(sorted(map(str, columns))),
        ),
        expected=say(
            "instruction.dog.magpie.NO_COLUMN.expected",
            "`instruction` and `response` for one turn, or `conversation` for several",
        ),
        hint=3,
    )


def _system_prompts(rows: list[Row], talks: list[Talk]) -> Iterator[Criterion]:
    without = [n for n, talk in enumerate(talks) if not is_text(talk.system)]
    kept = few(
        "NO_SYSTEM_PROMPT",
        say("instruction.dog.magpie.NO_SYSTEM_PROMPT", "Each row keeps its system prompt"),
        without,
        len(talks),
        lambda n: say(
            "instruction.dog.magpie.NO_SYSTEM_PROMPT.found",
            "row {row} has the columns {columns}, and a system prompt in none of them",
            row=n,
            columns=names(sorted(map(str, rows[n]))),
        ),
        say(
            "instruction.dog.magpie.NO_SYSTEM_PROMPT.expected",
            "the column `system_prompt`, so that a row tells how it came about",
        ),
        hint=2,
    )
    yield kept
    different = {plain(talk.system): talk.system for talk in talks if is_text(talk.system)}
    yield Criterion(
        "FEW_SYSTEM_PROMPTS",
        say(
            "instruction.dog.magpie.FEW_SYSTEM_PROMPTS",
            "They come from at least {count} system prompts",
            count=SYSTEM_PROMPTS,
        ),
        len(different) >= SYSTEM_PROMPTS if kept.holds else None,
        found=say(
            "instruction.dog.magpie.FEW_SYSTEM_PROMPTS.found",
            "Different system prompts: {count}, {texts}.",
            count=len(different),
            texts=", ".join(shown(text) for text in list(different.values())[:3]),
        ),
        expected=say(
            "instruction.dog.magpie.FEW_SYSTEM_PROMPTS.expected",
            "another assistant with other users in each of them",
        ),
        hint=2,
    )


def _magpie_wrote_them(
    rows: list[Row], talks: list[Talk], complete: list[int]
) -> Iterator[Criterion]:
    """Magpie leaves no text in the metadata, only how many tokens each turn had."""
    asked = [n for n in complete if _was_loaded(rows[n], talks[n])]
    yield few(
        "SEED_PROMPT",
        say("instruction.dog.magpie.SEED_PROMPT", "The model wrote the user's turn, too"),
        asked,
        len(complete),
        lambda n: say(
            "instruction.dog.magpie.SEED_PROMPT.found",
            "in row {row} the user says {text}. That text was loaded, and no model wrote it",
            row=n,
            text=shown(talks[n].opening),
        ),
        say(
            "instruction.dog.magpie.SEED_PROMPT.expected",
            "a task that lets the model write the user's turn out of nothing but the template",
        ),
        hint=3,
    )
    by_hand = {n: "conversation" for n in complete if not traces(rows[n])}
    yield by_a_model(rows, by_hand, len(complete), hint=4)


def _was_loaded(row: Row, talk: Talk) -> bool:
    """The opening went into a model, and no other task is named that may have written it."""
    if same_words(talk.opening, talk.system):
        return True
    given = [call for call in calls(row) if call.was_given(talk.opening)]
    return bool(given) and traces(row) == {call.task for call in given}


def _on_their_subject(talks: list[Talk], complete: list[int]) -> Criterion:
    # What all of them say, such as "users ask about", does not tell one subject from another.
    prompts = {talks[n].system for n in complete if is_text(talks[n].system)}
    shared = frozenset()
    if len(prompts) > 1:
        shared = frozenset.intersection(*map(subject_words, prompts))

    def is_on_subject(talk: Talk) -> bool:
        return bool(subject_words(talk.text) & (subject_words(talk.system) - shared))

    told = [n for n in complete if is_text(talks[n].system)]
    return few(
        "OFF_SUBJECT",
        say(
            "instruction.dog.magpie.OFF_SUBJECT",
            "The conversations are about what their system prompt names",
        ),
        [n for n in told if not is_on_subject(talks[n])],
        len(told),
        lambda n: say(
            "instruction.dog.magpie.OFF_SUBJECT.found",
            "row {row} has the system prompt {system}, and the user says {text}",
            row=n,
            system=shown(talks[n].system),
            text=shown(talks[n].opening),
        ),
        say(
            "instruction.dog.magpie.OFF_SUBJECT.expected",
            "a system prompt that says what the users of this assistant ask about, and users "
            "who do",
        ),
        hint=2,
        tolerated=ASTRAY,
    )


def _no_two_alike(talks: list[Talk], complete: list[int]) -> Criterion:
    alike = near_repeated([talks[n].text for n in complete], ALIKE)
    earlier = {complete[place]: complete[first] for place, first in alike}
    return few(
        "DUPLICATES",
        say("instruction.dog.magpie.DUPLICATES", "No two conversations are alike"),
        list(earlier) if len(complete) > 1 else None,
        len(complete),
        lambda n: say(
            "instruction.dog.magpie.DUPLICATES.found",
            "row {row} says nearly what row {earlier} says, and begins {text}",
            row=n,
            earlier=earlier[n],
            text=shown(talks[n].opening),
        ),
        say(
            "instruction.dog.magpie.DUPLICATES.expected",
            "a model that writes something else each time it is asked",
        ),
        hint=5,
    )


def _magpie_hints() -> list[str]:
    return [
        say(
            "instruction.dog.magpie.hint.1",
            "The check takes what `run(pipeline)` returns. Each row that you load becomes one "
            "conversation, so load every system prompt several times.",
        ),
        say(
            "instruction.dog.magpie.hint.2",
            "Load rows with the column `system_prompt`: Magpie uses the one of each row, and it "
            "stays in the row. Describe the assistant and what its users ask about, each time "
            "with another subject.",
        ),
        say(
            "instruction.dog.magpie.hint.3",
            "`Magpie(llm=load_llm())` needs no instruction: it writes the user's turn and answers "
            "it. With `only_instruction` or `end_with_user` the answer is missing.",
        ),
        say(
            "instruction.dog.magpie.hint.4",
            "Give the check the dataset as it comes out of `run`. distilabel notes in "
            "`distilabel_metadata` that Magpie was there.",
        ),
        say(
            "instruction.dog.magpie.hint.5",
            "A model that always takes the most likely word says the same each time. Give "
            "`load_llm` a temperature near 1, and load more system prompts.",
        ),
    ]


def _magpie_explanation(dataset: object) -> str:
    talks = [talk_of(row) for row in rows_of(dataset, wanted=("system_prompt",))]
    return say(
        "instruction.dog.magpie.explanation",
        "{rows} conversations from {prompts} system prompts, and no seed at all: the model wrote "
        "the users' turns because its chat template says that a user speaks now.",
        rows=len(talks),
        prompts=len({plain(talk.system) for talk in talks}),
    )


CHECKS = {
    "instruction.dog.self_instruct": Check(
        self_instruct_criteria, _self_instruct_hints, _self_instruct_explanation, "from_passages"
    ),
    "instruction.dog.magpie": Check(
        magpie_criteria, _magpie_hints, _magpie_explanation, "conversations"
    ),
}
