"""The chapters: their code runs, what they show is what it prints, and their pictures are ours."""

import re
import shutil

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from authoring import build, catalogues, chapters, gallery, pictures
from tests.conftest import ALL, ROOT

NAMES = [path.name for path in chapters.pages()]
CHAPTERS = [name for name in NAMES if name != "scaling.md"]

PAGE = """\
# A page

<!-- languages: written by `make build` -->
<!-- end of languages -->

```python
word = "rain"
print(word)
```

It prints what you expect.

<!-- holds: word == "rain" -->

```bash
not run
```

```python
print(word.upper())
print("12 rows in 3.4 s.")
```

The end.
"""


@pytest.fixture(scope="module")
def outputs():
    """What the small page prints, run once."""
    outputs, broken = chapters.execute(PAGE, "page.md")
    assert broken == []
    return outputs


@pytest.fixture
def course(tmp_path, outputs):
    """A course folder of one page that was run."""
    for name in ("docs", "helpers/tutor/tutor"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "helpers/tutor/tutor/model.safetensors").write_bytes(b"weights")
    page = chapters.written(PAGE, outputs, chapters.weights_of(tmp_path))
    (tmp_path / "docs" / "page.md").write_text(page, "utf-8")
    return tmp_path


def edit(course, old, new):
    path = course / "docs" / "page.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return path.read_text("utf-8")


# --- the pages of the course -----------------------------------------------------------


def test_there_is_a_chapter_for_each_notebook():
    assert CHAPTERS == ["instruction_datasets.md", "preference_datasets.md", "training.md"]


