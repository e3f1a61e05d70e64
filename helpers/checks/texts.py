"""Small questions about texts that several checks ask."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from helpers.messages import say

SHOWN = 70


def is_text(value: object) -> bool:
    """Tell whether a value is a text with at least one letter or digit in it.

    >>> is_text("Why?"), is_text("  "), is_text(None), is_text(["Why?"])
    (True, False, False, False)
    """
    return isinstance(value, str) and any(character.isalnum() for character in value)


def plain(text: str) -> str:
    """Return a text without what does not change its meaning: case, spaces, quotation marks.

    >>> plain(' "What  is Rain?"\\n')
    'what is rain?'
    """
    text = unicodedata.normalize("NFC", text).casefold().translate(_NO_QUOTES)
    return " ".join(text.split())


_NO_QUOTES = str.maketrans("", "", "\"'“”‘’«»`*")


@lru_cache(maxsize=4096)  # each text is compared with several others
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in order.

    >>> words("Rain, rain!")
    ('rain', 'rain')
    """
    return tuple(re.findall(r"\w+", plain(text)))


def same_words(text: str, other: str) -> bool:
    """Tell whether two texts differ in nothing but punctuation, case and spaces.

    >>> same_words("What is rain?", "what is rain")
    True
    """
    return words(text) == words(other)


def stands_in(text: str, other: str) -> bool:
    """Tell whether all words of `text` stand in `other`, in one piece.

    >>> stands_in("What is rain?", "1. What is rain? Explain.")
    True
    """
    return f" {' '.join(words(text))} " in f" {' '.join(words(other))} "


def share_of_words(text: str, other: str) -> float:
    """Return which share of the words of `text` stands in `other`, too.

    >>> share_of_words("What is rain?", "Rain is wet.")
    0.6666666666666666
    """
    own = set(words(text))
    return len(own & set(words(other))) / len(own) if own else 0.0


def shown(value: object) -> str:
    """Return a value as it may be shown to a learner: one short line, nothing invisible.

    >>> shown("What is\\nrain?"), shown(None), shown(4), shown([1, 2])
    ('“What is rain?”', 'None', '4', 'a list')
    """
    if value is None or type(value) in (bool, float):
        return str(value)
    if type(value) is int and abs(value) < 10**12:
        return str(value)
    if not isinstance(value, str):
        return say("checks.value", "a {kind}", kind=type(value).__name__)
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return f"“{line[:SHOWN]}…”" if len(line) > SHOWN else f"“{line}”"


def repeated(texts: Iterable[str]) -> list[tuple[int, int]]:
    """Return, for each text that stands earlier too, its place and that of the first one.

    >>> repeated(["a", "b", "A "])
    [(2, 0)]
    """
    first: dict[str, int] = {}
    pairs = []
    for place, text in enumerate(texts):
        earlier = first.setdefault(plain(text), place)
        if earlier != place:
            pairs.append((place, earlier))
    return pairs


_REFUSALS = re.compile(
    r"^(?:(?:i am|i'm|we are|we're) (?:very |so |really )?sorry"
    r"(?! (?:to (?:hear|learn|read)|for your loss)\b)|"
    r"sorry,? (?:i|but|that|this|we|you)|i apologi[sz]e|my apologies|unfortunately,? (?:i|as an)|"
    r"as an? (?:ai|artificial intelligence|(?:large )?language model)|i (?:do not|don't) feel|"
    r"(?:i|we) (?:(?:am|are) (?:not able|unable)|(?:cannot|can not|can't|could not|couldn't|won't|will not) (?:help|assist|do|provide|answer|comply|respond|fulfil|fulfill|rewrite|write|"
    r"create|generate|produce|complete|continue|engage|discuss|access|process|evolve|offer)|"
    r"must decline|must refuse|refuse|decline)|i'm (?:not able|unable)|"
    r"no rewritten prompt|please provide the (?:given )?prompt)\b"
)


def is_refusal(value: object) -> bool:
    """Tell whether a text begins as models begin when they do not do what they were asked.

    >>> is_refusal("I'm sorry, but I cannot help with that."), is_refusal("Sorry is a word.")
    (True, False)
    """
    if not isinstance(value, str):
        return False
    head = " ".join(value[:200].replace("’", "'").casefold().split()).lstrip("\"'“‘*#- ")
    return bool(_REFUSALS.match(head))


