"""`publish`: a dataset on the Hugging Face Hub, with its card.

Whatever can be wrong is looked for before anything is sent: the rows, the name, the token and
what it may do. All files go up in one commit, so a repository is complete or as it was before.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from helpers.cards import is_ours
from helpers.messages import say
from helpers.saving import parts_of, write

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_TOKENS_PAGE = "https://huggingface.co/settings/tokens"
_BRINGS_ITSELF = {".gitattributes"}  # what the Hub puts into an empty repository


class NotPublished(RuntimeError):
    """The dataset is not on the Hub. The message says why, and what to do."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this, and no stack


def publish(
    dataset: Any,
    name: str,
    *,
    private: bool = True,
    replace: bool = False,
    token: str | None = None,
    pipeline: Any = None,
    license: str | None = None,
) -> str:
    """Put a dataset on the Hugging Face Hub, with the card that `save` writes.

    The token is the one that `huggingface_hub.login()` keeps, or `HF_TOKEN` of the environment;
    it must be allowed to write. See https://huggingface.co/docs/hub/security-tokens.

    Args:
        dataset: a Distiset, DatasetDict, Dataset, DataFrame or list of dictionaries; or a folder
            that `save` wrote.
        name: the repository, `"my-dataset"` or `"owner/my-dataset"`.
        private: whether only you see it; its settings on the Hub change that later.
        replace: whether to replace the data and the card of a repository that is there already.
            Its earlier versions stay in its history.
        token: another token than the one that is kept.
        pipeline: the pipeline that made it, or a list of several, for the card.
        license: what others may do with it, an identifier of the Hub such as `"cc-by-4.0"`.

    Returns:
        The address of the dataset's page.

    Raises:
        NotPublished: there is no token or a weak one, the name is malformed or taken, or the
            Hub cannot be reached.
        ValueError: there are no rows.

    >>> publish(dataset, "my-dataset")                           # doctest: +SKIP
    Published: https://huggingface.co/datasets/me/my-dataset (private)
    """
    _check_name(name)
    with tempfile.TemporaryDirectory() as beside:
        folder = _folder(dataset, Path(beside) / "new", name, pipeline, license)
        from huggingface_hub import HfApi, get_token

        token = token or get_token()
        if not token:
            raise NotPublished(_no_token())
        api = HfApi(token=token)
        owner = _owner(api, name)
        repository = f"{owner}/{name.rpartition('/')[2]}"
        there = _files_of_new_repository(api, repository, private, replace)
        _commit(api, repository, folder, there)
        is_private = _asked(api.repo_info, repository, repo_type="dataset").private
    address = f"{api.endpoint}/datasets/{repository}"
    label = say("publish.private", "private") if is_private else say("publish.public", "public")
    print(say("publish.done", "Published: {address} ({label})", address=address, label=label))
    return address


# --- before anything is sent ------------------------------------------------


def _check_name(name: object) -> None:
    """Refuse what the Hub would refuse, in words that say how a name looks."""
    parts = name.split("/") if isinstance(name, str) else []
    is_well_formed = (
        1 <= len(parts) <= 2
        and all(re.fullmatch(r"[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?", p, re.ASCII) for p in parts)
        and all(len(part) <= 96 for part in parts)
        and not re.search(r"--|\.\.|\.git$", name)
    )
    if not is_well_formed:
        raise NotPublished(
            say(
                "publish.name",
                "{name} is not a name of the Hub. Write my-dataset or owner/my-dataset: letters, "
                "digits, '-', '_' and '.', at most 96, none of the signs '-' and '.' at an end or "
                "twice in a row.",
                name=repr(name),
            )
        )


def _folder(dataset: Any, new: Path, name: str, pipeline: Any, license: str | None) -> Path:
    """The files to send: written now, or by `save` before."""
    if not isinstance(dataset, (str, Path)):
        write(new, name.rpartition("/")[2], dataset, parts_of(dataset), pipeline, license)
        return new
    if not is_ours(Path(dataset)):
        raise NotPublished(
            say(
                "publish.folder",
                "{folder} is not a folder that save() wrote. Give publish() the dataset itself, "
                "or save it first.",
                folder=dataset,
            )
        )
    if pipeline is not None or license is not None:
        raise NotPublished(
            say(
                "publish.saved_card",
                "The card in {folder} is written already. Give pipeline and license to save().",
                folder=dataset,
            )
        )
    return Path(dataset)


def _owner(api: HfApi, name: str) -> str:
    """Who the repository belongs to; the token must be allowed to write there."""
    me = _asked(api.whoami)
    mine = [me["name"], *(group["name"] for group in me.get("orgs", []))]
    owner = name.partition("/")[0] if "/" in name else me["name"]
    if owner not in mine:
        raise NotPublished(
            say(
                "publish.owner",
                "Your token cannot publish for {owner}. It belongs to: {mine}. Leave the owner "
                "out, or take a token of {owner}.",
                owner=owner,
                mine=", ".join(mine),
            )
        )
    if not _may_write((me.get("auth") or {}).get("accessToken") or {}, owner):
        raise NotPublished(_weak_token())
    return owner


