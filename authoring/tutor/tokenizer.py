"""The tokenizer that both tutor models share.

Byte-level BPE, trained on the corpus. Two things are unlike a large model's:

- The vocabulary is small, so that every piece is seen often enough to be copied well when it is
  part of a word that training never had.
- The parts of distilabel's prompts that never change are one token each (`prompts.fixed_phrases`),
  so that a judge's prompt is as short as the texts that it judges.
"""

from __future__ import annotations

import itertools

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from authoring.tutor import corpus, prompts

VOCABULARY = 2048
CONTEXT = 2048
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def answer_phrases() -> list[str]:
    """The fixed parts of the judges' answers, one token each like those of their prompts.

    A phrase before a copy ends without its space: the space belongs to the word that is copied.
    """
    heads = [f"#### Output for Text {number}\nAsked for:" for number in (1, 2, 3, 4)]
    heads += ["\n\n" + head for head in heads]
    scores = [f"{start}[{number}] Score: " for number in range(1, 7) for start in ("", "\n")]
    return [*heads, "\nFound:", "\nType: ", "\nRating: ", "\nRationale: ", *scores]


def train(seed: int = 0, size: int = 40_000) -> PreTrainedTokenizerFast:
    """Train the tokenizer on `size` examples of the corpus."""
    phrases = [*prompts.fixed_phrases(), *answer_phrases()]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    # Added before the training, so that the words of the phrases take no room in the vocabulary.
    tokenizer.add_tokens([AddedToken(phrase, normalized=False) for phrase in phrases])
    texts = (
        message["content"]
        for example in itertools.islice(corpus.examples(seed), size)
        for message in example.chat
    )
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(phrases),
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(
        (cut for text in texts for cut in _without(text, phrases)), trainer
    )
    tokenizer.add_tokens([AddedToken(phrase, normalized=False) for phrase in phrases])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        model_max_length=CONTEXT,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def _without(text: str, phrases: list[str]) -> list[str]:
    """The text cut at the long phrases that it holds."""
    cuts = [text]
    for phrase in phrases:
        if len(phrase) > 40 and phrase in text:
            cuts = [part for cut in cuts for part in cut.split(phrase)]
    return cuts
