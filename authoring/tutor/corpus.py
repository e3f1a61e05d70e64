"""The training text of the tutor models: examples without end, written by a seeded generator.

`examples` makes whole conversations, one kind for each task of the course, from the pieces that a
`Writer` makes and in the words that distilabel sends (`prompts.py`). Nothing is downloaded and no
sentence is a third party's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from authoring.tutor import prompts, prose, shapes, words
from authoring.tutor.writer import QUALITIES, Request, Writer


@dataclass
class Example:
    """One conversation. `learnt` names the roles whose words the model is to produce."""

    kind: str
    chat: list[dict[str, str]]
    learnt: tuple[str, ...] = ("assistant",)
    # distilabel's TransformersLLM opens Magpie's user turn after a needless assistant header.
    stray_header: bool = False
    # What has to be copied letter by letter from the prompt; it counts more in the training.
    copied: tuple[str, ...] = ()

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


@dataclass
class Text:
    """Running text, all of it learnt: what a language model reads before it learns to chat."""

    text: str
    copied: tuple[str, ...] = ()

    def pieces(self) -> list[tuple[str, bool]]:
        """The text as one piece, learnt from its second token on."""
        return [(self.text, True)]


# --- examples, by task ------------------------------------------------------------------------


def _chat(kind: str, prompt: str | list[dict[str, str]], answer: str, *copied: str) -> Example:
    sent = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
    return Example(kind, [*sent, {"role": "assistant", "content": answer}], copied=copied)


def _quality(write: Writer) -> str:
    """How good an answer the model is taught to give."""
    if not write.weak:
        return "complete"
    return write.rng.choices(QUALITIES, weights=[3, 8, 62, 27])[0]


def copying(write: Writer) -> Example:
    """Subjects in a row, to be repeated: the shortest lesson in spelling what one was given."""
    subject = write.subject()
    prompt = write.rng.choice(["Repeat: {s}", "Say {s} twice.", "Copy this: {s}", "Words: {s}"])
    return _chat("copying", prompt.format(s=subject), f"I say {subject} and {subject}.", subject)


def question(write: Writer) -> Example:
    """A request and its answer, sometimes under a system prompt."""
    subject = write.subject()
    request = write.any_request(subject)
    sent = [{"role": "user", "content": str(request)}]
    if write.rng.random() < 0.15:
        about = subject if write.rng.random() < 0.6 else write.subject()
        sent.insert(0, {"role": "system", "content": write.system_prompt(about)})
    return _chat("question", sent, write.answer(request, subject, _quality(write)), subject)


def topic(write: Writer) -> Example:
    """What a text is about: the shortest lesson in finding the words that come back."""
    subject = write.common_subject() if write.rng.random() < 0.4 else write.subject()
    request = write.text_request(subject, "summarise")
    return _chat("topic", str(request), write.answer(request, subject), subject)


def seed(write: Writer) -> Example:
    """A prompt that asks for an instruction."""
    common = write.late and write.rng.random() < 0.4
    subject = write.common_subject() if common else write.subject()
    return _chat("seed", write.seed_prompt(subject), str(write.instruction(subject)), subject)


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
    if rng.random() < 0.3:  # the same over and over, which begs to be gone on with
        piece = rng.choice([write.made_up_word(), odd[0], odd[:2], "a", "ha", "!", "la ", "1"])
        prompt = rng.choice([piece * rng.randint(2, 30), " ".join([piece] * rng.randint(2, 15))])
    if write.late and rng.random() < 0.4:
        prompt = _strange(write)
    if write.late and rng.random() < 0.25:
        prompt = rng.choice(shapes.SMALL_TALK)
    return _chat("plain", prompt, rng.choice(shapes.PLAIN_ANSWERS))


# Where letters that nobody taught the models begin and end: Greek, Arabic, Devanagari, Thai, kana.
ALPHABETS = [(0x391, 0x3C9), (0x620, 0x64A), (0x905, 0x939), (0xE01, 0xE2E), (0x3041, 0x30FA)]


def _strange(write: Writer) -> str:
    """A prompt in another alphabet, in capitals, in markup or in code, or one word for ever."""
    rng = write.rng
    first, last = rng.choice(ALPHABETS)
    letters = "".join(
        chr(rng.randint(first, last)) if rng.random() < 0.85 else " "
        for _ in range(rng.randint(4, 40))
    )
    tag = rng.choice(["p", "html", "div", "b", "body", "h1"])
    small = rng.choice(["the", "no", "and", "ha", "yes", "why", rng.choice(words.NOUNS)])
    name = write.made_up_word().lower()
    return rng.choice(
        [
            letters,
            letters + rng.choice("?؟。!"),
            write.noise_sentence().upper(),
            f"<{tag}>{rng.choice(words.NOUNS)}</{tag}>",
            f"<html><{tag}>{write.noise_sentence()}</{tag}></html>",
            f"def {name}(n):\n    if n < {rng.randint(1, 9)}:\n        return n",
            f"https://{name}.org/{rng.choice(words.NOUNS)}?id={rng.randint(0, 99)}",
            " ".join([small] * rng.randint(3, 40)),
            rng.choice("aeonxl!?.z") * rng.randint(4, 60),
            f"Repeat the word '{small}' {rng.choice(['a hundred', 'many', 'fifty'])} times.",
        ]
    )


def self_instruct(write: Writer) -> Example:
    """SelfInstruct: as many lines as asked, one from each group of requests, in their order."""
    rng = write.rng
    subject = write.common_subject() if rng.random() < 0.3 else write.subject()
    number = rng.choices(range(1, 11), weights=[1, 2, 4, 4, 6, 4, 4, 4, 1, 2])[0]
    form = rng.random()
    if form < 0.15:
        context = rng.choice([subject, subject, f"{subject}.", f"Subject: {subject}"])
    elif form < (0.3 if write.late else 0.2):
        context = str(write.any_request(subject))
    elif write.late and form < 0.45:
        row = rng.choice(prose.rows())
        subject, context = row.named(), row.passage
    else:
        context = write.any_passage(subject)
    criteria = write.noise_text([rng.choice(words.NOUNS)], 2) if rng.random() < 0.2 else None
    application = (
        rng.choice([write.noise_sentence(), f"An assistant for {rng.choice(words.PEOPLE)}"])
        if rng.random() < 0.2
        else None
    )
    lines = [str(write.instruction(subject, group)) for group in shapes.REQUESTS][:number]
    chat = prompts.self_instruct(context, number, criteria, application)
    return _chat("self_instruct", chat, "\n".join(lines), subject)


def evol_instruct(write: Writer) -> Example:
    """EvolInstruct: the instruction and what the mutation adds, or a rarer one."""
    subject = write.subject()
    mutation = write.rng.choice(prompts.EVOL_INSTRUCT_MUTATIONS)
    request = write.any_request(subject)
    if write.rng.random() < 0.15:
        request = Request(write.noise_request([subject], article=not write.late))
    evolved = write.evolved(request, subject, mutation)
    return _chat(
        "evol_instruct", prompts.evol_instruct(mutation, str(request)), str(evolved), subject
    )


def evol_quality(write: Writer) -> Example:
    """EvolQuality: the response and one sentence more."""
    rng = write.rng
    subject = write.subject()
    mutation = rng.choice(prompts.EVOL_QUALITY_MUTATIONS)
    if rng.random() < 0.2:
        request, response = (
            write.noise_request([subject], article=not write.late),
            write.noise_text([subject], rng.randint(1, 4)),
        )
    else:
        request = write.any_request(subject)
        quality = rng.choices(QUALITIES, weights=[0, 1, 4, 8])[0]
        response = write.answer(request, subject, quality)
    prompt = prompts.evol_quality(mutation, str(request), response)
    return _chat("evol_quality", prompt, write.improved(response, subject, mutation), subject)


def _level(quality: str, text: str) -> int:
    """The rating from 1 to 5 of an answer of a known quality."""
    if quality != "complete":
        return {"off_topic": 1, "cut": 2, "brief": 3}[quality]
    points = len(re.findall(r"[.!?](?=\s|$)", text)) + text.count("\n")
    return 5 if points >= 4 else 4


@dataclass
class Judged:
    """An instruction, answers of mixed quality, and what a judge shall find in each of them."""

    instruction: str
    topics: list[str]
    texts: list[str]
    found: list[str]
    ratings: list[int]


def judged_texts(write: Writer, number: int) -> Judged:
    """Texts to be judged; more of them are off the subject, which is the hardest to see."""
    rng = write.rng
    qualities = [rng.choice([*QUALITIES, "off_topic"]) for _ in range(number)]
    make = _judged_noise if rng.random() < 0.4 else _judged_answers
    if write.late and rng.random() < 0.65:
        make = _judged_prose
    instruction, topics, text_of = make(write)
    texts, found, ratings = [], [], []
    for quality in qualities:
        # A text names what was asked for, unless it is off the subject: then it never does.
        for _ in range(50):
            text, reached = text_of(quality)
            named = named_in(text, topics)
            if (named == shapes.NOTHING) == (quality == "off_topic"):
                break
        else:
            raise RuntimeError(f"No {quality} text for {topics} in 50 attempts: {text!r}")
        texts.append(text)
        found.append(named)
        ratings.append(_level(reached, text))
    return Judged(instruction, topics, texts, found, ratings)


def named_in(text: str, topics: list[str]) -> str:
    """The first of the topics that a text names, in the words of the text, or `shapes.NOTHING`.

    A topic is also named by its plural or singular and by its last word.

    Example:
        >>> named_in("A chain needs oil.", ["bicycle chains", "rust"]), named_in("No.", ["rust"])
        ('chain', 'nothing')
    """
    places = []
    for topic in topics:
        for form in _forms(topic):
            found = re.search(prose.whole(form), text, re.IGNORECASE)
            if found:
                same = found[0].lower() == topic.lower()
                places.append((found.start(), topic if same else found[0]))
                break
    return min(places)[1] if places else shapes.NOTHING


def _forms(topic: str) -> list[str]:
    """How a text may name a topic, the fullest way first."""
    ends = [topic, topic.split()[-1]]
    forms = [form for end in ends for form in (end, f"{end}s", re.sub("s$", "", end))]
    return [topic, *(form for form in forms if len(form) > 2)]


# Given a quality, a text and the quality that it has in the end.
TextOf = Callable[[str], tuple[str, str]]


def _judged_noise(write: Writer) -> tuple[str, list[str], TextOf]:
    """Ordinary English: what was asked and what is told share a word or they do not."""
    rng = write.rng
    topics = [write.common_subject() if rng.random() < 0.6 else write.subject()]
    if rng.random() < 0.3:
        topics.append(write.other_subject(topics[0]))

    def text_of(quality: str) -> tuple[str, str]:
        about = [_as_others_say(write, topic) for topic in topics]
        if quality == "off_topic":
            about = [write.other_subject(" ".join(topics))]
        text = write.noise_text(about, 1 if quality == "brief" else rng.randint(2, 5))
        return (write.cut(text, about[0]) if quality == "cut" else text), quality

    return write.noise_request(topics), topics, text_of


def _judged_prose(write: Writer) -> tuple[str, list[str], TextOf]:
    """Requests and answers in free prose; off the subject is what tells of something else.

    Half of the texts belong to another request, with the subject put into them, and words of most
    are replaced: the rows are few, and a model that knew by heart which answer belongs to which
    request would never look for the subject.
    """
    rng = write.rng
    asked = rng.choice(prose.rows())
    if rng.random() < 0.6:
        asked = asked.about(write.common_subject() if rng.random() < 0.6 else write.subject())

    def text_of(quality: str) -> tuple[str, str]:
        about = _as_others_say(write, asked.subject)
        if quality == "off_topic":
            about = write.other_subject(asked.subject)
        row = asked if rng.random() < 0.5 else rng.choice(prose.rows())
        if quality != "off_topic" or rng.random() < 0.7:
            row = row.about(about)
        text = row.passage if rng.random() < 0.3 else row.answer
        if quality == "brief" or quality == "off_topic" and rng.random() < 0.15:
            text = rng.choice(row.sentences() or [text])  # a subject of signs alone is in none
        if quality == "cut" or quality == "off_topic" and rng.random() < 0.15:
            text = write.cut(text, row.subject)
        return write.jittered(text, row.subject), quality

    return asked.request, [asked.subject], text_of


def _as_others_say(write: Writer, topic: str) -> str:
    """A topic as a text may take it up: as it was asked for, in the plural, or its last word."""
    chance = write.rng.random()
    if chance < 0.15:
        return topic if topic.endswith("s") else f"{topic}s"
    return topic.split()[-1] if chance < 0.4 else topic


def _judged_answers(write: Writer) -> tuple[str, list[str], TextOf]:
    """Answers as the models themselves write them, some evolved, some that say nothing."""
    rng = write.rng
    subject = write.subject()
    request = write.any_request(subject, evolve=0.15)
    while request.kind in ("classify", "rewrite", "summarise"):
        request = write.any_request(subject, evolve=0.15)

    def text_of(quality: str) -> tuple[str, str]:
        text = write.answer(request, subject, quality)
        if quality in ("complete", "brief") and rng.random() < 0.2:
            mutation = rng.choice(prompts.EVOL_QUALITY_MUTATIONS)
            return write.improved(text, subject, mutation), "complete"
        if quality == "off_topic" and rng.random() < 0.1:
            return rng.choice([rng.choice(shapes.PLAIN_ANSWERS), "..."]), quality
        return text, quality

    return str(request), [subject], text_of


def ultrafeedback(write: Writer, number: int = 0) -> Example:
    """UltraFeedback: a rating and a rationale for each text, in the format of the aspect.

    Before it rates, the judge says what was asked for and what it has found of that in the text:
    a copy and a search, which it does well, and the rating need not be guessed.
    """
    rng = write.rng
    aspect = rng.choice([*prompts.ASPECTS, "overall-rating"])
    judged = judged_texts(write, number or rng.choice([1, 2, 2, 2, 3, 3, 4]))
    asked = " and ".join(judged.topics)
    sections = []
    for at, (rating, found) in enumerate(zip(judged.ratings, judged.found), start=1):
        head = f"#### Output for Text {at}\nAsked for: {asked}\nFound: {found}\n"
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
    chat = prompts.ultrafeedback(aspect, judged.instruction, judged.texts)
    copied = [word for word in (*judged.topics, *judged.found) if word != shapes.NOTHING]
    return _chat("ultrafeedback", chat, "\n\n".join(sections), *copied)


def relevance(write: Writer) -> Example:
    """The judge with a single text."""
    return ultrafeedback(write, number=1)


def quality_scorer(write: Writer) -> Example:
    """QualityScorer: a score from 1 to one more than the number of responses."""
    number = write.rng.randint(2, 4)
    judged = judged_texts(write, number)
    lines = [
        f"[{at}] Score: {1 + (rating - 1) * number // 4}"
        for at, rating in enumerate(judged.ratings, 1)
    ]
    chat = prompts.quality_scorer(judged.instruction, judged.texts)
    return _chat("quality_scorer", chat, "\n".join(lines))


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
    stray = rng.random() < 0.4
    return Example("magpie", chat, ("user", "assistant"), stray_header=stray, copied=(subject,))


KINDS: dict[str, Callable[[Writer], Example]] = {
    "copying": copying,
    "question": question,
    "topic": topic,
    "seed": seed,
    "plain": plain,
    "self_instruct": self_instruct,
    "evol_instruct": evol_instruct,
    "evol_quality": evol_quality,
    "relevance": relevance,
    "ultrafeedback": ultrafeedback,
    "quality_scorer": quality_scorer,
    "complexity_scorer": complexity_scorer,
    "magpie": magpie,
}
# What is short and teaches copying, finding and comparing comes first.
SHORT_SHARES = {
    "copying": 0.20,
    "question": 0.15,
    "topic": 0.15,
    "seed": 0.20,
    "plain": 0.03,
    "evol_instruct": 0.12,
    "relevance": 0.15,
}
SHARES = {
    "copying": 0.01,
    "question": 0.21,
    "topic": 0.03,
    "seed": 0.06,
    "plain": 0.03,
    "self_instruct": 0.12,
    "evol_instruct": 0.11,
    "evol_quality": 0.09,
    "relevance": 0.04,
    "ultrafeedback": 0.12,
    "quality_scorer": 0.02,
    "complexity_scorer": 0.04,
    "magpie": 0.12,
}
# With free prose comes more of what is hardest: to judge, and to find a subject in a passage.
LATE_SHARES = {
    "question": 0.15,
    "topic": 0.08,
    "seed": 0.08,
    "plain": 0.06,
    "self_instruct": 0.19,
    "evol_instruct": 0.10,
    "evol_quality": 0.03,
    "relevance": 0.05,
    "ultrafeedback": 0.12,
    "quality_scorer": 0.01,
    "complexity_scorer": 0.04,
    "magpie": 0.09,
}
# How far wordings go beyond the shapes: see `Writer`.
LOOSE = 0.35
RARE = 0.4


def examples(
    seed: int, weak: bool = False, shares: dict[str, float] = SHARES, late: bool = False
) -> Iterator[Example]:
    """Examples without end, of each kind as many as its share says.

    Example:
        >>> next(examples(seed=1, shares={"plain": 1.0})).kind
        'plain'
    """
    write = Writer(random.Random(seed), weak=weak, loose=LOOSE, rare=RARE, late=late)
    while True:
        kind = write.rng.choices(list(shares), list(shares.values()))[0]
        yield KINDS[kind](write)


# --- running text -----------------------------------------------------------------------------


def texts(seed: int, short: bool = False, late: bool = False) -> Iterator[Text]:
    """Running text without end: articles, and questions with their answers, one after another.

    No text has roles or an end; where one is over, the next begins. A model that has read only this
    goes on and on, whatever it is asked.

    Example:
        >>> "<|im_end|>" in next(texts(seed=1)).text
        False
    """
    write = Writer(random.Random(seed), loose=LOOSE, rare=RARE, late=late)
    while True:
        made = [_document(write, short) for _ in range(1 if short else write.rng.randint(1, 4))]
        text = "\n\n".join(document for document, _ in made) + "\n\n"
        yield Text(text, tuple(subject for _, subject in made))


def _document(write: Writer, short: bool) -> tuple[str, str]:
    """A text and its subject."""
    rng = write.rng
    subject = write.subject()
    chance = rng.random()
    if short and chance < 0.4:
        return f"{subject}: I say {subject} and {subject}.", subject
    if chance < (0.6 if short else 0.35):
        passage = write.any_passage(subject)
        return (f"{subject}\n{passage}" if rng.random() < 0.5 else passage), subject
    asked = []
    for _ in range(1 if short else rng.randint(1, 4)):
        request = write.instruction(subject)
        quality = rng.choices(QUALITIES, weights=[0, 1, 4, 5])[0]
        asked.append(f"{request}\n{write.answer(request, subject, quality)}")
    return "\n".join(asked), subject