def _may_write(token: dict, owner: str) -> bool:
    """Whether a token's description allows it; where it says nothing, the Hub will decide."""
    if token.get("role") == "read":
        return False
    if token.get("role") != "fineGrained" or not token.get("fineGrained"):
        return True
    granted = token["fineGrained"]
    scopes = [s for s in granted.get("scoped", []) if s.get("entity", {}).get("name") == owner]
    permissions = {name for scope in scopes for name in scope.get("permissions", [])}
    return "repo.write" in permissions | set(granted.get("global", []))


# --- sending ------------------------------------------------------------------


def _files_of_new_repository(
    api: HfApi, repository: str, private: bool, replace: bool
) -> list[str]:
    """Create the repository; return the files of one that was there and may be replaced.

    A repository without files, as a failed attempt leaves it, is as good as a new one.
    """
    from huggingface_hub.errors import HfHubHTTPError

    try:
        api.create_repo(repository, repo_type="dataset", private=private)
        return []
    except HfHubHTTPError as error:
        if error.response.status_code != 409:
            _explain(error)
    except Exception as error:  # noqa: BLE001  (explained, or raised again)
        _explain(error)
    there = _asked(api.list_repo_files, repository, repo_type="dataset")
    if set(there) - _BRINGS_ITSELF and not replace:
        raise NotPublished(
            say(
                "publish.exists",
                "{repository} is on the Hub already. Choose another name, or replace its data "
                "and card: publish(..., replace=True).",
                repository=repository,
            )
        )
    return there


def _commit(api: HfApi, repository: str, folder: Path, there: list[str]) -> None:
    """Send all files in one commit, which also removes data that are no longer part of it."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    paths = [path for path in sorted(folder.rglob("*")) if path.suffix == ".parquet"]
    paths.append(folder / "README.md")
    new = {path.relative_to(folder).as_posix(): path for path in paths}
    operations = [CommitOperationAdd(name, path) for name, path in new.items()]
    gone = [name for name in there if name.endswith(".parquet") and name not in new]
    operations += [CommitOperationDelete(name) for name in gone]
    _asked(
        api.create_commit,
        repository,
        operations,
        repo_type="dataset",
        commit_message="Data and card, made with distilabel",
    )


def _asked(question: Any, *args: Any, **kwargs: Any) -> Any:
    """Ask the Hub; say plainly what went wrong if something did."""
    try:
        return question(*args, **kwargs)
    except Exception as error:  # noqa: BLE001  (explained, or raised again)
        _explain(error)


def _explain(error: Exception) -> NoReturn:
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        if status == 401:
            raise NotPublished(_wrong_token()) from error
        if status == 403:
            raise NotPublished(_weak_token()) from error
        raise NotPublished(
            say(
                "publish.refused",
                "The Hub refused ({status}): {why}. Your data are where they were; "
                "publish() may be called again.",
                status=status,
                why=str(error.server_message or error).strip().splitlines()[0].rstrip("."),
            )
        ) from error
    if isinstance(error, OfflineModeIsEnabled):
        raise NotPublished(
            say(
                "publish.offline",
                "HF_HUB_OFFLINE is set, so nothing can be published. Unset it and start again.",
            )
        ) from error
    # huggingface_hub 1 speaks through httpx, 2 through httpx2.
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & {"TransportError", "ConnectionError"}:
        raise NotPublished(
            say(
                "publish.unreachable",
                "The Hub cannot be reached ({why}). Your data are where they were; "
                "publish() may be called again.",
                why=type(error).__name__,
            )
        ) from error
    raise error


def _no_token() -> str:
    return say(
        "publish.no_token",
        "You are not logged in to the Hugging Face Hub. Make a token of the type Write on {page}, "
        "then run once: from huggingface_hub import login; login(). It is asked for once and "
        "kept. On Colab, add it under Secrets as HF_TOKEN.",
        page=_TOKENS_PAGE,
    )


def _wrong_token() -> str:
    return say(
        "publish.wrong_token",
        "The Hub does not know this token: it may have been revoked, or only part of it was "
        "copied. Make a new one of the type Write on {page} and run "
        "huggingface_hub.login() again; HF_TOKEN in the environment comes first.",
        page=_TOKENS_PAGE,
    )


def _weak_token() -> str:
    return say(
        "publish.weak_token",
        "This token may read but not write here. Make one of the type Write on {page} (or, "
        "fine-grained, with write access to your repositories) and run "
        "huggingface_hub.login() again; HF_TOKEN in the environment comes first.",
        page=_TOKENS_PAGE,
    )