# Minutes for all; that no page is stale, the stamps say, too. COURSE_TEST_ALL=1 runs every page.
RUN = NAMES if ALL else ["scaling.md", "training.md"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", RUN)
def test_every_block_runs_and_prints_what_the_page_shows(name):
    """On another CPU a rounding may change a word, and all that follows from it."""
    text = (ROOT / "docs" / name).read_text("utf-8")
    outputs, broken = chapters.execute(text, name)
    assert broken == []
    shown = [block.output for block in chapters.blocks(text) if not block.holds]
    assert [bool(output) for output in outputs] == [output is not None for output in shown]
    assert chapters.likeness(text, outputs) >= chapters.ALIKE


def test_what_the_pages_show_is_of_this_code_and_these_weights():
    assert chapters.differences() == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_section_but_the_last_says_what_one_can_do_after_it(name):
    text = (ROOT / "docs" / name).read_text("utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert len(sections) > 6
    for section in sections[:-1]:
        assert "\n\n*After this section you " in section, section[:40]


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_section_stands_in_the_pages_list_of_sections(name):
    text = (ROOT / "docs" / name).read_text("utf-8")
    titles = re.findall(r"^## \d\. (.*)$", text, re.MULTILINE)
    assert re.findall(r"^\d\. \[(.*)\]\(#", text, re.MULTILINE) == titles


# --- the tool --------------------------------------------------------------------------


def test_outputs_are_written_below_their_blocks(course):
    text = (course / "docs" / "page.md").read_text("utf-8")
    assert "```\n\n```text output\nrain\n```\n\nIt prints what you expect." in text
    assert "```text output\nRAIN\n12 rows in 3.4 s.\n```\n\nThe end.\n\n<!-- Run by" in text
    assert "not run\n```\n\n```python" in text


def test_running_a_page_again_changes_no_byte(course, outputs):
    text = (course / "docs" / "page.md").read_text("utf-8")
    slower = [output.replace("3.4 s", "71.0 s") for output in outputs]
    assert chapters.written(text, slower, chapters.weights_of(course)) == text
    assert chapters.differences(course) == []


def test_a_stale_output_is_replaced_and_one_that_is_gone_goes(course):
    text = edit(course, "print(word)", "word = 'snow'")
    outputs, broken = chapters.execute(text, "page.md", course)
    assert broken == ['docs/page.md:17: this does not hold: word == "rain"']
    again = chapters.written(text, outputs, "w")
    assert "```text output\nrain" not in again and "```text output\nSNOW" in again


def test_a_block_that_fails_is_named_with_its_line(course):
    text = edit(course, "print(word.upper())", "print(word.uper())")
    with pytest.raises(chapters.ChapterError, match=r"^docs/page\.md:23: AttributeError: "):
        chapters.execute(text, "page.md", course)


def test_code_edited_after_the_run_is_noticed_without_running_it(course):
    edit(course, "word.upper()", "word.lower()")
    [difference] = chapters.differences(course)
    assert difference == "docs/page.md has code or outputs that were edited after it was run"


def test_an_output_edited_by_hand_is_noticed_without_running_it(course):
    edit(course, "RAIN", "SUN")
    [difference] = chapters.differences(course)
    assert "edited after it was run" in difference


def test_new_weights_are_noticed_without_running_a_page(course):
    (course / "helpers/tutor/tutor/model.safetensors").write_bytes(b"others")
    [difference] = chapters.differences(course)
    assert difference == "docs/page.md shows outputs of other weights than helpers/tutor/ has"


def test_prose_may_change_without_running_a_page(course):
    edit(course, "It prints what you expect.", "It prints a word.")
    assert chapters.differences(course) == []


def test_long_lines_are_wrapped_with_an_indent():
    page = "```python\nprint('ab ' * 60)\n```\n"
    [output], _ = chapters.execute(page, "page.md")
    lines = output.splitlines()
    assert max(map(len, lines)) <= chapters.WIDTH and lines[1].startswith("    ab")


def test_a_page_runs_on_the_tutor_whatever_model_an_author_has_chosen(monkeypatch):
    monkeypatch.setenv("COURSE_LLM", "openai/some-model")
    page = "```python\nimport os\nprint(os.environ['COURSE_LLM'])\n```\n"
    assert chapters.execute(page, "page.md") == (["tutor\n"], [])


def test_a_condition_between_code_and_output_stays_and_is_run():
    page = (
        "```python\nprint(1)\n```\n\n<!-- holds: 1 == 1 -->\n\n```text output\n1\n```\n\nThe end.\n"
    )
    code, condition = chapters.blocks(page)
    assert code.output == "1\n" and not code.holds
    assert condition.holds and condition.output is None
    again = chapters.written(page, ["2\n"], "w")
    assert again.startswith(page.replace("output\n1", "output\n2"))
    without = chapters.written(page, [""], "w")
    assert without.startswith("```python\nprint(1)\n```\n\n<!-- holds: 1 == 1 -->\n\nThe end.\n")


def test_a_condition_inside_a_sentence_is_refused(course):
    text = edit(course, "It prints what you", 'It prints\nwhat <!-- holds: word == "snow" --> you')
    line = text[: text.index("<!-- holds")].count("\n") + 1
    with pytest.raises(chapters.ChapterError, match=rf"^docs/page\.md:{line}: .*own line"):
        chapters.execute(text, "page.md", course)
    [difference] = chapters.differences(course)
    assert difference.startswith(f"docs/page.md:{line}: ")


def test_build_check_tells_of_a_stale_page(course, capsys):
    (course / "authoring" / "notebooks").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, course)
    (course / "docs" / "images").mkdir()
    for name in pictures.PICTURES:
        shutil.copy(ROOT / "docs" / "images" / name, course / "docs" / "images")
    assert build.main(["--root", str(course)]) == 0
    assert build.main(["--root", str(course), "--check"]) == 0
    edit(course, "RAIN", "SUN")
    assert build.main(["--root", str(course), "--check"]) == 1
    told = capsys.readouterr().err
    assert "docs/page.md has code" in told and "Run `make chapters`" in told


# --- pictures --------------------------------------------------------------------------


def test_the_pictures_are_what_the_script_draws():
    translations = catalogues.translations()
    assert gallery.differences(translations) == []
    committed = {p.relative_to(ROOT / "docs/images") for p in (ROOT / "docs/images").rglob("*.png")}
    assert len(committed) == len(pictures.PICTURES) * len(translations)


def test_a_picture_that_was_touched_is_noticed(tmp_path):
    folder = tmp_path / "docs" / "images"
    folder.mkdir(parents=True)
    image = Image.open(ROOT / "docs" / "images" / "pipeline.png")
    image.putpixel((200, 100), (255, 0, 0, 255))
    about = PngInfo()
    about.add_text("source", image.info["source"])
    image.save(folder / "pipeline.png", pnginfo=about)
    image.save(folder / "taxonomy-synthetic-data.png")
    shutil.copy(folder / "pipeline.png", folder / "stray.png")
    assert gallery.differences({"en": catalogues.Translation()}, tmp_path) == [
        "docs/images/taxonomy-synthetic-data.png is not what authoring/pictures.py draws",
        "docs/images/pipeline.png has other pixels than authoring/pictures.py draws",
        "docs/images/stray.png is not drawn by authoring/pictures.py",
    ]


def test_a_picture_in_another_language_is_stale_when_one_of_its_labels_changes(tmp_path):
    shutil.copytree(ROOT / "docs" / "images", tmp_path / "docs" / "images")
    translations = catalogues.translations()
    assert gallery.differences(translations, tmp_path) == []

    def other(unit):
        return "!" if unit.text == "gives rows" else translations["ko"](unit)

    assert gallery.differences({**translations, "ko": other}, tmp_path) == [
        "docs/images/ko/pipeline.png is not what authoring/pictures.py draws"
    ]


def test_without_a_font_for_all_languages_it_is_said_which_one(monkeypatch):
    monkeypatch.setenv("COURSE_FONT", "/no/such/font.ttc")
    with pytest.raises(FileNotFoundError, match="/no/such/font.ttc.*fonts-noto-cjk"):
        gallery._font()


def test_every_picture_is_shown_somewhere_with_words_for_who_does_not_see_it():
    pages = [ROOT / "README.md", *chapters.pages()]
    shown = {
        target.split("/")[-1]: words
        for page in pages
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text("utf-8"))
        if target.endswith(".png")
    }
    assert set(shown) == set(pictures.PICTURES)
    assert all(len(words.split()) > 15 for words in shown.values())