def is_cut_short(value: object) -> bool:
    """Tell whether a text breaks off: its last line ends in the middle of a sentence.

    A short last line without a full stop may be an item of a list, a title or an answer of a
    word, and a line may end with an emoji; a line that ends with a comma or with a small word that must go on is cut.

    >>> is_cut_short("Bread needs flour, water and"), is_cut_short("1. Flour\\n2. Water")
    (True, False)
    """
    if not isinstance(value, str) or not value.strip():
        return False
    line = value.strip().splitlines()[-1].rstrip()
    ending = line.rstrip("\"'”’»)]*_`")
    if not ending or ending[-1] in ".!?…。！？:" or line[-1] in "|}>`" or _ends_in_emoji(line):
        return False
    if ending[-1] in ",;-–—(":
        return True
    last = words(ending)[-1:] or ("",)
    if last[0] in _GOES_ON:
        return True
    is_an_item = re.match(r"\s*(?:[-*•#]|\(?\w{1,3}[.)])\s", line) is not None
    return not is_an_item and len(words(ending)) > 12


def _ends_in_emoji(line: str) -> bool:
    """Whether the last sign is a picture, perhaps with the colour of its skin behind it."""
    kinds = (unicodedata.category(character) for character in reversed(line))
    return next((kind for kind in kinds if kind not in ("Sk", "Mn", "Cf")), "") == "So"


_GOES_ON = frozenset(
    {
        "a",
        "also",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "because",
        "but",
        "by",
        "can",
        "for",
        "from",
    }
    | {"has", "have", "if", "in", "into", "is", "its", "more", "most", "of", "on", "or", "our"}
    | {"so", "than", "that", "the", "their", "these", "this", "to", "very", "was", "were"}
    | {"which", "who", "will", "with", "your"}
)


def near_repeated(texts: Iterable[str], near: float) -> list[tuple[int, int]]:
    """Return, for each text that shares nearly all words with an earlier one, both places.

    Two texts are near when the words that both have are at least this share of the words that
    either has (the Jaccard index). A text that is near to an earlier one is no longer compared
    with later ones, so a filter that drops the first of each pair leaves no two alike.

    >>> near_repeated(["Why is rain wet?", "Why is the rain wet?", "What is bread?"], near=0.8)
    [(1, 0)]
    """
    sets = [frozenset(words(text)) for text in texts]
    counts = Counter(word for own in sets for word in own)
    # Each word is a bit, the rarest first: counting the bits that two texts share is fast.
    bit = {word: place for place, (word, _) in enumerate(reversed(counts.most_common()))}
    masks = [sum(1 << bit[word] for word in own) for own in sets]
    # Two sets that are near share one of their rarest words, so only those are looked up.
    at: dict[str, list[int]] = {}
    pairs = []
    for place, own in enumerate(sets):
        rarest = sorted(own, key=bit.__getitem__)
        rarest = rarest[: len(own) - math.ceil(near * len(own)) + 1]
        others = {other for word in rarest for other in at.get(word, ())}
        twins = (other for other in others if _jaccard(masks[place], masks[other]) >= near)
        twin = min(twins, default=None)
        if twin is not None:
            pairs.append((place, twin))
            continue
        for word in rarest:
            at.setdefault(word, []).append(place)
    return pairs


def _jaccard(own: int, other: int) -> float:
    shared = (own & other).bit_count()
    return shared / (own | other).bit_count() if shared else 0.0


def subject_words(text: str) -> frozenset[str]:
    """Return what a text is about, roughly: its longer words, shortened, without common ones.

    Shortened, so that `volcano` and `volcanoes` are the same.

    >>> sorted(subject_words("What can we learn from volcanoes?"))
    ['volca']
    """
    found = (word for word in words(text) if len(word) > 2 and word not in _COMMON)
    return frozenset(word.removesuffix("s")[:5] for word in found)


_COMMON = frozenset(
    """
    about after again all also always and another any are around because been before being best
    between both but can come could day did different does each easy every everybody everyone
    example explain few find first five for four from get give given good great had hard has have
    help her here him his how important into its itself just keep kind know known large learn less
    life like list long look made main make makes many matter may mean means might more most much
    must name need never new not nothing now often old one only other others our out over own part
    people person place play point question questions read really reason right role same say see
    should show simple small some somebody someone something sometimes start still such take talk
    tell ten than that the their them then there these they thing things think this three time
    today too two under understand use used useful users uses very want was way well were what when
    where which while who whole why will with without word words work world would write year years
    yet you your assistant ask asks answer answers describe discuss
    """.split()  # noqa: SIM905
)


def is_about(text: str, *others: str) -> bool:
    """Tell whether a text shares a word of substance with one of the others.

    >>> is_about("Why do volcanoes explode?", "the volcano"), is_about("Why?", "the volcano")
    (True, False)
    """
    own = subject_words(text)
    return any(own & subject_words(other) for other in others)
