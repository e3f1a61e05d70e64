"""What people see: JupyterLab in a real browser, with its buttons and its keyboard.

Needs the extra `browser` and a Chromium (`COURSE_CHROMIUM` names one); else it is skipped.
`COURSE_SCREENSHOTS=FOLDER` keeps pictures, light and dark, to look at.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT

pytest.importorskip("jupyterlab")
playwright = pytest.importorskip("playwright.sync_api")
names = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = os.environ.get("COURSE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")

ATTACK = "<img src=x onerror='window.attacked = true'><script>window.attacked = true</script>"
CELLS = [
    f"""from helpers import annotate, browse, compare, plot
rows = [
    {{"prompt": f"Why does rain number {{n}} fall? " + {ATTACK!r},
      "chosen": f"Rain number {{n}} is water that falls from the clouds, in drops.",
      "rejected": f"Rain number {{n}} is water.",
      "chosen_model": "tutor", "rejected_model": "tutor-mini",
      "chosen_rating": 4, "rejected_rating": n % 3 + 1}}
    for n in range(12)
]
browse(rows, ["prompt", "chosen"], rows=2)""",
    "annotate(rows, file='answers.jsonl')",
    "compare(rows, rows=1)",
    "plot(rows)",
    f"from helpers import studio\nstudio(subjects=['rain', {ATTACK!r}], rows=6)",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab of this test's own."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "look.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"),
        "--LabApp.expose_app_in_browser=True",
    ]
    own = {"JUPYTER_CONFIG_DIR": str(folder / ".config"), "PYTHONPATH": str(ROOT)}
    settings = folder / ".config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    log = open(folder / "log.txt", "wb")  # noqa: SIM115  (closed below)
    server = subprocess.Popen(command, cwd=folder, env=os.environ | own, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5)
                break
            except OSError:
                assert server.poll() is None, (folder / "log.txt").read_text()
                time.sleep(0.2)
        yield f"{address}/lab/tree/look.ipynb"
    finally:
        server.terminate()
        server.wait()
        log.close()


@pytest.fixture(scope="module")
def page(lab):
    """The notebook after all its cells have run."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 2300})
        page.set_default_timeout(90_000)
        page.goto(lab)
        page.wait_for_selector(".jp-Notebook")
        run_all(page)
        yield page
        browser.close()


def run_all(page):
    """Run all cells, once the kernel is there, and wait for the last output."""
    page.evaluate(
        """async () => {
            await window.jupyterapp.restored;
            const panel = window.jupyterapp.shell.currentWidget;
            await panel.context.ready;
            await panel.sessionContext.ready;
            await window.jupyterapp.commands.execute("notebook:run-all-cells");
        }"""
    )
    output(page, 4).locator("img[alt^='Rows: 12']").wait_for()
    output(page, 5).get_by_label("Subjects").wait_for()


def output(page, cell):
    """What stands below a cell; the first is 1."""
    return page.locator(".jp-CodeCell").nth(cell - 1).locator(".jp-Cell-outputArea")


def answers(page, said):
    output(page, 2).get_by_text(said).and_(page.locator(":visible")).wait_for()


def test_buttons_turn_pages_and_fields_find_rows(page):
    rows = output(page, 1)
    rows.get_by_role("button", name="Next").wait_for()
    assert [text.is_visible() for text in rows.get_by_text("Row 0").all()] == [False, True]
    rows.get_by_role("button", name="Next").click()
    rows.get_by_text("Why does rain number 2 fall?").wait_for()
    rows.get_by_label("Search").fill("NUMBER 11")
    rows.get_by_label("Search").press("Enter")
    rows.get_by_text("Rows 1 to 1 of 1 (found among 12)").wait_for()
    assert rows.locator("mark").first.inner_text() == "number 11"
    rows.get_by_label("Search").fill("")
    rows.get_by_label("Search").press("Enter")
    rows.get_by_text("of 6", exact=True).wait_for()


def test_the_keyboard_reaches_every_control_in_order(page):
    question = output(page, 2)
    question.get_by_role("button", name="A is better").focus()
    reached = []
    for _ in range(4):
        reached.append(page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Tab")
    assert reached == ["A is better", "B is better", "Equally good", "Skip"]


def test_an_answer_survives_a_restart_of_the_kernel(page):
    answers(page, "Answered by me: 0 of 12")
    output(page, 2).get_by_role("button", name="B is better").click()
    answers(page, "Answered by me: 1 of 12")
    output(page, 2).get_by_role("button", name="Equally good").focus()
    page.keyboard.press("Enter")
    answers(page, "Answered by me: 2 of 12")
    page.evaluate(
        """async () => {
            const context = window.jupyterapp.shell.currentWidget.sessionContext;
            await context.session.kernel.restart();
            await window.jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
        }"""
    )
    run_all(page)
    answers(page, "Answered by me: 2 of 12")
    output(page, 2).get_by_role("button", name="Show the agreement").click()
    output(page, 2).get_by_text("Cohen's kappa", exact=False).first.wait_for()


def test_changes_models_and_ratings_are_on_the_page(page):
    changed = output(page, 3).locator("ins:visible")
    changed.wait_for()
    assert "that falls from the clouds" in changed.inner_text()
    assert "tutor-mini" in output(page, 3).inner_text()


def test_a_picture_is_drawn_and_has_words(page):
    picture = output(page, 4).locator("img")
    assert "chosen: words" in picture.get_attribute("alt")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")


def test_the_studio_leads_from_subjects_to_rows(page):
    made = output(page, 5)
    made.get_by_label("Tier").select_option(label="🐕 … from seed data")
    made.get_by_text("The code that runs").click()
    made.get_by_text("Magpie(").locator("visible=true").wait_for()
    made.get_by_label("Tier").select_option(label="🐢 An instruction tuning dataset")
    made.get_by_role("button", name="Prompts and estimate").click()
    made.get_by_text("Estimate for 6 rows").wait_for()
    made.get_by_text("The first prompt of text_generation_0").click()
    made.get_by_text("Write a question about rain.").locator("visible=true").wait_for()
    made.get_by_role("button", name="Make 5 rows").click()
    made.get_by_text("Rows 1 to 5 of 5").wait_for()
    made.get_by_label("Folder").fill("mine")
    made.get_by_role("button", name="Save").click()
    made.get_by_text("Rows saved in mine: 5").wait_for()


def test_nothing_that_a_model_wrote_ran(page):
    assert page.evaluate("window.attacked") is None
    for theme in ("Light", "Dark"):
        page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
            f"JupyterLab {theme}",
        )
        if folder := os.environ.get("COURSE_SCREENSHOTS"):
            page.wait_for_timeout(1500)
            page.screenshot(path=Path(folder) / f"look-{theme.lower()}.png")
            output(page, 5).screenshot(path=Path(folder) / f"studio-{theme.lower()}.png")
