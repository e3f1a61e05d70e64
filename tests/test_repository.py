"""Promises of the repository's own files."""

import os
import re
import subprocess
import sys
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from markdown_it import MarkdownIt
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from authoring.build import repository
from authoring.pages import headings, slug
from tests.conftest import ROOT

PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]


def lines(name):
    text = (ROOT / name).read_text("utf-8")
    return [line.split("#")[0].strip() for line in text.splitlines() if line.split("#")[0].strip()]


def pins():
    return [Requirement(line) for line in lines("constraints.txt")]


def wanted():
    try:
        import tomllib
    except ModuleNotFoundError:
        import tomli as tomllib
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [text for group in project["optional-dependencies"].values() for text in group]
    found = [Requirement(text) for text in [*lines("requirements.txt"), *extras]]
    return [requirement for requirement in found if requirement.name != project["name"]]


@pytest.mark.parametrize("python", ["3.10", "3.11", "3.12", "3.13"])
def test_every_requirement_is_pinned_once_within_its_range(python):
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    for requirement in wanted():
        if requirement.marker and not requirement.marker.evaluate(environment):
            continue
        name = canonicalize_name(requirement.name)
        found = [
            pin for pin in pins()
            if canonicalize_name(pin.name) == name
            and (pin.marker is None or pin.marker.evaluate(environment))
        ]  # fmt: skip
        assert len(found) == 1, (requirement.name, python)
        version = str(found[0].specifier).removeprefix("==")
        assert requirement.specifier.contains(version), (requirement.name, version)


def test_every_pin_is_exact():
    for pin in pins():
        assert re.fullmatch(r"==[^*]+", str(pin.specifier)), str(pin)


def test_no_pin_brings_cuda():
    assert not [p.name for p in pins() if p.name.startswith(("nvidia", "cuda", "triton"))]


def pages():
    """Every text with links that is committed: its path, and its Markdown."""
    found = {name: (ROOT / name).read_text("utf-8") for name in PAGES}
    for path in sorted((ROOT / "docs").glob("**/*.md")):
        found[str(path.relative_to(ROOT))] = path.read_text("utf-8")
    notebooks = [
        p for folder in ("notebooks", "solutions") for p in (ROOT / folder).rglob("*.ipynb")
    ]
    for path in sorted(p for p in notebooks if ".ipynb_checkpoints" not in p.parts):
        cells = nbformat.read(path, as_version=4).cells
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        found[str(path.relative_to(ROOT))] = "\n\n".join(texts)
    return found


def links(markdown):
    """Where the links and pictures of a page lead; code is no link."""
    for token in MarkdownIt().enable("table").parse(markdown):
        for child in token.children or []:
            yield from filter(None, (child.attrGet("href"), child.attrGet("src")))


def anchors(markdown):
    """The names that GitHub gives to a page's headings."""
    yield from map(slug, headings(markdown))


@pytest.mark.parametrize("page", pages())
def test_relative_links_lead_somewhere_on_the_page_too(page):
    for link in links(pages()[page]):
        target, _, anchor = link.partition("#")
        if "://" in link:
            continue
        path = (ROOT / page).parent / target if target else ROOT / page
        assert path.exists(), link
        if anchor:
            assert unquote(anchor) in set(anchors(path.read_text("utf-8"))), link


@pytest.mark.parametrize("page", pages())
def test_external_links_are_well_formed(page):
    for link in links(pages()[page]):
        if "://" not in link:
            assert not re.match(r"(www\.|[\w-]+\.(com|org|io|co)\b|mailto:)", link), link
            continue
        parts = urlsplit(link)
        assert parts.scheme == "https", link
        assert re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", parts.netloc), link
        assert re.fullmatch(r"[\w./?=&%+-]*", parts.path + parts.query + parts.fragment), link
        if parts.netloc == "arxiv.org":
            assert re.fullmatch(r"/abs/\d{4}\.\d{5}", parts.path), link


def test_no_link_is_left_as_text():
    """An address that nobody can click, or brackets that Markdown did not take for a link."""
    for page, markdown in pages().items():
        for token in MarkdownIt().enable("table").parse(markdown):
            for child in token.children or []:
                if child.type == "text":
                    assert "](" not in child.content and "://" not in child.content, page


def test_the_chapters_are_in_the_readmes_contents():
    assert {"docs/instruction_datasets.md", "docs/preference_datasets.md"} <= set(
        links(pages()["README.md"])
    )


@pytest.mark.parametrize("page", PAGES)
def test_commands_on_a_page_are_targets_of_the_makefile(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = (ROOT / page).read_text("utf-8")
    named = set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )?make ([a-z-]+)", text, re.MULTILINE))
    assert named <= targets


def test_the_menu_names_every_target():
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in re.findall(
        r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )[0].split():
        assert re.search(rf"^ *{name} ", done.stdout, re.MULTILINE), name


def test_modules_are_compiled_once_whatever_the_environment_says():
    rule = "show:\n\t@echo [$$PYTHONDONTWRITEBYTECODE]"
    done = subprocess.run(
        ["make", "--no-print-directory", "--eval", rule, "show"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "target, wanted", [("run", "."), ("grade", ".[grading]"), ("test", ".[test]")]
)
def test_one_call_of_pip_installs_what_a_target_needs(target, wanted, tmp_path):
    venv = tmp_path / "venv"
    done = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", f"VENV={venv}", target],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    installed = re.findall(r"--editable '(.+)'", done.stdout)
    assert installed == [wanted]
    assert f"touch {venv}/.learner" in done.stdout


def test_a_python_that_does_not_fit_is_named(tmp_path):
    done = subprocess.run(
        ["make", f"VENV={tmp_path / 'venv'}", "PYTHON=/no/such/python", "run"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "/no/such/python is not a Python 3.10 to 3.13" in done.stderr


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_ruff_has_nothing_to_say(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_repositorys_address_is_written_in_one_line():
    """Everywhere else it is derived: notebooks, solutions and the README's table."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    address, found = repository().removeprefix("https://github.com/"), []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in (".py", ".toml", ".md", ".txt", "") and path.is_file():
            text = path.read_text("utf-8", errors="ignore")
            if path.name == "README.md":
                text = re.sub(
                    r"<!-- exercises:.*?<!-- end of exercises -->", "", text, flags=re.DOTALL
                )
            found += [name] * text.count(address)
    assert found == ["pyproject.toml"]
