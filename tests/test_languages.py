"""Four languages from one source: equal in code and complete in words."""

import ast
import itertools
import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from authoring import build, catalogues, chapters, lint, pages, texts
from authoring.document import Unit
from helpers import messages
from helpers.environment import NotReady, setup
from tests.conftest import ALL, ROOT
from tests.test_notebooks import cut_after

LANGUAGES = catalogues.languages()
NAMES = sorted(path.stem for path in (ROOT / "authoring" / "notebooks").glob("*.py"))
PAGES = texts.page_paths(ROOT)

SOURCE = """\
# %% [markdown] key="title"
# # A notebook
#
# See [the page](../docs/page.md#a-part) and **rain**.

# %% key="turtle.gap"
def double(number):  # twice
    # solution
    # gap: Return twice the number.
    answer = 2 * number  # the secret
    return answer
    # end solution
"""
README = """\
# A course

<!-- languages: written by `make build` -->
<!-- end of languages -->

Read [the page](docs/page.md), [the rules](CONTRIBUTING.md).

Read [a site](https://example.org/a).

<!-- exercises: written by `make build` -->
<!-- end of exercises -->
"""
PAGE = """\
# A page

<!-- languages: written by `make build` -->
<!-- end of languages -->

Go to [a part](#a-part), or [home](../README.md).

```python
rain = 1  # it rains
```

## A part

Use `rain`.
"""
HELPER = 'say("rain.key", "It rains {n} times.", n=1)\n'


@pytest.fixture
def course(tmp_path):
    """A small course in English, with a Korean and a Vietnamese catalogue that hold nothing yet."""
    for folder in ("authoring/notebooks", "docs", "helpers"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "authoring/notebooks/small.py").write_text(SOURCE, "utf-8")
    (tmp_path / "README.md").write_text(README, "utf-8")
    (tmp_path / "docs/page.md").write_text(PAGE, "utf-8")
    (tmp_path / "helpers/rain.py").write_text(HELPER, "utf-8")
    for language in ("ko", "vi"):
        assert catalogues.main(["--root", str(tmp_path), "--new", language]) == 0
    assert build.main(["--root", str(tmp_path)]) == 0
    return tmp_path


def catalogue_of(course, language="ko"):
    return course / "authoring" / "locale" / f"{language}.po"


def translate(course, said, language="ko"):
    """Put translations into a catalogue: `{English: translation}`; all the others get a star."""
    path = catalogue_of(course, language)
    catalogue = catalogues.read(path)
    for message in catalogue:
        if message.id:
            message.string = said.get(message.id, message.id)
    path.write_bytes(catalogues.written(catalogue))


def edit(course, name, old, new):
    path = course / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def built(course):
    return build.main(["--root", str(course)])


def refresh(course, *options):
    return catalogues.main(["--root", str(course), *options])


def snapshot(course):
    """Every file that is derived, with its content."""
    found = [p for p in course.rglob("*") if p.suffix in (".md", ".ipynb", ".mo")]
    return {path.relative_to(course).as_posix(): path.read_bytes() for path in found}


