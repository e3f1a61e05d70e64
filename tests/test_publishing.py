"""`publish`, through the real client, to a server that speaks the Hub's upload protocol."""

import base64
import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from datasets import load_dataset

from helpers import publish, save
from helpers.publishing import NotPublished

ROWS = [{"instruction": f"What is number {n}?", "response": "A number."} for n in range(12)]
FINE = {"role": "fineGrained", "fineGrained": {"global": [], "scoped": []}}
SCOPE = {"entity": {"type": "user", "name": "me"}, "permissions": ["repo.content.read"]}
TOKENS = {
    "hf_write": {"role": "write"},
    "hf_read": {"role": "read"},
    "hf_fine": FINE | {"fineGrained": {"scoped": [SCOPE | {"permissions": ["repo.write"]}]}},
    "hf_fine_weak": FINE | {"fineGrained": {"scoped": [SCOPE]}},
    "hf_secretly_weak": {"role": "write"},
}


class Hub(ThreadingHTTPServer):
    """As much of the Hub as creating a repository and committing to it takes.

    The paths, status codes and shapes are those that huggingface_hub 2.4 sends and reads.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.private: dict[str, bool] = {}
        self.objects: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.breaks_at = ""


class Answer(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def send(self, status, body=None, **headers):
        data = json.dumps(body if body is not None else {}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        hub, path = self.server, self.path.partition("?")[0]
        hub.requests.append(f"{self.command} {path}")
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if path.startswith("/objects/"):
            hub.objects[path.rpartition("/")[2]] = body
            return self.send(200)
        if token not in TOKENS:
            return self.send(401, {"error": "Invalid user token."})
        if hub.breaks_at and hub.breaks_at in path:
            return self.send(400, {"error": "No space left in your account."})
        if path == "/api/whoami-v2":
            auth = {"type": "access_token", "accessToken": TOKENS[token]}
            me = {"type": "user", "name": "me", "orgs": [{"name": "my-school"}], "auth": auth}
            return self.send(200, me)
        if path == "/api/validate-yaml":
            return self.send(200, {"warnings": [], "errors": []})
        if token == "hf_secretly_weak":
            return self.send(403, {"error": "You don't have the rights to create a dataset."})
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        found = re.fullmatch(r"(?:/api)?/datasets/([\w-]+/[\w.-]+?)(\.git)?(/.*)?", path)
        if not found or found[1] not in hub.repositories:
            return self.send(404, {"error": "Repository not found"}, X_Error_Code="RepoNotFound")
        self.in_repository(found[1], found[3] or "", body)

    do_GET = do_POST = do_PUT = handle_any

    def create(self, asked):
        assert asked["type"] == "dataset"
        name = f"{asked['organization'] or 'me'}/{asked['name']}"
        url = {"url": f"{self.server.url}/datasets/{name}"}
        if name in self.server.repositories:
            return self.send(409, url | {"error": "You already created this dataset repo"})
        self.server.repositories[name] = {".gitattributes": b"*.parquet lfs"}
        self.server.private[name] = asked.get("visibility") == "private"
        self.send(200, url)

    def in_repository(self, name, action, body):
        files = self.server.repositories[name]
        if action == "":
            return self.send(200, self.info(name))
        if action.startswith("/tree/"):
            tree = [
                {"type": "file", "path": path, "size": len(data), "oid": "0" * 40}
                for path, data in files.items()
            ]
            return self.send(200, tree)
        if action.startswith("/revision/"):
            return self.send(200, self.info(name))
        if action == "/preupload/main":
            modes = [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith(".parquet") else "regular",
                    "shouldIgnore": False,
                }
                for file in json.loads(body)["files"]
            ]
            return self.send(200, {"files": modes})
        if action == "/info/lfs/objects/batch":
            objects = [
                one | {"actions": {"upload": {"href": f"{self.server.url}/objects/{one['oid']}"}}}
                for one in json.loads(body)["objects"]
            ]
            return self.send(200, {"transfer": "basic", "objects": objects})
        assert action == "/commit/main", action
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                data = self.server.objects[value["oid"]]
                assert hashlib.sha256(data).hexdigest() == value["oid"]
                files[value["path"]] = data
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        commit = {"commitUrl": f"{self.server.url}/{name}/commit/1", "commitOid": "1" * 40}
        self.send(200, commit)

    def info(self, name):
        siblings = [{"rfilename": path} for path in self.server.repositories[name]]
        private = self.server.private[name]
        return {"id": name, "private": private, "siblings": siblings, "sha": "1" * 40, "tags": []}


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A Hub of this test's own, whose user has logged in with a token that may write."""
    server = Hub()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", server.url)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setenv("HF_TOKEN", "hf_write")
    yield server
    server.shutdown()
    server.server_close()


def loaded(hub, name, folder):
    for path, data in hub.repositories[name].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return load_dataset(str(folder), cache_dir=str(folder.parent / "cache"))


def test_what_is_published_loads_as_it_was_and_has_its_card(hub, tmp_path, capsys):
    address = publish(ROWS, "numbers", license="cc-by-4.0")
    assert address == f"{hub.url}/datasets/me/numbers"
    assert f"Published: {address} (private)" in capsys.readouterr().out
    assert list(loaded(hub, "me/numbers", tmp_path / "copy")["train"]) == ROWS
    card = hub.repositories["me/numbers"]["README.md"].decode()
    assert "license: cc-by-4.0" in card and "# numbers" in card and "12 rows" in card


