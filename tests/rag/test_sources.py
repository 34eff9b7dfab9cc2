"""Listing and reading folders, Git working trees and BEIR collections."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from rag.model import FileStamp, RawFile, Unreadable
from rag.sources import Entry, Skipped, Source, SourceError, SourceKind, detect_kind, list_files, read_file
from rag.sources.listing import MAX_FILE


def put(root: Path, path: str, content: str = "text") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def listing(root: Path, kind: SourceKind = "folder") -> list[Entry]:
    return list(list_files(Source("docs", kind, root)))


def paths(entries: list[Entry]) -> list[str]:
    return [entry.path for entry in entries if isinstance(entry, FileStamp)]


def stamps(entries: list[Entry]) -> list[FileStamp]:
    return [entry for entry in entries if isinstance(entry, FileStamp)]


def contents(root: Path, entries: list[Entry], kind: SourceKind) -> list[bytes]:
    found = [read_file(Source("docs", kind, root), entry) for entry in entries if isinstance(entry, FileStamp)]
    assert all(isinstance(raw, RawFile) for raw in found)
    return [raw.content for raw in found if isinstance(raw, RawFile)]


def test_a_folder_is_listed_by_path_without_hidden_and_foreign_folders(tmp_path: Path) -> None:
    for path in ("b.md", "a/z.md", "a.md", "a/b/c.txt", ".git/x.md", ".hidden.md", "node_modules/x.md", "env2/x.md"):
        put(tmp_path, path)
    put(tmp_path, "env2/pyvenv.cfg")
    entries = listing(tmp_path)
    assert paths(entries) == ["a.md", "a/b/c.txt", "a/z.md", "b.md"]
    assert contents(tmp_path, entries, "folder") == [b"text"] * 4


def test_the_version_changes_with_the_file_and_only_then(tmp_path: Path) -> None:
    file = put(tmp_path, "a.md")
    (before,), (again,) = listing(tmp_path), listing(tmp_path)
    assert before == again
    file.write_text("other words")
    assert listing(tmp_path) != [before]


def test_gatehouseignore_leaves_out_files_and_folders(tmp_path: Path) -> None:
    for path in ("keep.md", "drafts/a.md", "x/b.tmp.md", "x/keep.tmp.md"):
        put(tmp_path, path)
    put(tmp_path, ".gatehouseignore", "drafts/\n*.tmp.md\n!keep.tmp.md\n")
    assert paths(listing(tmp_path)) == ["keep.md", "x/keep.tmp.md"]


def test_links_are_never_followed_out_of_the_folder_or_in_circles(tmp_path: Path) -> None:
    secret = put(tmp_path, "outside/secret.md", "secret")
    root = tmp_path / "root"
    put(root, "a.md")
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "secret.md").symlink_to(secret)
    (root / "folder").symlink_to(secret.parent, target_is_directory=True)
    entries = listing(root)
    assert paths(entries) == ["a.md"]
    assert {entry.path for entry in entries if isinstance(entry, Skipped)} == {"loop", "secret.md", "folder"}


@pytest.mark.parametrize("path", ["../secret.md", "link/secret.md", "link.md"])
def test_reading_never_leaves_the_source(tmp_path: Path, path: str) -> None:
    secret = put(tmp_path, "secret.md", "secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path, target_is_directory=True)
    (root / "link.md").symlink_to(secret)
    stamp = FileStamp(path, "1", 6, stamps(listing(tmp_path))[0].modified)
    assert isinstance(read_file(Source("docs", "folder", root), stamp), Unreadable)


def test_a_large_file_is_named_with_its_size_and_never_opened(tmp_path: Path) -> None:
    with put(tmp_path, "large.md").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    (entry,) = listing(tmp_path)
    assert isinstance(entry, Unreadable)
    assert "209,715,200" in entry.reason
    assert f"{MAX_FILE:,}" in entry.reason


def test_a_picture_is_skipped_with_a_reason(tmp_path: Path) -> None:
    put(tmp_path, "logo.png")
    os.mkfifo(tmp_path / "pipe.md")
    logo, pipe = listing(tmp_path)
    assert logo == Skipped("logo.png", "no reader for '.png' files")
    assert isinstance(pipe, Skipped)


def test_a_name_that_cannot_be_stored_or_shown_is_reported_safely(tmp_path: Path) -> None:
    put(tmp_path, "bad\nname.md")
    put(tmp_path, "gnp\u202e.md")
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    entries = listing(tmp_path)
    assert len(entries) == 3
    for entry in entries:
        assert isinstance(entry, Unreadable)
        assert entry.path.isprintable()
        entry.path.encode()


def test_a_file_that_vanished_is_named_with_the_reason(tmp_path: Path) -> None:
    file = put(tmp_path, "a.md")
    (stamp,) = stamps(listing(tmp_path))
    file.unlink()
    assert read_file(Source("d", "folder", tmp_path), stamp) == Unreadable(
        "a.md", "cannot be read: No such file or directory"
    )


def test_a_missing_folder_and_a_file_in_its_place_are_explained(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    for kind in ("folder", "git", "beir"):
        for root, words in (
            (tmp_path / "nowhere", "There is no folder"),
            (tmp_path / "a.md", "is a file, not a folder"),
        ):
            with pytest.raises(SourceError, match=words) as caught:
                listing(root, kind)
            assert str(root) in str(caught.value)
    with pytest.raises(SourceError):
        detect_kind(tmp_path / "nowhere")


def git(root: Path, *arguments: str, date: str = "2026-01-01T10:00:00+00:00") -> None:
    environment = {**os.environ, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date, "GIT_CONFIG_GLOBAL": "/dev/null"}
    command = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@x.example", *arguments]
    subprocess.run(command, check=True, capture_output=True, env=environment)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    put(root, "old.md", "old")
    put(root, "docs/new é.md", "new")
    put(root, ".gitignore", "*.log\n")
    git(root, "init", "-q")
    git(root, "add", "old.md", ".gitignore")
    git(root, "commit", "-qm", "one")
    git(root, "add", ".")
    git(root, "commit", "-qm", "two", date="2026-05-05T10:00:00+02:00")
    return root


def test_a_git_tree_gives_blob_ids_and_the_dates_of_the_last_commits(tree: Path) -> None:
    new, old = stamps(listing(tree, "git"))
    assert (new.path, new.modified.isoformat()) == ("docs/new é.md", "2026-05-05T08:00:00+00:00")
    assert (old.path, old.modified.isoformat()) == ("old.md", "2026-01-01T10:00:00+00:00")
    assert all(len(stamp.version) == 40 for stamp in (new, old))
    assert contents(tree, [new, old], "git") == [b"new", b"old"]


def test_a_git_tree_takes_in_what_is_new_and_changed_but_not_what_is_ignored_or_deleted(tree: Path) -> None:
    put(tree, "fresh.txt")
    put(tree, "noise.log")
    put(tree, "old.md", "changed")
    (tree / "docs/new é.md").unlink()
    (tree / "link.md").symlink_to("/etc/passwd")
    fresh, old = stamps(listing(tree, "git"))
    assert (fresh.path, old.path) == ("fresh.txt", "old.md")
    assert len(old.version) != 40
    assert old.modified.year != 2026 or old.modified.month != 1


def test_a_folder_inside_a_git_tree_and_a_tree_without_commits_are_listed(tree: Path, tmp_path: Path) -> None:
    assert paths(listing(tree / "docs", "git")) == ["new é.md"]
    empty = tmp_path / "empty"
    put(empty, "a.md")
    git(empty, "init", "-q")
    git(empty, "add", "a.md")
    assert paths(listing(empty, "git")) == ["a.md"]


def test_nothing_that_a_repository_configures_is_run(tree: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    script = put(tmp_path, "evil.sh", f"#!/bin/sh\ntouch {trace}\n")
    script.chmod(0o755)
    git(tree, "config", "core.fsmonitor", str(script))
    listing(tree, "git")
    assert not trace.exists()


def test_a_folder_that_is_no_git_tree_is_explained(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a git repository"):
        listing(tmp_path, "git")


def corpus(root: Path, *lines: str) -> Path:
    return put(root, "corpus.jsonl", "\n".join(lines) + "\n")


def test_each_line_of_a_beir_corpus_is_a_document(tmp_path: Path) -> None:
    lines = [json.dumps({"_id": "a", "text": "x"}), json.dumps({"id": 2, "text": "é"}, ensure_ascii=False)]
    corpus(tmp_path, lines[0], "", lines[1])
    entries = listing(tmp_path, "beir")
    assert paths(entries) == ["a", "2"]
    assert [content.decode().strip() for content in contents(tmp_path, entries, "beir")] == lines


def test_a_line_that_moved_is_found_again(tmp_path: Path) -> None:
    line = json.dumps({"_id": "a", "text": "x"})
    corpus(tmp_path, line)
    entries = listing(tmp_path, "beir")
    corpus(tmp_path, json.dumps({"_id": "b", "text": "y"}), line)
    assert contents(tmp_path, entries, "beir")[0].decode().strip() == line


def test_bad_lines_of_a_corpus_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = json.dumps({"_id": "a", "text": "x"})
    corpus(
        tmp_path, good, "{broken", good, '{"text": "no id"}', '["list"]', '{"_id": "b\\n", "text": "x"}', '{"_id": "c"}'
    )
    entries = listing(tmp_path, "beir")
    assert paths(entries) == ["a", "c"]
    assert [e.path for e in entries if isinstance(e, Unreadable)] == [f"corpus.jsonl:{n}" for n in (2, 3, 4, 5, 6)]


def test_the_kind_of_a_folder_is_detected(tmp_path: Path, tree: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    assert detect_kind(plain) == "folder"
    assert detect_kind(tree) == "git"
    corpus(plain)
    assert detect_kind(plain) == "beir"
