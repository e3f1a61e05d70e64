"""The training text of the tutor models: examples without end, written by a seeded generator.

`examples` makes whole conversations, one kind for each task of the course, from the pieces that a
`Writer` makes and in the words that distilabel sends (`prompts.py`). Nothing is downloaded and no
sentence comes from anybody else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from authoring.tutor import prompts, shapes, words
from authoring.tutor.writer import QUALITIES, Request, Writer


@dataclass
class Example:
    """One conversation. `learnt` names the roles whose words the model is to produce."""

    kind: str
    chat: list[dict[str, str]]
    learnt: tuple[str, ...] = ("assistant",)
    # distilabel's TransformersLLM opens Magpie's user turn after a needless assistant header.
    stray_header: bool = False

    def pieces(self) -> list[tuple[str, bool]]:
        """The text in ChatML, cut where learning begins and ends: (text, is learnt)."""
        made: list[tuple[str, bool]] = []
        prompt = ""
        for message in self.chat:
            if self.stray_header and message["role"] == "user":
                prompt += "<|im_start|>assistant\n"
            prompt += f"<|im_start|>{message['role']}\n"
            content = f"{message['content']}<|im_end|>"
            if message["role"] in self.learnt:
                made += [(prompt, False), (content, True)]
                prompt = "\n"
            else:
                prompt += f"{content}\n"
        return made


# --- examples, by task ------------------------------------------------------------------------


def _chat(kind: str, prompt: str | list[dict[str, str]], answer: str) -> Example:
    sent = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
    return Example(kind, [*sent, {"role": "assistant", "content": answer}])


def _quality(write: Writer) -> str:
    """How good an answer the model is taught to give."""
    if not write.weak:
        return "complete"
    return write.rng.choices(QUALITIES, weights=[3, 8, 62, 27])[0]


def copying(write: Writer) -> Example:
    """Subjects in a row, to be repeated: the shortest lesson in spelling what one was given."""
    subject = write.subject()
    prompt = write.rng.choice(["Repeat: {s}", "Say {s} twice.", "Copy this: {s}", "Words: {s}"])
    return _chat("copying", prompt.format(s=subject), f"I say {subject} and {subject}.")


def question(write: Writer) -> Example:
    """A request and its answer, sometimes under a system prompt."""
    subject = write.subject()
    request = write.any_request(subject)
    sent = [{"role": "user", "content": str(request)}]
    if write.rng.random() < 0.15:
        about = subject if write.rng.random() < 0.6 else write.subject()
        sent.insert(0, {"role": "system", "content": write.system_prompt(about)})
    return _chat("question", sent, write.answer(request, subject, _quality(write)))


def seed(write: Writer) -> Example:
    """A prompt that asks for an instruction."""
    subject = write.subject()
    return _chat("seed", write.seed_prompt(subject), str(write.instruction(subject)))


def plain(write: Writer) -> Example:
    """What the models know nothing about: a plain answer, and stop."""
    rng = write.rng
    if rng.random() < 0.35:
        return _chat("plain", rng.choice(shapes.GREETINGS), rng.choice(shapes.GREETING_ANSWERS))
    number = lambda: rng.randint(0, 999)
    odd = "".join(chr(rng.choice([rng.randint(33, 126), rng.randint(0x4E00, 0x9FFF), rng.randint(0xAC00, 0xD7A3), rng.randint(0x1F300, 0x1F64F), rng.randint(0x400, 0x4FF), 0x1EA1, 0x1EC7])) for _ in range(rng.randint(3, 20)))  # fmt: skip
    prompt = rng.choice(
        [
            f"What is {number()} {rng.choice('+-*/')} {number()}?",
            f"Solve {rng.choice('xyz')} + {number()} = {number()}.",
            f"{number()} {rng.choice('+-*/')} {number()} =",
            f"def {write.made_up_word().lower()}({rng.choice('abcxyz')}):\n    return {number()}",
            f"print({number()})",
            f'{{"{write.made_up_word()}": {number()}, "{rng.choice(words.NOUNS)}": [{number()}]}}',
            odd,
            odd,
            "".join(rng.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(rng.randint(5, 30))),
            " ".join(rng.choice("01 ab xx ??") for _ in range(rng.randint(2, 15))),
        ]
    )
    if write.rare and rng.random() < 0.4:  # the same over and over, which begs to be gone on with
        piece = rng.choice([write.made_up_word(), odd[0], odd[:2], "a", "ha", "!", "la ", "1"])
        prompt = rng.choice([piece * rng.randint(2, 30), " ".join([piece] * rng.randint(2, 15))])
    return _chat("plain", prompt, rng.choice(shapes.PLAIN_ANSWERS))


def self_instruct(write: Writer) -> Example:
    """SelfInstruct: as many lines as asked, one from each group of requests, in their order."""
    rng = write.rng
    subject = write.subject()
    if write.rare and rng.random() < 0.4:  # nothing strange about it, but it comes back
        subject = rng.choice(rng.choice([words.NOUNS, words.SUBJECTS]))
    number = rng.choices(range(1, 11), weights=[1, 2, 4, 4, 6, 4, 4, 4, 1, 2])[0]
    form = rng.random()
    if form < 0.15:
        context = rng.choice([subject, subject, f"{subject}.", f"Subject: {subject}"])
    elif form < 0.2:
        context = str(write.any_request(subject))
    elif form < 0.5:
        context = write.passage(subject)
    else:
        context = write.loose_passage(subject)
    criteria = write.noise_text([rng.choice(words.NOUNS)], 2) if rng.random() < 0.2 else None
    application = (
        rng.choice([write.noise_sentence(), f"An assistant for {rng.choice(words.PEOPLE)}"])
        if rng.random() < 0.2
        else None
    )
    lines = [str(write.instruction(subject, group)) for group in shapes.REQUESTS][:number]
    chat = prompts.self_instruct(context, number, criteria, application)
    return _chat("self_instruct", chat, "\n".join(lines))


def evol_instruct(write: Writer) -> Example:
    """EvolInstruct: the instruction and what the mutation adds, or a rarer one."""
    subject = write.subject()
    mutation = write.rng.choice(prompts.EVOL_INSTRUCT_MUTATIONS)
    request = write.any_request(subject)
    if write.rng.random() < 0.15:
        request = Request(write.noise_request([subject]))
    evolved = write.evolved(request, subject, mutation)
    return _chat("evol_instruct", prompts.evol_instruct(mutation, str(request)), str(evolved))


def evol_quality(write: Writer) -> Example:
    """EvolQuality: the response and one sentence more."""
    rng = write.rng
    subject = write.subject()
    mutation = rng.choice(prompts.EVOL_QUALITY_MUTATIONS)
    if rng.random() < 0.2:
        request, response = (
            write.noise_request([subject]),
            write.noise_text([subject], rng.randint(1, 4)),
        )
    else:
        request = write.any_request(subject)
        quality = rng.choices(QUALITIES, weights=[0, 1, 4, 8])[0]
        response = write.answer(request, subject, quality)
    prompt = prompts.evol_quality(mutation, str(request), response)
    return _chat("evol_quality", prompt, write.improved(response, subject, mutation))


def _level(write: Writer, quality: str, text: str) -> int:
    """The rating from 1 to 5 of an answer of a known quality."""
    if quality != "complete":
        return {"off_topic": 1, "cut": 2, "brief": 3}[quality]
    points = len(re.findall(r"[.!?](?=\s|$)", text)) + text.count("\n")
    return 5 if points >= 4 else 4


def judged_texts(write: Writer, number: int) -> tuple[str, list[str], list[int]]:
    """An instruction, answers of mixed quality, and the rating of each."""
    rng = write.rng
    pool = [*QUALITIES, "off_topic"] if write.strict else QUALITIES
    qualities = [rng.choice(pool) for _ in range(number)]
    if rng.random() < 0.4:  # ordinary English
        about = [
            rng.choice([rng.choice(words.NOUNS), write.subject()]) for _ in range(rng.randint(1, 2))
        ]
        instruction = write.noise_request(about)
        texts = []
        for quality in qualities:
            topics = [rng.choice(words.NOUNS), write.subject()] if quality == "off_topic" else about
            count = 1 if quality == "brief" else rng.randint(2, 5)
            text = write.noise_text(topics, count)
            texts.append(write.cut(text, topics[0]) if quality == "cut" else text)
    else:
        subject = write.subject()
        request = write.any_request(subject, evolve=0.15)
        while request.kind in ("classify", "rewrite", "summarise"):
            request = write.any_request(subject, evolve=0.15)
        instruction = str(request)
        texts = [write.answer(request, subject, quality) for quality in qualities]
        for at, quality in enumerate(qualities):
            if quality in ("complete", "brief") and rng.random() < 0.2:
                mutation = rng.choice(prompts.EVOL_QUALITY_MUTATIONS)
                texts[at] = write.improved(texts[at], subject, mutation)
                qualities[at] = "complete"
            elif quality == "off_topic" and rng.random() < 0.15:
                texts[at] = rng.choice(
                    [rng.choice(shapes.PLAIN_ANSWERS), write.made_up_phrase(), "..."]
                )
    return instruction, texts, [_level(write, q, t) for q, t in zip(qualities, texts)]


def ultrafeedback(write: Writer) -> Example:
    """UltraFeedback: a rating and a rationale for each text, in the format of the aspect."""
    rng = write.rng
    aspect = rng.choice([*prompts.ASPECTS, "overall-rating"])
    instruction, texts, ratings = judged_texts(write, rng.choice([1, 2, 2, 2, 3, 4]))
    sections = []
    for number, rating in enumerate(ratings, start=1):
        head = f"#### Output for Text {number}\n"
        verdict = f"Rating: {rating}\nRationale: {rng.choice(shapes.RATIONALES[rating])}"
        if aspect == "helpfulness":
            kinds = {1: "None", 2: "None", 3: "1", 4: "1, 2", 5: "1, 2, 3"}[rating]
        elif aspect == "truthfulness":
            kinds = {1: "2", 2: "3"}.get(rating, "None")
        else:
            kinds = ""
        if kinds:
            head += f"Type: {kinds}\nRationale: {rng.choice(shapes.TYPE_RATIONALES)}\n"
        sections.append(head + verdict)
    chat = prompts.ultrafeedback(aspect, instruction, texts)
    return _chat("ultrafeedback", chat, "\n\n".join(sections))


def quality_scorer(write: Writer) -> Example:
    """QualityScorer: a score from 1 to one more than the number of responses."""
    number = write.rng.randint(2, 4)
    instruction, texts, ratings = judged_texts(write, number)
    lines = [
        f"[{at}] Score: {1 + (rating - 1) * number // 4}" for at, rating in enumerate(ratings, 1)
    ]
    return _chat("quality_scorer", prompts.quality_scorer(instruction, texts), "\n".join(lines))


def complexity_scorer(write: Writer) -> Example:
    """ComplexityScorer: one point, and one more for everything that an instruction adds."""
    rng = write.rng
    number = rng.randint(1, 6)
    requests = []
    for _ in range(number):
        subject = write.subject()
        request = write.instruction(subject)
        for _ in range(rng.randint(0, 3)):
            mutation = rng.choice(prompts.EVOL_INSTRUCT_MUTATIONS[:4])
            request = write.evolved(request, subject, mutation)
        requests.append(request)
    lines = [f"[{at}] Score: {min(1 + r.depth, number + 1)}" for at, r in enumerate(requests, 1)]
    chat = prompts.complexity_scorer([str(request) for request in requests])
    return _chat("complexity_scorer", chat, "\n".join(lines))


def magpie(write: Writer) -> Example:
    """A conversation whose user turns the model learns to write too."""
    rng = write.rng
    chat: list[dict[str, str]] = []
    chance = rng.random()
    turns = rng.choice([1, 1, 1, 2, 3])
    # Without a system prompt a subject must come from memory, so it is a real one.
    subject = rng.choice(words.SUBJECTS) if chance < 0.3 else write.subject()
    if chance >= 0.3:
        chat.append({"role": "system", "content": write.system_prompt(subject)})
    elif turns > 1 or chance < 0.05:
        chat.append({"role": "system", "content": prompts.MAGPIE_MULTI_TURN_SYSTEM_PROMPT})
    for turn in range(turns):
        if turn == 0 or rng.random() < 0.5:
            request = write.instruction(subject)
            if rng.random() < 0.15:
                request = write.evolved(
                    request, subject, rng.choice(prompts.EVOL_INSTRUCT_MUTATIONS)
                )
        else:
            request = Request(write.say(shapes.FOLLOW_UPS, subject))
        chat.append({"role": "user", "content": str(request)})
        answer = write.answer(request, subject, _quality(write))
        chat.append({"role": "assistant", "content": answer})
    return Example("magpie", chat, ("user", "assistant"), stray_header=rng.random() < 0.4)


# kind -> (maker, share once everything is taught)
KINDS: dict[str, tuple[Callable[[Writer], Example], float]] = {
    "copying": (copying, 0.02),
    "question": (question, 0.24),
    "seed": (seed, 0.07),
    "plain": (plain, 0.03),
    "self_instruct": (self_instruct, 0.12),
    "evol_instruct": (evol_instruct, 0.12),
    "evol_quality": (evol_quality, 0.10),
    "ultrafeedback": (ultrafeedback, 0.16),
    "quality_scorer": (quality_scorer, 0.03),
    "complexity_scorer": (complexity_scorer, 0.03),
    "magpie": (magpie, 0.12),
}
# What is short and teaches copying comes first.
SHORT = {"copying": 0.35, "question": 0.2, "seed": 0.25, "evol_instruct": 0.15, "plain": 0.05}


@dataclass(frozen=True)
class Stage:
    """A part of the training: the share of each kind, and how far its wordings go.

    Attributes:
        shares: kind -> share.
        loose: see `Writer`.
        rare: see `Writer`.
        strict: see `Writer`.
    """

    shares: dict[str, float]
    loose: float = 0.0
    rare: float = 0.0
    strict: bool = False

    def wordings(self) -> dict[str, float | bool]:
        return {"loose": self.loose, "rare": self.rare, "strict": self.strict}


# What is learnt last gets the most of the end: to judge, to take part in any wording, and to
# find the subject of a passage that is full of other rare words.
STAGES = [
    Stage({kind: share for kind, (_, share) in KINDS.items()}),
    Stage(
        {
            "question": 0.21,
            "seed": 0.05,
            "plain": 0.02,
            "self_instruct": 0.07,
            "evol_instruct": 0.10,
            "evol_quality": 0.07,
            "ultrafeedback": 0.30,
            "quality_scorer": 0.04,
            "complexity_scorer": 0.02,
            "magpie": 0.12,
        },
        loose=0.35,
        strict=True,
    ),
    Stage(
        {
            "question": 0.20,
            "seed": 0.05,
            "plain": 0.03,
            "self_instruct": 0.11,
            "evol_instruct": 0.09,
            "evol_quality": 0.07,
            "ultrafeedback": 0.28,
            "quality_scorer": 0.04,
            "complexity_scorer": 0.02,
            "magpie": 0.11,
        },
        loose=0.35,
        rare=0.4,
        strict=True,
    ),
]
# To end with, all qualities alike: where the model is in doubt, it should not find fault.
STAGES.append(replace(STAGES[-1], strict=False))


def examples(seed: int, weak: bool = False, stage: int = 0) -> Iterator[Example]:
    """Examples of all kinds without end, as a stage of the training wants them."""
    wanted = STAGES[stage]
    write = Writer(random.Random(seed), weak=weak, **wanted.wordings())
    while True:
        kind = write.rng.choices(list(wanted.shares), list(wanted.shares.values()))[0]
        yield KINDS[kind][0](write)


def short_examples(seed: int, weak: bool = False) -> Iterator[Example]:
    """The short kinds only, for the first part of the training."""
    write = Writer(random.Random(seed), weak=weak)
    while True:
        kind = write.rng.choices(list(SHORT), list(SHORT.values()))[0]
        yield KINDS[kind][0](write)