def test_rows_travel_as_large_files_and_in_one_commit(hub):
    publish(ROWS, "numbers")
    assert sum(request.endswith("/commit/main") for request in hub.requests) == 1
    assert [request for request in hub.requests if request.startswith("PUT /objects/")]


def test_a_folder_that_save_wrote_can_be_published_as_it_is(hub, tmp_path):
    folder = save({"ask": {"train": _dataset()}, "more": {"test": _dataset()}}, tmp_path / "mine")
    publish(folder, "my-school/numbers", private=False)
    files = hub.repositories["my-school/numbers"]
    assert files["README.md"] == (folder / "README.md").read_bytes()
    assert {"ask/train.parquet", "more/test.parquet"} <= set(files)
    assert hub.private == {"my-school/numbers": False}


def _dataset():
    from datasets import Dataset

    return Dataset.from_list(ROWS)


def test_a_repository_that_is_there_is_left_alone_until_asked(hub, capsys):
    publish(ROWS, "numbers")
    before = dict(hub.repositories["me/numbers"])
    with pytest.raises(NotPublished, match=r"me/numbers is on the Hub already.*replace=True"):
        publish(ROWS[:3], "numbers")
    assert hub.repositories["me/numbers"] == before


def test_replacing_removes_old_data_and_leaves_other_files(hub, tmp_path):
    publish({"ask": {"train": _dataset()}}, "numbers")
    hub.repositories["me/numbers"]["notes.txt"] = b"good ones: 3"
    publish(ROWS[:3], "numbers", replace=True)
    files = hub.repositories["me/numbers"]
    assert set(files) == {".gitattributes", "README.md", "train.parquet", "notes.txt"}
    assert len(loaded(hub, "me/numbers", tmp_path / "copy")["train"]) == 3


def test_after_a_failure_the_same_call_publishes(hub):
    hub.breaks_at = "/commit/"
    with pytest.raises(NotPublished, match=r"No space left.*may be called again"):
        publish(ROWS, "numbers")
    hub.breaks_at = ""
    publish(ROWS, "numbers")
    assert "train.parquet" in hub.repositories["me/numbers"]


def test_without_a_token_it_says_where_to_make_one_and_sends_nothing(hub, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(NotPublished, match=r"not logged in.*type Write.*settings/tokens"):
        publish(ROWS, "numbers")
    assert hub.requests == []


def test_a_token_given_in_the_call_is_taken(hub, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    publish(ROWS, "numbers", token="hf_fine")
    assert "me/numbers" in hub.repositories


@pytest.mark.parametrize("token", ["hf_read", "hf_fine_weak", "hf_secretly_weak"])
def test_a_token_that_may_not_write_is_explained(token, hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(NotPublished, match=r"may read but not write.*type Write"):
        publish(ROWS, "numbers")
    assert hub.repositories == {}


def test_a_token_that_the_hub_does_not_know_is_explained(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_revoked")
    with pytest.raises(NotPublished, match=r"does not know this token.*HF_TOKEN"):
        publish(ROWS, "numbers")


def test_somebody_elses_name_is_refused_before_anything_is_created(hub):
    with pytest.raises(NotPublished, match=r"for google\. It belongs to: me, my-school"):
        publish(ROWS, "google/numbers")
    assert hub.repositories == {}


@pytest.mark.parametrize(
    "name",
    ["", "my dataset", "a/b/c", "/numbers", "me/", "-numbers", "numbers.", "a--b", "a..b",
     "numbers.git", "zażółć", "x" * 97, "https://huggingface.co/me/numbers", None, 3],
)  # fmt: skip
def test_a_malformed_name_is_explained_and_sends_nothing(name, hub):
    with pytest.raises(NotPublished, match=r"is not a name of the Hub.*owner/my-dataset"):
        publish(ROWS, name)
    assert hub.requests == []


def test_every_name_that_we_take_the_client_takes(hub):
    from huggingface_hub.utils import validate_repo_id

    for name in ("numbers", "me/numbers", "a", "_a", "A.b_c-d", "me/9"):
        validate_repo_id(name)
        publish(ROWS, name, replace=True) if name != "me/numbers" else None
    assert "me/A.b_c-d" in hub.repositories


@pytest.mark.parametrize("value", [[], {}, None])
def test_nothing_to_publish_is_said_plainly_and_sends_nothing(value, hub):
    with pytest.raises(ValueError, match="rows"):
        publish(value, "numbers")
    assert hub.requests == []


def test_a_folder_that_save_did_not_write_is_not_published(hub, tmp_path):
    (tmp_path / "thesis.parquet").write_bytes(b"mine")
    with pytest.raises(NotPublished, match=r"not a folder that save\(\) wrote"):
        publish(tmp_path, "numbers")
    folder = save(ROWS, tmp_path / "mine")
    with pytest.raises(NotPublished, match="written already"):
        publish(folder, "numbers", license="mit")
    assert hub.requests == []


def test_a_hub_that_cannot_be_reached_is_said_plainly(hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(NotPublished, match="cannot be reached"):
        publish(ROWS, "numbers")


def test_no_message_shows_the_token(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_revoked_secret")
    with pytest.raises(NotPublished) as caught:
        publish(ROWS, "numbers")
    assert "hf_revoked_secret" not in str(caught.value)
