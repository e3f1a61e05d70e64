"""What a training makes, keeps and measures; and what it says where it cannot."""

import errno
import json
import os
import re
import shutil
import sys
from types import SimpleNamespace

import pandas as pd
import pytest
import torch
from datasets import Dataset
from distilabel.steps.tasks import UltraFeedback
from safetensors.torch import load_file
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    TrainerCallback,
    TrainerState,
)

from helpers import (
    dpo_config,
    effect,
    evaluate_model,
    leaked,
    load_llm,
    load_model,
    lora_config,
    prefer,
    sft_config,
    to_dpo,
    to_sft,
    train,
)
from helpers.models import TUTORS, ModelError
from helpers.training.curves import Curves
from helpers.training.evaluating import Evaluation, Share, follows, held_out, stays_on
from helpers.training.training import TrainingFailed, name_of
from tests.conftest import ALL, ROOT

TRAIN = ROOT / "notebooks" / "data" / "instruction" / "train.parquet"
EMPTY = ["There is a lot to say about it.", "It is what it is.", "That depends on many things."]


def rows():
    return pd.read_parquet(TRAIN)[["instruction", "response"]].to_dict("records")


def pairs(swapped=False):
    """A good answer to each instruction, and one that says nothing."""
    sides = ("rejected", "chosen") if swapped else ("chosen", "rejected")
    return [
        {"prompt": row["instruction"], sides[0]: row["response"], sides[1]: EMPTY[number % 3]}
        for number, row in enumerate(rows())
    ]


def sft_trainer(name, folder, data=None, callbacks=(), adapter=None, **changes):
    from trl import SFTTrainer

    model, tokenizer = load_model(name)
    return SFTTrainer(
        model,
        args=sft_config(model, folder, **changes),
        train_dataset=to_sft(rows() if data is None else data),
        processing_class=tokenizer,
        peft_config=adapter,
        callbacks=list(callbacks),
    )


def dpo_trainer(name, folder, data=None, measured=None, adapter=None, **changes):
    from trl import DPOTrainer

    model, tokenizer = load_model(name)
    return DPOTrainer(
        model,
        args=dpo_config(model, folder, **changes),
        train_dataset=to_dpo(pairs()[:16] if data is None else data),
        eval_dataset=to_dpo(measured) if measured else None,
        processing_class=tokenizer,
        peft_config=adapter,
    )


def weights(folder):
    return load_file(folder / "model.safetensors")


def are_alike(one, other):
    one, other = weights(one), weights(other)
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def like_smollm2(folder, **shape):
    """A model with SmolLM2's traits that has learned nothing, and has no chat template."""
    tokenizer = AutoTokenizer.from_pretrained(TUTORS / "tutor")
    tokenizer.chat_template = None
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        tie_word_embeddings=True,
        attention_dropout=0.1,  # so that chance has a part in every step
        eos_token_id=tokenizer.eos_token_id,
        **shape,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    assert not list(folder.glob("chat_template*"))
    return folder


class Stops(TrainerCallback):
    """Interrupts a training as a learner does."""

    def __init__(self, at):
        self.at = at

    def on_step_end(self, args, state, control, **_):
        if state.global_step == self.at:
            raise KeyboardInterrupt


class Starts(TrainerCallback):
    """Notes where a training goes on from."""

    def on_train_begin(self, args, state, control, **_):
        self.step = state.global_step


@pytest.fixture(scope="module")
def smol(tmp_path_factory):
    return like_smollm2(
        tmp_path_factory.mktemp("models") / "smol",
        hidden_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        intermediate_size=64,
    )  # fmt: skip


@pytest.fixture(scope="module")
def tuned(tmp_path_factory):
    """The course's own recipe: the base model learns from 60 rows."""
    folder = tmp_path_factory.mktemp("tuned")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        trainer = sft_trainer("tutor-base", "sft")
        return train(trainer), trainer


@pytest.fixture(scope="module")
def whole(smol, tmp_path_factory):
    """A training that nothing disturbed."""
    return train(sft_trainer(smol, tmp_path_factory.mktemp("whole"), max_steps=24))