def changed(before, after):
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def cells(course, path):
    notebook = json.loads((course / path).read_text("utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


# --- what ships ------------------------------------------------------------------------


def test_the_course_speaks_four_languages():
    assert list(messages.languages()) == ["en", *LANGUAGES] == ["en", "ko", "vi", "zh"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_or_fuzzy(language):
    catalogue = catalogues.read(catalogues.folder(ROOT) / f"{language}.po")
    collected = texts.collect(ROOT)
    assert catalogues.figures(catalogue, collected) == (len(collected), 0, 0)
    assert len([message for message in catalogue if message.id]) == len(collected)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lint_finds_nothing(language):
    catalogue = catalogues.read(catalogues.folder(ROOT) / f"{language}.po")
    found = [
        (message.context, mistake)
        for message in catalogue
        if message.id
        for mistake in lint.mistakes(message.id, message.string, language)
    ]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_translated_and_not_copied(language):
    """All but names, code and the like."""
    catalogue = catalogues.read(catalogues.folder(ROOT) / f"{language}.po")
    copied = [m.id for m in catalogue if m.id and m.string == m.id and len(m.id.split()) > 6]
    assert [text for text in copied if not re.fullmatch(r"(\S*\W\S*\s*)+", text)] == []


@pytest.mark.parametrize("folder", build.KINDS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_has_the_same_cells_and_code_in_each_language(language, name, folder):
    english, other = (
        nbformat.read(ROOT / path, as_version=4).cells
        for path in (f"{folder}/{name}.ipynb", f"{folder}/{language}/{name}.ipynb")
    )
    assert [(c.id, c.cell_type) for c in english] == [(c.id, c.cell_type) for c in other]
    for one, two in zip(english, other):
        if one.cell_type == "code":
            assert ast.dump(ast.parse(one.source)) == ast.dump(ast.parse(two.source)), one.id
            assert not two.outputs and two.execution_count is None
            assert one.source.count("#") == two.source.count("#"), one.id
        else:
            assert one.source != two.source


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_the_same_code_and_outputs_in_each_language(language, path):
    english = path.read_text("utf-8")
    other = (ROOT / build.place(path.relative_to(ROOT), language)).read_text("utf-8")
    for one, two in zip(chapters.blocks(english), chapters.blocks(other), strict=True):
        assert ast.dump(ast.parse(one.code)) == ast.dump(ast.parse(two.code))
        assert one.output == two.output
    assert len(pages.headings(english)) == len(pages.headings(other))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_notebook_links_to_itself_in_the_other_languages(language):
    files = [*(ROOT / "docs" / language).glob("*.md")]
    files += [p for kind in build.KINDS for p in (ROOT / kind / language).glob("*.ipynb")]
    assert len(files) == len(PAGES) + 2 * len(NAMES)
    for path in files:
        text = path.read_text("utf-8")
        for other in {"en", *LANGUAGES} - {language}:
            assert f"[{catalogues.name_of(other)}](" in text, path


# --- one source ------------------------------------------------------------------------


def test_translating_changes_texts_and_no_code(course):
    said = {"twice": "두 배", "Return twice the number.": "두 배를 반환", "the secret": "비밀"}
    translate(course, said)
    assert built(course) == 0
    gap = cells(course, "notebooks/ko/small.ipynb")["turtle-gap"]
    assert gap == "def double(number):  # 두 배\n    # 두 배를 반환\n    ..."
    solved = cells(course, "solutions/ko/small.ipynb")["turtle-gap"]
    assert solved == (
        "def double(number):  # 두 배\n    answer = 2 * number  # 비밀\n    return answer"
    )
    assert cells(course, "notebooks/small.ipynb")["turtle-gap"].startswith(
        "def double(number):  # t"
    )


def test_links_stay_inside_the_language(course):
    translate(course, {"## A part": "## 한 부분", "# A page": "# 쪽"})
    assert built(course) == 0
    page = (course / "docs/ko/page.md").read_text("utf-8")
    assert "[a part](#한-부분)" in page and "[home](README.md)" in page
    readme = (course / "docs/ko/README.md").read_text("utf-8")
    assert "[the page](page.md), [the rules](../../CONTRIBUTING.md)." in readme
    assert "[a site](https://example.org/a)" in readme
    title = cells(course, "notebooks/ko/small.ipynb")["title"]
    assert "[the page](../../docs/ko/page.md#한-부분)" in title
    assert "[English](../small.ipynb) · 한국어 · [Tiếng Việt](../vi/small.ipynb)" in title


def test_a_new_english_sentence_changes_the_expected_files_and_is_counted_in_the_others(course):
    for language in ("ko", "vi"):
        translate(course, {}, language)
    assert built(course) == 0
    before = snapshot(course)
    assert "still in English" not in before["docs/ko/page.md"].decode()
    edit(course, "docs/page.md", "Use `rain`.", "Use `rain`.\n\nOr use an umbrella.")
    assert built(course) == 0
    after = snapshot(course)
    assert changed(before, after) == {"docs/page.md", "docs/ko/page.md", "docs/vi/page.md"}
    for language in ("ko", "vi"):
        text = after[f"docs/{language}/page.md"].decode()
        assert "Or use an umbrella." in text
        assert "*Paragraphs that are still in English: 1*" in text


def test_a_reworded_sentence_becomes_fuzzy_and_is_shown_in_english(course, capsys):
    translate(course, {"Use `rain`.": "`rain`, please."})
    edit(course, "docs/page.md", "Use `rain`.", "Use `rain` now.")
    assert refresh(course) == 0
    assert re.search(
        r"ko: (\d+) of \d+ texts translated, 0 missing, 1 fuzzy", capsys.readouterr()[0]
    )
    assert "#, fuzzy" in catalogue_of(course).read_text("utf-8")
    assert built(course) == 0
    page = (course / "docs/ko/page.md").read_text("utf-8")
    assert "Use `rain` now." in page and "please" not in page and "English: 1*" in page


def test_a_text_that_was_wholly_rewritten_keeps_its_old_translation_as_fuzzy(course):
    translate(
        course, {"# A notebook\n\nSee [the page](../docs/page.md#a-part) and **rain**.": "옛"}
    )
    edit(course, "authoring/notebooks/small.py", "# # A notebook", "# # Quite other words here")
    edit(course, "authoring/notebooks/small.py", "See [the page](../docs/page.md#a-part) and", "Or")
    assert refresh(course) == 0
    [message] = [m for m in catalogues.read(catalogue_of(course)) if m.context == "small.title"]
    assert message.fuzzy and message.string == "옛"


def test_a_text_that_was_reworded_twice_keeps_its_old_translation_as_fuzzy(course):
    translate(course, {"Use `rain`.": "`rain`, please."})
    words = ["an umbrella", "good boots", "a long, grey coat of wool", "patience", "song"]
    for count in range(1, len(words) + 1):
        edit(course, "docs/page.md", *(f"Use `rain`{''.join(f', {w}' for w in words[:n])}." for n in (count - 1, count)))  # fmt: skip
        assert refresh(course) == 0
        [message] = [m for m in catalogues.read(catalogue_of(course)) if "umbrella" in m.id]
        assert message.fuzzy and message.string == "`rain`, please."
    text = catalogue_of(course).read_text("utf-8")
    assert "# |" not in text and "#| msgid" in text
    assert not re.search(r"^# ", text.split("#, fuzzy", 1)[1], re.MULTILINE)
    before = catalogue_of(course).read_bytes()
    assert refresh(course) == 0
    assert catalogue_of(course).read_bytes() == before


@pytest.mark.parametrize(
    ("reworded", "kept"),
    [
        ("use `rain`!", True),
        ("Use: `rain`.", True),
        ("Use `Rain`.", False),
        ("Use no `rain`.", False),
    ],
)
def test_a_minor_change_carries_a_translation_over(course, reworded, kept):
    translate(course, {"Use `rain`.": "`rain`, please."})
    edit(course, "docs/page.md", "Use `rain`.", reworded)
    assert refresh(course, "--minor") == 0
    if kept:
        assert built(course) == 0
        assert "`rain`, please." in (course / "docs/ko/page.md").read_text("utf-8")
    else:
        assert "#, fuzzy" in catalogue_of(course).read_text("utf-8")


def test_a_guess_is_not_taken_for_the_translation_of_an_equal_text(course):
    """A new text may get the translation of one like it, and a second one must not inherit it."""
    translate(course, {"Use `rain`.": "`rain`, please."})
    edit(course, "docs/page.md", "Use `rain`.", "Use `rain`.\n\nUse `rain` now.")
    assert refresh(course) == 0
    edit(course, "README.md", "Read [a site]", "Use `rain` now.\n\nRead [a site]")
    assert refresh(course, "--minor") == 0
    catalogue = catalogues.read(catalogue_of(course))
    message = catalogue.get("Use `rain` now.", "README#a-course")
    assert message is not None and (message.fuzzy or not message.string)


def test_a_sign_that_is_no_punctuation_is_no_minor_change(course):
    translate(course, {"Use `rain`.": "`rain`, please."})
    edit(course, "docs/page.md", "Use `rain`.", "✓ Use `rain`.")
    assert refresh(course, "--minor") == 0
    assert "#, fuzzy" in catalogue_of(course).read_text("utf-8")


def test_refreshing_again_changes_no_byte(course):
    translate(course, {"Use `rain`.": "`rain`, please."})
    assert refresh(course) == 0
    before = catalogue_of(course).read_bytes()
    assert refresh(course) == 0
    assert catalogue_of(course).read_bytes() == before


def test_a_new_language_is_begun_by_one_command_and_built_at_once(course):
    assert refresh(course, "--new", "fr") == 0
    assert built(course) == 0
    assert "still in English" in (course / "docs/fr/page.md").read_text("utf-8")
    assert "[Français](docs/fr/README.md)" in (course / "README.md").read_text("utf-8")
    assert (course / "helpers/locale/fr/LC_MESSAGES/helpers.mo").exists()


def test_a_language_that_does_not_exist_is_named(course, capsys):
    assert refresh(course, "--new", "klingon1") == 1
    assert "There is no language 'klingon1'" in capsys.readouterr().err


def test_a_language_that_was_taken_out_leaves_files_that_the_check_names(course, capsys):
    catalogue_of(course, "vi").unlink()
    assert build.main(["--root", str(course), "--check"]) == 1
    assert "docs/vi/page.md has no source" in capsys.readouterr().err


# --- mistakes in a catalogue -----------------------------------------------------------

MISTAKES = {
    "a placeholder dropped": ("It rains {n} times.", "비", "rain.key: placeholders: {n} is miss"),
    "a placeholder made up": ("It rains {n} times.", "{n} {m}", "rain.key: placeholders: {m} is n"),
    "a code span dropped": ("Use `rain`.", "비", "page#a-part: code: rain is missing"),
    "a code span changed": ("Use `rain`.", "`snow`", "page#a-part: code: rain is missing"),
    "a link dropped": (
        "Go to [a part](#a-part), or [home](../README.md).",
        "[비](#a-part)",
        "page#a-page: links: ../README.md is missing",
    ),
    "an address changed": (
        "Read [a site](https://example.org/a).",
        "[a](https://example.org/b)",
        "README#a-course: links: https://example.org/a is missing",
    ),
    "a heading of another level": ("## A part", "# 부분", "page#a-part: headings: ## is missing"),
    "a particle after a value": ("It rains {n} times.", "{n}을 봐요", "the particle 을 stands"),
    "stars left over": ("twice", "**“두 배”**로", "emphasis that Markdown leaves"),
    "not composed": ("twice", "cafe\u0301", "composed form (NFC)"),
    "a space at its end": ("twice", "두 배 ", "ends with a space"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_stops_the_build_with_file_and_key_and_nothing_written(name, course, capsys):
    english, said, message = MISTAKES[name]
    before = snapshot(course)
    translate(course, {english: said})
    assert built(course) == 1
    told = capsys.readouterr().err
    assert re.search(r"locale/ko\.po:\d+: ", told) and message in told, told
    assert snapshot(course) == before


@pytest.mark.parametrize("broken", ['msgid "a\n', 'msgid "a"\nmsgstr "b"\nnonsense\n', "\xff"])
def test_a_file_that_is_no_catalogue_stops_the_build(broken, course, capsys):
    before = snapshot(course)
    catalogue_of(course).write_bytes(broken.encode("latin-1"))
    assert built(course) == 1
    assert re.search(r"locale/ko\.po:\d+: this is not", capsys.readouterr().err)
    assert refresh(course) == 1
    assert snapshot(course) == before


def test_a_fuzzy_translation_may_have_mistakes_as_nobody_sees_it(course):
    translate(course, {"Use `rain`.": "비"})
    edit(
        course, "authoring/locale/ko.po", 'msgctxt "page#a-part"', '#, fuzzy\nmsgctxt "page#a-part"'
    )
    assert built(course) == 0
    assert "비" not in (course / "docs/ko/page.md").read_text("utf-8")


def test_a_message_that_is_put_together_at_run_time_is_refused(course, capsys):
    (course / "helpers/rain.py").write_text('say("rain." + key, f"It rains {n} times.")\n')
    assert built(course) == 1
    assert (
        "helpers/rain.py:1: `say` takes a key and a text as plain strings"
        in capsys.readouterr().err
    )


# --- at run time -----------------------------------------------------------------------


@pytest.fixture
def no_language(monkeypatch):
    monkeypatch.setenv(messages.VARIABLE, "")


def korean(key, text):
    catalogue = catalogues.read(catalogues.folder(ROOT) / "ko.po")
    return catalogue.get(text, key).string


NOT_YET = ("checks.not_yet.title", "not yet")


def test_what_helpers_says_is_said_in_the_language_that_was_asked_for(monkeypatch):
    for language in ("ko", "en", "vi", "zh"):
        monkeypatch.setenv(messages.VARIABLE, language)
        assert (messages.say(*NOT_YET) == "not yet") == (language == "en")
    monkeypatch.setenv(messages.VARIABLE, "ko")
    assert messages.say(*NOT_YET) == korean(*NOT_YET)
    assert messages.say("no.such.key", "As it {stands}.", stands="is") == "As it is."


@pytest.mark.parametrize(
    ("folder", "language"),
    [("notebooks/ko", "ko"), ("solutions/zh", "zh"), ("notebooks", "en"), ("my/ko", "en"),
     ("notebooks/xx", "en"), ("docs/vi", "vi")],
)  # fmt: skip
def test_a_notebook_speaks_the_language_of_its_folder(
    folder, language, tmp_path, monkeypatch, no_language
):
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / folder)
    assert messages.language() == language


def test_setup_switches_everything_and_names_the_languages_that_there_are(
    monkeypatch, no_language, capsys
):
    setup(lang="ko")
    assert messages.say(*NOT_YET) == korean(*NOT_YET)
    setup()  # stays with it
    assert messages.language() == "ko"
    setup(lang="en")
    assert messages.say(*NOT_YET) == "not yet"
    with pytest.raises(NotReady, match=r"does not speak 'fr'. It speaks en, ko, vi, zh"):
        setup(lang="fr")
    assert messages.language() == "en"


def test_an_unknown_language_in_the_environment_is_named_by_setup(monkeypatch):
    monkeypatch.setenv(messages.VARIABLE, "kr")
    assert messages.say(*NOT_YET) == "not yet"
    with pytest.raises(NotReady, match="does not speak 'kr'.*COURSE_LANG"):
        setup()


def test_every_message_can_be_filled_in_in_every_language():
    for language in LANGUAGES:
        translation = catalogues.translations()[language]
        for text in texts.collect(ROOT):
            if text.spoken:
                names = set(re.findall(r"\{(\w+)", text.unit.text))
                assert translation(text.unit).format(**dict.fromkeys(names, 1))


@pytest.mark.timeout(900)
def test_the_solutions_pass_in_every_language(tmp_path):
    """Side by side; what the checks say is in the language.

    The code is the same in all languages, so one of them with the first tier of the quickest
    notebook will do; COURSE_TEST_ALL=1 runs all.
    """
    pairs = [(LANGUAGES[0], "instruction_sft_dataset")]
    if ALL:
        pairs = list(itertools.product(LANGUAGES, NAMES))
    runs = {}
    for language, name in pairs:
        folder = tmp_path / f"{language}-{name}"
        (folder / "notebooks" / language).mkdir(parents=True)
        for link in ("helpers", "requirements.txt", "solutions", "notebooks/data"):
            (folder / link).symlink_to(ROOT / link)
        path = folder / "notebooks" / language / f"{name}.ipynb"
        notebook = nbformat.read(ROOT / "solutions" / language / path.name, as_version=4)
        nbformat.write(notebook if ALL else cut_after(notebook, "turtle"), path)
        runs[language, name] = path
    for at in range(0, len(pairs), 2):  # two processes at a time
        started = {pair: _nbclient(runs[pair]) for pair in pairs[at : at + 2]}
        for (language, name), process in started.items():
            told, _ = process.communicate(timeout=600)
            assert process.returncode == 0, (language, name, told[-3000:])
            done = runs[language, name].with_suffix(".done.ipynb")
            text = done.read_text("utf-8")
            assert re.search(filled_in(catalogues.translations()[language](CORRECT)), text)
            assert not re.search(filled_in(CORRECT.text), text)


CORRECT = Unit("checks.correct", "correct, {points} of {worth} points")


def filled_in(said):
    """A pattern for a text with numbers in its placeholders."""
    return r"\d+".join(map(re.escape, re.split(r"\{\w+\}", said)))


def _nbclient(path):
    code = (
        "import sys, nbformat; from nbclient import NotebookClient; path = sys.argv[1];"
        "notebook = nbformat.read(path, as_version=4);"
        "NotebookClient(notebook).execute(); nbformat.write(notebook, sys.argv[2])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, path.name, path.with_suffix(".done.ipynb").name],
        cwd=path.parent, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "COURSE_LLM": "tutor", messages.VARIABLE: ""},
    )  # fmt: skip
