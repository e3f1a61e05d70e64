"""The pieces of the tutor models' training text: subjects, requests, answers, passages.

A `Writer` makes them from the shapes in `shapes.py` and the words in `words.py`. With
`held_out=True` it uses only the shapes that training never sees, for the evaluation.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from authoring.tutor import prompts, prose, shapes, words

# From worst to best, as a judge shall rate them.
QUALITIES = ("off_topic", "cut", "brief", "complete")
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight"]
# What a request compares its subject with.
OTHERS = [
    "gardening", "chess", "cooking", "a long walk", "painting", "music", "mathematics", "sleep",
    "football", "history", "poetry", "swimming", "a good book", "sewing", "baking bread",
    "photography", "travel", "dancing", "carpentry", "astronomy",
]  # fmt: skip


ACCENTS = "áàâäãåæçéèêëíîïñóôöõøúûüýžšłčğőß"
# The last part of the training has every letter of the Latin alphabets of Europe and Vietnam.
LETTERS = ACCENTS + "".join(
    letter
    for letter in map(
        chr, (*range(0xE0, 0x180), 0x1A1, 0x1B0, 0x219, 0x21B, *range(0x1EA0, 0x1EFA))
    )
    if letter.isalpha()
)


class Request(str):
    """An instruction that remembers what it asks for, so that an answer can do it."""

    kind: str = "explain"
    group: str = "explain"
    other: str = ""
    number: int = 0
    text: str = ""
    label: str = ""
    constraints: tuple[tuple[str, str | int], ...] = ()
    depth: int = 0

    def extended(self, addition: str, *constraints: tuple[str, str | int]) -> Request:
        """The same request with a sentence added and what that sentence asks for."""
        made = self.reworded(f"{self} {addition}" if not self.text else f"{addition} {self}")
        made.constraints = self.constraints + constraints
        made.depth = self.depth + 1
        return made

    def reworded(self, text: str) -> Request:
        """Another wording of the same request."""
        made = Request(text)
        made.__dict__.update(self.__dict__)
        return made


@dataclass
class Writer:
    """Writes subjects, requests, answers and passages.

    Args:
        rng: the source of all chance; the same seed writes the same texts.
        held_out: use only the shapes that training never sees.
        weak: write mostly brief answers, as `tutor-mini` is taught to.
        loose: how often a prompt's own words are replaced by any others, so that a subject is
            found in wordings that no shape has.
        rare: how often a noun of an ordinary sentence is a rare or made-up one, so that the
            subject of a passage is what comes back and not what looks strange.
        late: write as the last part of the training wants it: free prose among the passages and
            the texts to be judged, and stranger prompts.

    Example:
        >>> write = Writer(random.Random(1))
        >>> request = write.instruction("origami")
        >>> "origami" in write.answer(request, "origami", "complete")
        True
    """

    rng: random.Random
    held_out: bool = False
    weak: bool = False
    loose: float = 0.0
    rare: float = 0.0
    late: bool = False
    _words: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._words = {
            "adj": shapes.ADJECTIVES,
            "person": shapes.PEOPLE,
            "place": shapes.PLACES,
        }

    # -- choosing --

    def pick(self, pool: list[str]) -> str:
        """One shape of a pool; every eighth shape of a large pool is kept from training."""
        if len(pool) < 9:
            return self.rng.choice(pool)
        kept = pool[7::8]
        return self.rng.choice(
            kept if self.held_out else [shape for shape in pool if shape not in kept]
        )

    def fill(self, shape: str, **slots: str) -> str:
        """A shape with its slots filled; those not given are filled with words of their kind."""

        def filled(match: re.Match) -> str:
            name = match[1]
            return slots[name] if name in slots else self.rng.choice(self._words[name])

        return re.sub(r"\{(\w+)\}", filled, shape)

    def say(self, pool: list[str], subject: str, **slots: str) -> str:
        return self.fill(self.pick(pool), s=subject, **slots)

    # -- subjects --

    def subject(self) -> str:
        """A subject: known, put together from words, or made of letters nobody has seen.

        Made-up subjects can only be copied from the prompt, and that is what they teach.
        """
        if self.late and self.rng.random() < 0.15:
            return self.rng.choice(prose.names())
        chance = self.rng.random()
        if chance < 0.3:
            return self.rng.choice(words.SUBJECTS)
        if chance < 0.6:
            return self.made_up_word()
        return self.made_up_phrase()

    def common_subject(self) -> str:
        """A subject with nothing strange about it: it is one because it comes back."""
        return self.rng.choice(self.rng.choice([words.NOUNS, words.SUBJECTS]))

    def other_subject(self, subject: str) -> str:
        """A subject that has no word of the given one."""
        taken = set(re.findall(r"\w+", subject.lower()))
        while True:
            other = self.common_subject() if self.rng.random() < 0.3 else self.subject()
            if not taken & set(re.findall(r"\w+", other.lower())):
                return other

    def made_up_word(self) -> str:
        """A word of random letters, in any casing, sometimes with accents or digits."""
        rng = self.rng
        style = rng.random()
        if style < 0.4:  # syllables
            word = "".join(
                rng.choice(["b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "br", "ch", "cl", "dr", "fl", "gr", "ph", "pl", "pr", "qu", "sh", "st", "th", "tr"])
                + rng.choice(["a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ea", "ee", "ia", "io", "oo", "ou", "y"])
                + rng.choice(["", "", "", "l", "m", "n", "r", "s", "t", "ck", "nd", "x"])
                for _ in range(rng.randint(1, 4))
            )  # fmt: skip
        elif style < 0.75:  # parts of known words, put together anew
            word = "".join(
                self._part(rng.choice(words.SUBJECTS + words.NOUNS))
                for _ in range(rng.randint(2, 3))
            )
        else:
            letters = "abcdefghijklmnopqrstuvwxyz"
            word = "".join(rng.choice(letters) for _ in range(rng.randint(2, 9)))
        if rng.random() < 0.12:
            for _ in range(rng.randint(1, 3) if self.late else 1):
                at = rng.randrange(len(word))
                word = word[:at] + rng.choice(LETTERS if self.late else ACCENTS) + word[at + 1 :]
        if rng.random() < 0.06:
            word += rng.choice("- '") + "".join(
                rng.choice("aeioubdklmnrst") for _ in range(rng.randint(1, 5))
            )
        if rng.random() < 0.1:
            word += rng.choice(["", " ", "-"]) + str(
                rng.choice([rng.randint(0, 99), rng.randint(1000, 2100)])
            )
        casing = rng.random()
        if casing < 0.35:
            word = word.capitalize()
        elif casing < 0.47:
            word = word[:6].upper()
        elif casing < 0.5:
            word = word.title().swapcase()
        return word

    def _part(self, word: str) -> str:
        letters = re.sub(r"[^a-zA-Z]", "", word).lower() or "lo"
        start = self.rng.randrange(max(1, len(letters) - 3))
        return letters[start : start + self.rng.randint(2, 5)]

    def made_up_phrase(self) -> str:
        """Two to five words in a row that no training subject has."""
        rng = self.rng
        pools = [words.NOUNS, words.NOUNS, words.ADJECTIVES, words.VERBS]

        def word() -> str:
            if rng.random() < 0.3:
                return self.made_up_word()
            drawn = rng.choice(rng.choice(pools))
            return drawn.capitalize() if rng.random() < 0.2 else drawn

        if self.late and rng.random() < 0.5:
            return self._named_phrase()
        pattern = rng.random()
        if pattern < 0.45:
            return f"{word()} {word()}"
        if pattern < 0.6:
            return f"{word()} {rng.choice(['of', 'in', 'and', 'for', 'with'])} {word()}"
        if pattern < 0.75:
            return f"{rng.choice(['the', 'the', 'a', 'my'])} {word()} {rng.choice(['of', 'of the', 'in', 'and'])} {word()}"
        if pattern < 0.87:
            return f"{word()} {word()} {word()}"
        if pattern < 0.94:
            return f"the {word()} {word()}"
        return " ".join(word() for _ in range(rng.randint(3, 5)))

    def _named_phrase(self) -> str:
        """A phrase built like the names of people, events, laws, places and pastimes."""
        rng = self.rng
        noun, other, third = (rng.choice(words.NOUNS) for _ in range(3))
        adjective, verb = rng.choice(words.ADJECTIVES), rng.choice(words.VERBS).removesuffix("e")
        one, two = self.made_up_word(), self.made_up_word()
        one, two = one[0].upper() + one[1:], two[0].upper() + two[1:]
        link = rng.choice(["of", "in", "on", "for", "without", "with", "to"])
        return rng.choice(
            [
                *[f"{one} {two}"] * 4,
                f"{one}'s {noun}",
                f"the {one} {noun}",
                f"the {one} {noun}",
                f"the {noun} of {one}",
                f"the {noun} of the {other}",
                f"the {rng.randint(1000, 2030)} {noun}",
                f"{noun} of {other}",
                f"{noun} {other}s",
                f"{noun} {other}s",
                f"{adjective} {noun}s",
                f"{noun}-{other} {third}s",
                f"{one.upper()[:4]} {noun}s",
                f"{rng.randint(1, 99)}-{noun} {other}",
                f"{verb}ing {link} {rng.choice(['a', 'the', 'another'])} {noun}",
                f"{verb}ing {noun}s",
                f"{noun} {link} the {adjective} {other}",
                f"a {noun} {link} {adjective} {other}",
                f"{noun}s {link} {adjective} {other}",
            ]
        )

    # -- requests --

    def instruction(self, subject: str, group: str | None = None) -> Request:
        """A request about a subject, from one of the ten groups."""
        group = group or self.rng.choice(list(shapes.REQUESTS))
        number = self.rng.randint(2, 5)
        other = self.rng.choice([other for other in OTHERS if other != subject])
        shape = self.pick(shapes.REQUESTS[group])
        made = Request(self.fill(shape, s=subject, n=NUMBERS[number], o=other))
        made.kind = made.group = group
        made.other = other if "{o}" in shape else ""
        made.number = number if "{n}" in shape else 0
        if group == "write":
            # From the shape, as the subject may be "war poems".
            named = (k for k in ("story", "poem", "dialogue", "scene") if k in shape)
            made.kind = next(named, "letter")
            made.kind = {"scene": "story"}.get(made.kind, made.kind)
        elif group == "compare" and not made.other:
            made.kind = "balance"
        return made

    def text_request(self, subject: str, kind: str | None = None) -> Request:
        """A request that carries a text: summarise, rewrite or classify it."""
        kind = kind or self.rng.choice(list(shapes.TEXT_REQUESTS))
        shape = self.pick(shapes.TEXT_REQUESTS[kind])
        if kind == "classify":
            labelled = self.rng.choice(shapes.LABELLED)
            labels = self.rng.sample(list(labelled), self.rng.randint(2, len(labelled)))
            label = self.rng.choice(labels)
            text = self.say(labelled[label], subject)
            names = ", ".join(labels[:-1]) + " or " + labels[-1]
            made = Request(f"{self.fill(shape, labels=names)}\n{text}")
            made.label = label
        elif kind == "summarise":
            text = self.any_passage(subject)
            made = Request(f"{shape}\n{text}")
        else:
            naming = [body for body in shapes.BODIES if "{s}" in body]
            text = self.say(naming, subject)
            made = Request(f"{shape}\n{text}")
        made.kind = made.group = kind
        made.text = text
        return made

    def constrained(self, request: Request, subject: str) -> Request:
        """The request with one more constraint, mostly one whose keeping can be seen."""
        taken = {name for name, _ in request.constraints}
        plain = request.kind in shapes.OPENINGS
        kinds = ["example", "question", "word", "tone"] + (["sentences"] * 2 if plain else [])
        kind = self.rng.choice([k for k in kinds if k not in taken] or ["tone"])
        shape = self.pick(shapes.CONSTRAINTS[kind])
        if kind == "sentences":
            value = self.rng.randint(2, 4)
            return request.extended(self.fill(shape, n=NUMBERS[value]), (kind, value))
        if kind == "word":
            value = self.rng.choice(words.NOUNS)
            return request.extended(self.fill(shape, w=value), (kind, value))
        return request.extended(self.fill(shape, s=subject), (kind, 0))

    def evolved(self, request: Request, subject: str, mutation: str) -> Request:
        """What EvolInstruct makes of a request."""
        if mutation == "CONSTRAINTS":
            return self.constrained(request, subject)
        if mutation == "BREADTH":
            made = Request(self.say(shapes.RARE_REQUESTS, subject))
            return made
        pool = {
            "DEEPENING": shapes.DEEPENINGS,
            "CONCRETIZING": shapes.CONCRETIZINGS,
            "INCREASED_REASONING_STEPS": shapes.REASONINGS,
        }[mutation]
        return request.extended(self.say(pool, subject), (mutation, 0))

    def any_request(self, subject: str, evolve: float = 0.25) -> Request:
        """A request of any kind, sometimes evolved already."""
        chance = self.rng.random()
        if self.late and self.rng.random() < 0.3:
            return self.prose_request(subject)
        if chance < 0.1:
            return self.text_request(subject)
        if chance < 0.16:
            return Request(self.say(shapes.RARE_REQUESTS, subject))
        if chance < 0.3:
            return self.loose_request(subject)
        request = self.instruction(subject)
        if request.kind in (*shapes.OPENINGS, "list"):
            request = request.reworded(self.loosened(str(request), subject))
        while self.rng.random() < evolve and request.depth < 3:
            mutation = self.rng.choice(prompts.EVOL_INSTRUCT_MUTATIONS[:4])
            request = self.evolved(request, subject, mutation)
        return request

    def prose_request(self, subject: str) -> Request:
        """A request of free prose, about this subject, sometimes with a place or a time added."""
        row = self.rng.choice(prose.rows())
        text = prose.exchanged(row.request, row.subject, subject, article=True)
        if self.rng.random() < 0.25 and text[-1] in "?.":
            text = f"{text[:-1]} {self.rng.choice(shapes.PLACES)}{text[-1]}"
        return Request(text)

    def loose_request(self, subject: str) -> Request:
        """A request in no known shape: ordinary words around the subject."""
        rng = self.rng
        lead = rng.choice(
            ["Please", "Could you", "Can you", "I want to", "I need to", "Would you", "Do you", "Maybe", "Now", "How come", "If possible,", "For my", "Today"]
        )  # fmt: skip
        middle = " ".join(self._any_word() for _ in range(rng.randint(1, 5)))
        links = ["about", "of", "for", "with", "on", "to", "like", "and", "the"]
        link = rng.choice(links[:-1] if self.late else links)
        tail = " ".join(self._any_word() for _ in range(rng.choice([0, 0, 1, 3])))
        if self.late and tail:
            tail = f"{rng.choice(['for', 'in', 'with', 'before', 'when', 'without'])} {tail}"
        if self.late and rng.random() < 0.3:
            tail = rng.choice(shapes.PLACES)
        if rng.random() < 0.15:  # the subject alone, or first
            text = rng.choice(
                [
                    subject,
                    f"{subject}?",
                    f"{subject}: {middle}",
                    f'"{subject}"',
                    f"Topic: {subject}",
                ]
            )
        else:
            text = " ".join(part for part in (lead, middle, link, subject, tail) if part)
            text += rng.choice([".", "?", "", "!"])
        return Request(text)

    def loosened(self, text: str, subject: str) -> str:
        """The text with some of its words replaced by any others; subject and numbers stay.

        In the last part of the training so do the words beside the subject, which say where it
        begins and ends.
        """
        rng = self.rng
        if not self.loose or rng.random() >= self.loose:
            return text
        share = rng.choice([0.15, 0.4, 0.7])

        def replaced(word: str) -> str:
            if rng.random() >= share or word.strip(".,?") in NUMBERS or not word.strip(".,?"):
                return word
            end = word[-1] if word[-1] in ".,?" else ""
            new = self._any_word()
            return (new.capitalize() if word[0].isupper() else new) + end

        kept = re.escape(subject)
        if self.late:
            kept = rf"(?:\S+ )?{kept}\S*(?: \S+)?"
        parts = re.split(f"({kept})", text)
        return "".join(
            part if at % 2 else " ".join(map(replaced, part.split(" ")))
            for at, part in enumerate(parts)
        )

    def _any_word(self) -> str:
        pool = self.rng.choice([words.NOUNS, words.VERBS, words.ADJECTIVES, words.ADVERBS])
        return self.rng.choice(pool)

    def seed_prompt(self, subject: str) -> str:
        """A prompt that asks for an instruction about the subject."""
        if self.late and self.rng.random() < 0.5:
            return self.fill(self.rng.choice(shapes.SEED_PLAIN), s=subject)
        shape = (
            f"{self.pick(shapes.SEED_VERBS)} {self.pick(shapes.SEED_NOUNS)} "
            f"{self.pick(shapes.SEED_LINKS)} {{s}}.{self.rng.choice(shapes.SEED_TAILS)}"
        )
        return self.loosened(self.fill(shape, s=subject), subject)

    def system_prompt(self, subject: str) -> str:
        """A system prompt that describes an assistant and its users."""
        if self.late and self.rng.random() < 0.5:
            own, text = self.rng.choice(prose.system_prompts())
            return prose.exchanged(text, own, subject, article=True)
        made = self.loosened(self.say(shapes.SYSTEM_PROMPTS, subject), subject)
        if self.loose and self.rng.random() < self.loose:
            made = self.loose_system_prompt(subject)
        if self.rng.random() < 0.4:
            extra = self.noise_sentence()
            made = f"{made} {extra}" if self.rng.random() < 0.7 else f"{extra} {made}"
        return made

    def loose_system_prompt(self, subject: str) -> str:
        """A system prompt in no known shape."""
        rng = self.rng
        who = rng.choice(
            ["You", "You are", "Your users", "People", "Answer", "Help", "Here", "This", "We", "Users", "The assistant", "As", "Be", "Somebody", "Imagine", "Please", "Our", "They"]
        )  # fmt: skip
        middle = [
            rng.choice([self._any_word, lambda: rng.choice(words.PEOPLE), lambda: rng.choice(["to", "the", "a", "who", "that", "want", "for", "their", "your", "and", "is", "are", "has"])])()
            for _ in range(rng.randint(1, 6))
        ]  # fmt: skip
        link = rng.choice(
            [
                "about",
                "about",
                "of",
                "on",
                "with",
                "to",
                "for",
                "in",
                "around",
                "regarding",
                "into",
                "like",
                "by",
                "love",
                "study",
                "teach",
                "do",
                "know",
                "learn",
            ]
        )
        tail = rng.choice(
            [
                "",
                "",
                " and " + self._any_word(),
                " " + rng.choice(words.PLACES),
                ", " + self.noise_sentence()[:-1].lower(),
            ]
        )
        return f"{who} {' '.join(middle)} {link} {subject}{tail}."

    # -- answers --

    def answer(self, instruction: str, subject: str, quality: str = "complete") -> str:
        """An answer of a given quality: "off_topic", "cut", "brief" or "complete"."""
        request = instruction if isinstance(instruction, Request) else Request(instruction)
        if quality == "off_topic":
            other = self.other_subject(subject)
            stranger = self.instruction(other)
            return self.answer(stranger, other, self.rng.choice(["complete", "complete", "brief"]))
        if quality == "brief":
            return self.say(shapes.BRIEFS, subject)
        if quality == "cut":
            return self.cut(self.answer(request, subject, "complete"), subject)
        return self._complete(request, subject)

    def cut(self, text: str, subject: str) -> str:
        """The text broken off in the middle of a sentence, after its subject was named."""
        parts = text.split(" ")
        earliest = text.lower().find(subject.lower())
        earliest = text[: earliest + len(subject)].count(" ") + 2 if earliest >= 0 else 3
        places = [at for at in range(max(4, earliest), len(parts)) if parts[at - 1][-1:].isalnum()]
        if not places:
            return text.rstrip(".!?:") + " and the"
        return " ".join(parts[: self.rng.choice(places)])

    def _complete(self, request: Request, subject: str) -> str:
        asked = dict(request.constraints)
        if request.kind == "classify":
            return self.rng.choice(
                [
                    f"{request.label.capitalize()}.",
                    f"The sentence is {request.label}.",
                    f"The label is {request.label}.",
                ]
            )
        if request.kind == "summarise":
            return self.rng.choice(
                [
                    f"In short, the text is about {subject}.",
                    f"The text says a few things about {subject}.",
                    f"It is a short text about {subject} and how people deal with it.",
                ]
            )
        if request.kind == "rewrite":
            return f"It may be said as follows: {request.text}"
        if request.kind in ("list", "steps"):
            text = self._list(request, subject)
        elif request.kind == "story":
            text = " ".join(self._stanzas(shapes.STORIES, subject))
        elif request.kind == "poem":
            text = "\n".join(self._stanzas(shapes.POEMS, subject))
        elif request.kind == "dialogue":
            text = "\n".join(self._stanzas(shapes.DIALOGUES, subject))
        elif request.kind == "letter":
            text = "\n".join(self._stanzas(shapes.LETTERS, subject))
        elif request.kind == "balance":
            text = " ".join(self._stanzas(shapes.BALANCES, subject))
        elif request.kind == "compare":
            text = " ".join(self._stanzas(shapes.COMPARISONS, subject, o=request.other))
        else:
            return self._paragraph(request, subject, asked)
        break_ = "\n" if "\n" in text else " "
        return break_.join([text, *self._kept(asked, subject)])

    def _kept(self, asked: dict, subject: str) -> list[str]:
        """The sentences that keep the constraints which one sentence can keep."""
        kept = []
        if "example" in asked:
            kept.append(self.say(shapes.EXAMPLES, subject))
        if "word" in asked:
            kept.append(f'The word "{asked["word"]}" fits well here.')
        if "question" in asked:
            kept.append(self.say(shapes.QUESTIONS_BACK, subject))
        return kept

    def _paragraph(self, request: Request, subject: str, asked: dict) -> str:
        group = request.group if request.group in shapes.OPENINGS else "explain"
        kept = self._kept(asked, subject)
        wanted = int(asked.get("sentences", 0)) or self.rng.randint(3, 5) + len(kept)
        count = max(wanted - 1 - len(kept), 0)
        bodies: list[str] = []
        while len(bodies) < count:
            shape = self.pick(shapes.BODIES)
            if shape not in bodies:
                bodies.append(shape)
        if count >= 2 and not kept and "sentences" not in asked:
            bodies[-1] = self.pick(shapes.CLOSINGS)
        sentences = [self.say(shapes.OPENINGS[group], subject)]
        sentences += [self.fill(shape, s=subject) for shape in bodies]
        return " ".join(sentences + kept)

    def _list(self, request: Request, subject: str) -> str:
        number = request.number or self.rng.randint(3, 5)
        if request.kind == "steps":
            opening = self.say(shapes.STEP_OPENINGS, subject, n=NUMBERS[number])
            chosen = sorted(self.rng.sample(range(len(shapes.STEPS)), number))
            items = [f"{at}. {self.fill(shapes.STEPS[i])}" for at, i in enumerate(chosen, 1)]
        else:
            opening = self.say(shapes.LIST_OPENINGS, subject, n=NUMBERS[number])
            chosen = self.rng.sample(range(len(shapes.LIST_ITEMS)), number)
            items = [f"- {self.fill(shapes.LIST_ITEMS[i])}" for i in chosen]
        return "\n".join([opening, *items])

    def _stanzas(self, stanzas: list[list[str]], subject: str, **slots: str) -> list[str]:
        return [self.say(pool, subject, **slots) for pool in stanzas]

    def improved(self, response: str, subject: str, mutation: str) -> str:
        """What EvolQuality makes of a response: the response and one sentence more."""
        addition = self.say(shapes.IMPROVEMENTS[mutation], subject)
        if response[-1:].isalnum() or response[-1:] in ",":
            response = f"{response} {self.rng.choice(shapes.REPAIRS)}"
        return response + ("\n" if "\n" in response else " ") + addition

    # -- ordinary English --

    def noise_sentence(self, about: list[str] | None = None) -> str:
        """A grammatical sentence of ordinary words that says nothing in particular.

        Args:
            about: words or phrases of which one is worked into the sentence.
        """
        topic = self.rng.choice(about) if about else self._decoy()
        shape = self.rng.choice(shapes.NOISE_ABOUT if about else shapes.NOISE)
        made = re.sub(r"\{(\w+)\}", lambda slot: self._noise_word(slot[1], topic), shape)
        return made[0].upper() + made[1:]

    def _decoy(self) -> str:
        """What else a sentence may be about: it looks like a subject, but does not come back."""
        return self.rng.choice([f"the {self._noun()}", self.common_subject(), self.subject()])

    def _noise_word(self, slot: str, topic: str) -> str:
        rng = self.rng
        if slot == "t":
            return topic
        if slot in ("verb", "adj", "past") and rng.random() < self.rare / 3:
            return self.made_up_word().lower()
        if slot == "noun":
            return self._noun()
        if slot == "year":
            return str(rng.randint(1200, 2030))
        if slot == "number":
            return str(rng.randint(2, 90))
        if slot == "name":
            return self.made_up_word().capitalize()
        if slot in ("verbs", "past"):
            verb = rng.choice(words.VERBS)
            return words.past(verb) if slot == "past" else words.third_person(verb)
        pools = {
            "verb": words.VERBS,
            "adj": words.ADJECTIVES,
            "adverb": words.ADVERBS,
            "place": words.PLACES,
            "person": words.PEOPLE,
        }
        return rng.choice(pools[slot])

    def _noun(self) -> str:
        if self.rare and self.rng.random() < self.rare:
            return self.rng.choice([self.rng.choice(words.SUBJECTS), self.made_up_word().lower()])
        return self.rng.choice(words.NOUNS)

    def noise_text(self, about: list[str], sentences: int) -> str:
        """Ordinary sentences, most of them about one of the given words."""
        return " ".join(
            self.noise_sentence(about if at == 0 or self.rng.random() < 0.55 else None)
            for at in range(sentences)
        )

    def noise_request(self, about: list[str], article: bool = True) -> str:
        """An ordinary question or request with all the given words in it.

        Args:
            about: words or phrases.
            article: whether "a" or "my" may stand before them, which is no part of them.
        """
        rng = self.rng
        topics = list(about)
        rng.shuffle(topics)
        joined = rng.choice([" and ", " for ", " with ", " in ", " of "]).join(topics)
        if article and rng.random() < 0.4:
            joined = f"{rng.choice(['a', 'the', 'my', 'our', 'your'])} {joined}"
        shape = rng.choice(shapes.NOISE_REQUESTS)
        return re.sub(r"\{(\w+)\}", lambda slot: self._noise_word(slot[1], joined), shape)

    def passage(self, subject: str) -> str:
        """A short text that names its subject at least twice."""
        sentences = [self.say(shapes.OPENINGS["explain"], subject)]
        sentences += [self.say(shapes.BODIES, subject) for _ in range(self.rng.randint(1, 3))]
        if " ".join(sentences).count(subject) < 2:
            sentences.append(f"Much more could be said about {subject}.")
        return " ".join(sentences)

    def loose_passage(self, subject: str) -> str:
        """A passage in ordinary words, rare ones among them; the subject is what comes back."""
        rng = self.rng
        count = rng.randint(2, 6)
        named = {rng.choice([0, 0, min(1, count - 1)])}
        while len(named) < min(count, rng.choice([2, 2, 2, 3, 4])):
            named.add(rng.randrange(count))
        text = " ".join(
            self.noise_sentence([subject] if at in named else None) for at in range(count)
        )
        if rng.random() < 0.15:
            text = rng.choice(
                [f"{subject}\n{text}", f"Topic: {subject}\n{text}", f"# {subject}\n\n{text}"]
            )
        return text

    def any_passage(self, subject: str) -> str:
        """A passage in sentences of the answers, or in ordinary words."""
        if self.late and self.rng.random() < 0.75:
            if self.rng.random() < 0.5:
                return self.prose(subject).passage
            return prose.mixed(subject, lambda: self.other_subject(subject), self.rng)
        make = self.passage if self.rng.random() < 0.4 else self.loose_passage
        return make(subject)

    def prose(self, subject: str) -> prose.Prose:
        """Free prose with this subject in place of its own, and some other words replaced."""
        pool = prose.alike(subject) if self.rng.random() < 0.5 else prose.rows()
        row = self.rng.choice(pool).about(subject, article=True)
        passage = row.passage
        if self.rng.random() < 0.25:
            stranger = self.rng.choice(prose.sentences(self.rng.choice(prose.rows()).passage))
            passage = prose.strewn(passage, stranger, self.rng)
        share = self.rng.choice([0.0, 0.1, 0.3])
        answer, passage = (self.jittered(text, subject, share) for text in (row.answer, passage))
        return prose.Prose(subject, row.request, answer, passage)

    def jittered(self, text: str, keep: str, share: float | None = None) -> str:
        """A text with some of its words replaced, by others or by made-up ones."""
        share = self.rng.choice([0.0, 0.1, 0.3, 0.5]) if share is None else share

        def word() -> str:
            return self.made_up_word().lower() if self.rng.random() < 0.4 else self._any_word()

        return prose.jittered(text, keep, share, self.rng, word)