@pytest.fixture(scope="module")
def stopped(smol, tmp_path_factory):
    """The folder of the same training, interrupted in step 22."""
    folder = tmp_path_factory.mktemp("stopped")
    with pytest.raises(KeyboardInterrupt):
        train(sft_trainer(smol, folder, callbacks=[Stops(22)], max_steps=24))
    return folder


@pytest.fixture
def begun(stopped, tmp_path):
    return shutil.copytree(stopped, tmp_path / "begun")


# --- the course's recipe --------------------------------------------------------


def test_sixty_rows_teach_the_base_model_to_end_and_to_stay_on_the_subject(tuned):
    before, after = evaluate_model("tutor-base", held_out()[::3]), evaluate_model(tuned[0])
    assert before.ends < 0.2
    assert after.ends > 0.8 and after.on_subject > 0.6
    assert len(after.answers) == 60 and after.model == "tutor-base + SFT"
    assert before.good < after.good and before.distinct < after.distinct


def test_what_a_training_made_is_told(tuned):
    trained, _ = tuned
    assert (trained.kind, trained.base, trained.rows, trained.seed) == ("SFT", "tutor-base", 60, 0)
    assert trained.steps == len(trained.losses) == 40
    assert trained.prompts == [row["instruction"] for row in rows()]
    assert 60 * 5 * 20 < trained.tokens < 60 * 5 * 512
    assert trained.losses[-1] < trained.losses[0] / 2
    assert "60 rows: 40 steps" in str(trained) and str(trained.tokens) in trained._repr_html_()


def test_the_course_trains_on_none_of_the_prompts_that_it_measures_with(tuned):
    assert leaked(tuned[0].prompts) == []


def test_the_trained_model_is_one_that_others_load(tuned):
    trained, _ = tuned
    model = AutoModelForCausalLM.from_pretrained(trained.folder)
    assert model.generation_config.eos_token_id == model.config.eos_token_id
    llm = load_llm(str(trained.folder), temperature=0)
    llm.load()
    talk = [{"role": "user", "content": "What is rain?"}]
    assert llm.generate_outputs(inputs=[talk])[0]["generations"][0]
    llm.unload()


def test_nothing_is_reported_and_nothing_is_left_over(tuned):
    trained, trainer = tuned
    assert not trainer.args.report_to
    assert names(trained.folder.parents[1]) == ["sft"]
    assert names(trained.folder.parent) == ["README.md", "model", "training.json"]


def test_an_answer_that_never_comes_does_not_end(monkeypatch):
    lost = {"generations": [None], "statistics": {"output_tokens": [0]}}
    monkeypatch.setattr(
        "helpers.models.BatchedLLM.generate_outputs", lambda self, inputs, **_: [lost] * len(inputs)
    )
    found = evaluate_model("tutor", [{"prompt": "Why?", "subject": "rain"}])
    assert (found.ends, found.in_format, found.good) == (0, 0, 0)


# --- seeds, and going on ----------------------------------------------------------


def test_the_weights_follow_from_the_seed(smol, tmp_path):
    made = [
        train(sft_trainer(smol, tmp_path / str(number), seed=seed, max_steps=3))
        for number, seed in enumerate([0, 0, 1])
    ]
    assert are_alike(made[0].folder, made[1].folder)
    assert not are_alike(made[0].folder, made[2].folder)


def test_an_interrupted_training_goes_on_as_if_nothing_had_been(smol, whole, tmp_path, capsys):
    with pytest.raises(KeyboardInterrupt):
        train(sft_trainer(smol, tmp_path, callbacks=[Stops(15)], max_steps=24))
    said = capsys.readouterr().out
    assert "step 10" in said and "resume=True" in said
    assert not (tmp_path / "model").exists()
    starts = Starts()
    resumed = train(sft_trainer(smol, tmp_path, callbacks=[starts], max_steps=24), resume=True)
    assert starts.step == 10
    assert resumed.steps == whole.steps and resumed.losses == whole.losses
    assert resumed.tokens == whole.tokens
    assert are_alike(resumed.folder, whole.folder)
    assert names(tmp_path) == ["README.md", "model", "training.json"]


def test_a_checkpoint_that_was_being_written_is_passed_over(smol, whole, begun):
    shutil.copytree(begun / "checkpoint-20", begun / "checkpoint-21")
    (begun / "checkpoint-21" / "trainer_state.json").unlink()
    state = begun / "checkpoint-20" / "trainer_state.json"
    text = state.read_text("utf-8")
    state.write_text(text[: len(text) // 2], "utf-8")
    starts = Starts()
    resumed = train(sft_trainer(smol, begun, callbacks=[starts], max_steps=24), resume=True)
    assert starts.step == 10 and resumed.steps == whole.steps
    assert are_alike(resumed.folder, whole.folder)
    assert names(begun) == ["README.md", "model", "training.json"]


def test_the_remains_of_a_checkpoint_go_when_the_model_is_whole(smol, tmp_path):
    trainer = sft_trainer(smol, tmp_path, max_steps=1)
    (tmp_path / "checkpoint-7").mkdir()
    (tmp_path / "training.json").write_text("{")
    train(trainer, resume=True)
    assert names(tmp_path) == ["README.md", "model", "training.json"]


@pytest.mark.parametrize(
    "changes, named",
    [
        ({"data": rows()[:40]}, "rows"),
        ({"learning_rate": 1e-3}, "rate"),
        ({"seed": 3}, "seed"),
        ({"per_device_train_batch_size": 4}, "batch"),
        ({"max_steps": 30}, "steps"),
        ({"max_length": 256}, "max_length"),
        ({"adapter": lora_config(r=4)}, "adapter"),
    ],
)
def test_a_training_does_not_go_on_with_other_rows_or_settings(smol, begun, changes, named):
    with pytest.raises(TrainingFailed, match=rf"other {named}, .*resume=False"):
        train(sft_trainer(smol, begun, **{"max_steps": 24} | changes), resume=True)
    assert "checkpoint-20" in names(begun)


def test_a_training_does_not_go_on_with_another_model(begun):
    with pytest.raises(TrainingFailed, match="other base, "):
        train(sft_trainer("tutor-mini", begun, max_steps=24), resume=True)


def test_where_there_is_nothing_to_go_on_with_it_trains_afresh(smol, tmp_path):
    starts = Starts()
    trainer = sft_trainer(smol, tmp_path / "new" / "er", callbacks=[starts], max_steps=1)
    assert (train(trainer, resume=True).steps, starts.step) == (1, 0)


def test_without_resume_an_interrupted_training_begins_again(smol, begun):
    starts = Starts()
    train(sft_trainer(smol, begun, callbacks=[starts], max_steps=1))
    assert starts.step == 0 and "checkpoint-20" not in names(begun)


# --- the earlier model ------------------------------------------------------------


def full_disk(monkeypatch):
    stock = PreTrainedModel.save_pretrained

    def save(self, folder, *args, **kwargs):
        if "checkpoint" in str(folder):
            return stock(self, folder, *args, **kwargs)
        os.makedirs(folder)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(PreTrainedModel, "save_pretrained", save)


def test_the_earlier_model_stays_until_the_new_one_is_whole(smol, tmp_path, monkeypatch):
    earlier = weights(train(sft_trainer(smol, tmp_path, max_steps=1)).folder)
    with monkeypatch.context() as patch:
        full_disk(patch)
        with pytest.raises(TrainingFailed, match="No space"):
            train(sft_trainer(smol, tmp_path, max_steps=2))
    assert all(torch.equal(earlier[k], v) for k, v in weights(tmp_path / "model").items())
    AutoModelForCausalLM.from_pretrained(tmp_path / "model")
    assert names(tmp_path) == ["README.md", "checkpoint-2", "model", "training.json"]
    resumed = train(sft_trainer(smol, tmp_path, max_steps=2), resume=True)
    assert resumed.steps == 2
    assert not torch.equal(
        earlier["model.norm.weight"], weights(resumed.folder)["model.norm.weight"]
    )


def test_a_model_that_was_put_aside_when_the_power_failed_comes_back(smol, tmp_path, monkeypatch):
    train(sft_trainer(smol, tmp_path, max_steps=1))
    (tmp_path / "model").rename(tmp_path / "model-old")
    full_disk(monkeypatch)
    with pytest.raises(TrainingFailed):
        train(sft_trainer(smol, tmp_path, max_steps=2))
    AutoModelForCausalLM.from_pretrained(tmp_path / "model")


def test_steps_that_are_too_large_are_named_and_spoil_no_model(smol, tmp_path):
    train(sft_trainer(smol, tmp_path, max_steps=1))
    with pytest.raises(TrainingFailed, match="learning_rate than 1000000000.0"):
        train(sft_trainer(smol, tmp_path, max_steps=4, learning_rate=1e9, warmup_steps=0,
                          max_grad_norm=0))  # fmt: skip
    assert all(value.isfinite().all() for value in weights(tmp_path / "model").values())
    assert names(tmp_path) == ["README.md", "model", "training.json"]


# --- what does not fit --------------------------------------------------------------


@pytest.mark.parametrize("thing", [None, "trainer", 3, torch.nn.Linear(2, 2)])
def test_only_a_trainer_can_train(thing):
    with pytest.raises(TrainingFailed, match="SFTTrainer, and got"):
        train(thing)


def test_a_trainer_without_rows_is_named(smol, tmp_path):
    trainer = sft_trainer(smol, tmp_path)
    for empty in (trainer.train_dataset.select([]), None):
        trainer.train_dataset = empty
        with pytest.raises(TrainingFailed, match="train_dataset is empty"):
            train(trainer)


def test_a_folder_below_a_file_is_named(smol, tmp_path):
    trainer = sft_trainer(smol, tmp_path)
    (tmp_path / "file").write_text("")
    trainer.args.output_dir = str(tmp_path / "file" / "sft")
    with pytest.raises(TrainingFailed, match="file/sft cannot be used .*another output_dir"):
        train(trainer)


def test_a_model_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ModelError, match="no model 'no-such'"):
        load_model("no-such")
    with pytest.raises(ModelError, match="config.json is missing"):
        load_model(tmp_path)
    with pytest.raises(ModelError, match="no model"):
        load_model("openai:llama@http://localhost:1/v1")
    with pytest.raises(ModelError):
        evaluate_model("no-such")


@pytest.mark.parametrize(
    "missing, files", [("model.safetensors", "*.safetensors"), ("tokenizer.json", "token*")]
)
def test_half_a_model_is_named(smol, tmp_path, missing, files):
    folder = shutil.copytree(smol, tmp_path / "half")
    for file in folder.glob(files):
        file.unlink()
    for load in (load_model, evaluate_model):
        with pytest.raises(ModelError, match=f"only a part .* {missing} is missing"):
            load(folder)


def test_a_trainer_trains_once(smol, tmp_path):
    trainer = sft_trainer(smol, tmp_path, max_steps=2)
    train(trainer)
    with pytest.raises(TrainingFailed, match="trained already .2 steps.*Make it again"):
        train(trainer)


def test_what_a_stopped_training_kept_is_not_lost_to_a_second_call(smol, tmp_path):
    trainer = sft_trainer(smol, tmp_path, callbacks=[Stops(12)], max_steps=24)
    with pytest.raises(KeyboardInterrupt):
        train(trainer)
    with pytest.raises(TrainingFailed, match="resume=True"):
        train(trainer)
    assert "checkpoint-10" in names(tmp_path)
    trainer.remove_callback(Stops)
    assert train(trainer, resume=True).steps == 24


def test_a_training_that_is_stopped_at_once_says_so(smol, tmp_path, capsys):
    trainer = sft_trainer(smol, tmp_path, callbacks=[Stops(2)], max_steps=24)
    with pytest.raises(KeyboardInterrupt):
        train(trainer)
    assert "Stopped before anything was kept" in capsys.readouterr().out
    with pytest.raises(TrainingFailed, match="trained already"):
        train(trainer, resume=True)


def test_a_tokenizer_without_a_form_for_conversations_is_named(smol, tmp_path):
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    folder = shutil.copytree(smol, tmp_path / "plain")
    for old in folder.glob("token*"):
        old.unlink()
    plain = Tokenizer(models.WordLevel({"a": 0, "?": 1}, unk_token="?"))
    PreTrainedTokenizerFast(tokenizer_object=plain, eos_token="a").save_pretrained(folder)
    with pytest.raises(ModelError, match="no chat template.*SmolLM2"):
        load_model(folder)


def test_a_base_model_gets_a_form_for_conversations(smol):
    model, tokenizer = load_model(str(smol))
    talk = [{"role": "user", "content": "Hi."}]
    shown = tokenizer.apply_chat_template(talk, tokenize=False, add_generation_prompt=True)
    assert shown == "<|im_start|>user\nHi.<|im_end|>\n<|im_start|>assistant\n"
    assert model.generation_config.eos_token_id == tokenizer.convert_tokens_to_ids("<|im_end|>")


def test_a_base_model_with_a_template_ends_where_its_turns_end(smol, tmp_path):
    folder = shutil.copytree(smol, tmp_path / "qwen")
    tokenizer = AutoTokenizer.from_pretrained(TUTORS / "tutor")
    tokenizer.eos_token = tokenizer.bos_token  # as Qwen's base models: <|endoftext|>
    tokenizer.save_pretrained(folder)
    model, tokenizer = load_model(folder)
    assert tokenizer.eos_token == "<|im_end|>"
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id


def test_rows_of_another_form_are_named_before_any_training():
    with pytest.raises(ValueError, match="No column for the response"):
        to_sft([{"instruction": "Why?", "text": "So."}])


@pytest.mark.parametrize(
    "prompts, named",
    [
        ([], "no prompts"),
        ([{"prompt": "Why?"}], "Row 0 .*needs a `prompt` and a `subject`"),
        ([{"prompt": "Why?", "subject": "rain"}, {"prompt": " ", "subject": "rain"}], "Row 1 "),
        ([{"prompt": 3, "subject": "rain"}], "Row 0 "),
        (["Why?"], "Row 0 .*'Why\\?'"),
        ([{"prompt": "Why?", "subject": "rain", "constraint": {"lines": 2}}], "Row 0 .*lines"),
    ],
)
def test_prompts_that_cannot_be_measured_with_are_named(prompts, named):
    with pytest.raises(ValueError, match=named):
        evaluate_model("tutor", prompts)


def test_one_windmill_gives_windmills_away_and_two_prompts_together_give_nothing():
    rows = [
        {"prompt": "What are windmills?", "subject": "windmills"},
        {"prompt": "What is compound interest?", "subject": "compound interest"},
    ]
    assert leaked(["How does a windmill work?"], rows) == ["What are windmills?"]
    assert leaked(["Name a chemical compound", "Interest in rain"], rows) == []
    assert leaked([""], [{"prompt": "Why?"}, {"prompt": "How?", "subject": ""}]) == []


def test_an_answer_in_paragraphs_stays_on_its_subject():
    answer = "A windmill turns.\n\n- It grinds.\n- It pumps.\n\nPeople like it."
    assert stays_on("windmills", answer)
    assert not stays_on("windmills", f"{answer}\n\nWhat is tea?\nTea is a drink.")


# --- pairs ------------------------------------------------------------------------


def test_pairs_move_a_model_and_swapped_pairs_move_it_the_other_way(tuned, tmp_path):
    margins = {}
    for swapped in (False, True):
        trainer = dpo_trainer(
            tuned[0].folder, tmp_path / str(swapped), pairs(swapped)[:48], pairs()[52:],
            max_steps=4, warmup_steps=0, save_strategy="no",
        )  # fmt: skip
        trained = train(trainer)
        margins[swapped] = trainer.evaluate()["eval_rewards/margins"]
    assert margins[False] > 0 > margins[True]
    assert (trained.kind, trained.base, trained.rows) == ("DPO", "tutor-base + SFT", 48)
    assert trained.prompts == [row["instruction"] for row in rows()[:48]]
    assert trained.tokens > 0
    assert trained.history[-2]["rewards/chosen"] is not None


def test_the_length_of_an_alignment_is_one_that_a_small_model_bears(tmp_path):
    model, _ = load_model()
    assert dpo_config(model, tmp_path).max_steps == 18
    longer = dpo_config(model, tmp_path, num_train_epochs=2)
    assert (longer.max_steps, longer.num_train_epochs) == (-1, 2)
    assert dpo_config(model, tmp_path, max_steps=30).max_steps == 30


# --- other models, and adapters ---------------------------------------------------


def check_recipes(folder, place, adapters=(False, True), **changes):
    """Both trainings, with and without an adapter, and that they leave a whole model."""
    for make in (sft_trainer, dpo_trainer):
        for adapter in adapters:
            made = make(
                folder,
                place / f"{make.__name__}-{adapter}",
                adapter=lora_config(r=4) if adapter else None,
                max_steps=2, **changes,
            )  # fmt: skip
            trained = train(made)
            assert trained.steps == 2 and trained.base == folder.name
            assert not list(trained.folder.glob("adapter*"))
            before, after = weights(folder), weights(trained.folder)
            assert before.keys() == after.keys()
            changed = "model.layers.0.self_attn.q_proj.weight"
            assert not torch.equal(before[changed], after[changed])
            model, tokenizer = load_model(trained.folder)
            assert type(model) is LlamaForCausalLM and tokenizer.chat_template
            assert load_llm(str(trained.folder)).model_name == "model"
            assert made.evaluate(made.train_dataset.select(range(2)))["eval_loss"] > 0


def test_both_recipes_train_a_model_of_smollm2s_kind_with_and_without_an_adapter(smol, tmp_path):
    check_recipes(smol, tmp_path)


@pytest.mark.skipif(not ALL, reason="COURSE_TEST_ALL=1 also trains a model of 135 million")
@pytest.mark.timeout(1200)
def test_both_recipes_train_a_model_of_smollm2s_true_shape(tmp_path):
    folder = like_smollm2(
        tmp_path / "smollm2",
        hidden_size=576, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3,
        intermediate_size=1536,
    )  # fmt: skip
    check_recipes(folder, tmp_path, gradient_accumulation_steps=1, save_strategy="no")


def test_a_model_of_the_hub_is_called_by_its_name(tmp_path):
    place = tmp_path / "models--HuggingFaceTB--SmolLM2-135M" / "snapshots" / "93efa2f0"
    assert name_of(SimpleNamespace(_name_or_path=str(place))) == "HuggingFaceTB/SmolLM2-135M"
    assert name_of(SimpleNamespace(_name_or_path=str(TUTORS / "tutor"))) == "tutor"
    (tmp_path / "training.json").write_text('{"base": "tutor-base", "kind": "SFT"}')
    assert name_of(SimpleNamespace(_name_or_path=str(tmp_path / "model"))) == "tutor-base + SFT"


# --- what one sees meanwhile --------------------------------------------------------


def test_outside_a_notebook_a_training_ends_with_one_line(smol, tmp_path, capsys):
    trainer = sft_trainer(smol, tmp_path, max_steps=3)
    capsys.readouterr()
    trained = train(trainer)
    assert tuple(capsys.readouterr()) == (f"{trained}\n", "")


def test_in_a_terminal_one_line_is_drawn_over(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    curves = noted("SFT", 3)
    curves.close()
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1 and shown.startswith("\r")
    assert "SFT, loss 1.000" in shown and "3" in shown


def noted(kind, count, **rewards):
    """The curves of a training with so many steps behind it."""
    curves = Curves(type(f"{kind}Trainer", (), {})())
    state = TrainerState(max_steps=3)
    curves.on_train_begin(None, state, None)
    for step in range(1, count + 1):
        state.global_step = step
        curves.on_log(None, state, None, {"loss": 4.0 - step, **rewards})
    return curves


def test_the_picture_shows_the_loss_and_of_pairs_the_rewards():
    assert noted("SFT", 0).picture() is None and noted("SFT", 1).picture() is None
    alone = noted("SFT", 3).picture()
    both = noted("DPO", 3, **{"rewards/chosen": 0.5, "rewards/rejected": -0.5}).picture()
    assert both.text == "Steps: 3. Loss: 3.000 at first, 1.000 at last."
    shown = [picture._repr_html_() for picture in (alone, both)]
    assert all("data:image/svg+xml" in html for html in shown)
    assert [len(re.findall('id="axes_', picture.svg)) for picture in (alone, both)] == [1, 2]


def test_a_training_that_goes_on_shows_its_earlier_steps():
    curves = Curves(type("SFTTrainer", (), {})())
    state = TrainerState(max_steps=4, global_step=2)
    state.log_history = [{"loss": 3.0, "step": 1}, {"loss": 2.0, "step": 2}, {"eval_loss": 1.0}]
    curves.on_train_begin(None, state, None)
    assert (curves.steps, curves.losses) == ([1, 2], [3.0, 2.0])
    assert "SFT, loss 2.000" in curves.line()


def test_nothing_that_a_model_is_called_becomes_part_of_a_page():
    bad = "<b>x</b>"
    answer = {"prompt": bad, "answer": bad, "ends": True, "in_format": True, "on_subject": True}
    found = Evaluation(bad, [answer | {"subject": bad, "follows": None}])
    for thing in (found, effect(found, found), effect()):
        assert bad not in thing._repr_html_()
    assert "&lt;b&gt;" in effect(found)._repr_html_()
    assert str(effect(found, found)).splitlines()[0].split() == [bad, bad]


# --- what is measured -----------------------------------------------------------------


@pytest.mark.parametrize(
    "answer, holds",
    [
        ("Rain is water. It falls.", True),
        ("You ask what rain is? It is water.", True),
        ("Three questions about rain:\n- How wet is it?\n- Why does it fall?", True),
        ("Of rain:\n1. How wet is it?\n2) Why does it fall?\n* When?\n• Where?", True),
        ("Two talk about rain.\nAnna: Why does it fall?\nBen: It is heavy.", True),
        ("Rain is water.\nWhat is snow?", False),
        ("Rain is water.\nWhat is snow?\nSnow is white.", False),
        ("Rain is water.\n\nWhat is snow?\nSnow is white.", False),
        ("Rain is water.\n\n  \n", True),
        ("Rain is water.\n\nSnow is white.", True),  # a paragraph need not name it again
        ("Snow is white.\n\nRain is water.", True),
        ("Snow is white.", False),
        ("Trains run late.", False),
        ("Snow is white.\n\nIt falls.", False),
        ("", False),
    ],
)
def test_an_answer_stays_on_its_subject_or_not(answer, holds):
    assert stays_on("rain", answer) is holds


@pytest.mark.parametrize(
    "constraint, answer, holds",
    [
        ({"sentences": 2}, "One. Two!", True),
        ({"sentences": 1}, "It is 3.5 metres long.", True),
        ({"sentences": 2}, "One. Two. Three?", False),
        ({"sentences": 2}, "", False),
        ({"word": "river"}, "A River runs.", True),
        ({"word": "river"}, "The rivers rise.", False),
    ],
)
def test_an_answer_follows_its_constraint_or_not(constraint, answer, holds):
    assert follows(constraint, answer) is holds


def test_prompts_may_come_as_a_dataset():
    kinds = [
        {"prompt": "Tell me about rain in one sentence.", "constraint": {"sentences": 1}},
        {"prompt": "Tell me about rain with the word water.", "constraint": {"word": "water"}},
        {"prompt": "What is rain?", "constraint": None},
    ]
    prompts = [kind | {"subject": "rain"} for kind in kinds]
    as_rows, as_dataset = (
        evaluate_model("tutor", given).answers for given in (prompts, Dataset.from_list(prompts))
    )
    assert as_rows == as_dataset
    assert as_rows[2]["follows"] is None and None not in (
        as_rows[0]["follows"],
        as_rows[1]["follows"],
    )


def test_a_prompt_counts_as_seen_by_its_words_or_its_subject():
    own = [
        {"prompt": "What is rain?", "subject": "rain"},
        {"prompt": "Write a short poem.", "subject": "sea horses"},
    ]
    assert leaked([], own) == []
    assert leaked(["What is a train?", "The sea has horses."], own) == []
    assert leaked(["Does RAIN fall?"], own) == ["What is rain?"]
    assert leaked(["write a short poem"], own) == ["Write a short poem."]
    assert leaked(["Write about falconry."]) == ["What is falconry?"]
    assert leaked(row["prompt"] for row in held_out()) == [row["prompt"] for row in held_out()]


def test_a_share_comes_with_its_interval():
    low, high = Share(45, 60).interval
    assert (round(low, 3), round(high, 3)) == (0.628, 0.842)
    assert Share(0, 60).interval[1] == pytest.approx(0.060, abs=1e-3)
    assert Share(60, 60).interval == pytest.approx((0.940, 1.0), abs=1e-3)
    assert (Share(0, 0).value, Share(0, 0).interval) == (0.0, (0.0, 1.0))


# --- which of two is better -------------------------------------------------------------


def answered(name, texts):
    return Evaluation(name, [{"prompt": prompt, "answer": text} for prompt, text in texts.items()])


def test_a_judge_prefers_what_it_rates_higher_in_both_orders(monkeypatch):
    worth = {"good": 5, "poor": 2, "fine": 4, "even": 4}
    asked = []

    def process(self, inputs):
        asked.extend((row["instruction"], row["generations"]) for row in inputs)
        yield [row | {"ratings": rated(row)} for row in inputs]

    def rated(row):
        kind, texts = row["instruction"], row["generations"]
        scripted = {"first": [5, 2], "unparsed": None, "half": [None, 3], "short": [4]}
        return scripted.get(kind, [worth[text] for text in texts])

    monkeypatch.setattr(UltraFeedback, "process", process)
    texts = {
        "up": ("poor", "good"), "down": ("good", "poor"), "tie": ("fine", "even"),
        "first": ("poor", "good"), "unparsed": ("poor", "good"), "half": ("poor", "good"),
        "short": ("poor", "good"),
    }  # fmt: skip
    before, after = (
        answered(name, {prompt: pair[at] for prompt, pair in texts.items()})
        for at, name in enumerate(["before", "after"])
    )
    found = prefer(before, after)
    verdicts = {row["prompt"]: row["verdict"] for row in found.rows}
    assert (verdicts.pop("up"), verdicts.pop("down")) == ("better", "worse")
    assert set(verdicts.values()) == {"undecided"}
    assert (found.better, found.worse, found.undecided) == (1, 1, 5)
    assert found.share == Share(1, 7) and "1 of 7" in str(found)
    assert asked[0] == ("up", ["poor", "good"]) and asked[7] == ("up", ["good", "poor"])


def test_the_courses_own_judge_compares_two_models():
    before = answered("before", {"What is rain?": "It is.", "What is tea?": "It is."})
    after = answered(
        "after",
        {"What is rain?": "Rain is water that falls from clouds.", "What is tea?": "A warm drink."},
    )
    found = prefer(before, after, "tutor")
    assert found.better + found.worse + found.undecided == 2
    assert all(len(row["ratings"]) == 2 for row in found.rows)


def test_evaluations_of_different_prompts_cannot_be_compared():
    with pytest.raises(ValueError, match="different prompts"):
        prefer(answered("a", {"What is rain?": "Wet."}), answered("b", {"What is tea?": "Warm."}))


def test_the_held_out_prompts_hold_their_subjects_and_are_sixty():
    told = held_out()
    assert len(told) == len({json.dumps(row) for row in told}) == 60
    assert all(leaked([row["prompt"]], [row]) for row in told)
    assert sum("constraint" in row for row in told) >= 10
