"""A small server that speaks the protocol of the Hugging Face Hub.

It has what the real client, `huggingface_hub`, asks of a repository of models:
create, branch, preupload, LFS, commit, info, tree and resolve.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import http.server
import json
import re
import threading
import urllib.parse

TOKENS = {"hf_ada": "ada", "hf_bob": "bob"}
LICENSES = ("apache-2.0", "mit")
_LFS_SUFFIXES = (".tflite", ".npz", ".data-00000-of-00001")


@dataclasses.dataclass
class Repo:
    """A repository: its commits, and the branches that name some of them."""

    private: bool
    commits: dict = dataclasses.field(default_factory=dict)
    branches: dict = dataclasses.field(default_factory=dict)
    messages: list = dataclasses.field(default_factory=list)

    def commit(self, branch, files, message=""):
        text = repr((len(self.commits), branch, sorted(files.items())))
        sha = hashlib.sha1(text.encode()).hexdigest()
        self.commits[sha] = dict(files)
        self.branches[branch] = sha
        self.messages.append(message)
        return sha


class Hub:
    """What the server holds.

    Attributes:
        repos: by `owner/name`.
        cut: paths of files of which it sends a half.
        requests: method and path of each request.
        answer: status, type and content of all answers, if not None.
        tells_sizes: whether it says how large files are.
        address: of the server.
    """

    def __init__(self):
        self.repos = {}
        self.blobs = {}
        self.cut = set()
        self.requests = []
        self.answer = None
        self.tells_sizes = True
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), Handler
        )
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def add(self, name, folder, *, private=False):
        """Adds a repository with the files of a folder; returns its commit."""
        self.repos[name] = repo = Repo(private)
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        return repo.commit("main", files)


class _Error(Exception):
    def __init__(self, status, code="", message="", **content):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.content = content


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._answer(self._get)

    do_HEAD = do_GET

    def do_POST(self):
        self._answer(self._post)

    def do_PUT(self):
        self._answer(self._put)

    def _answer(self, answer):
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        path, _, query = self.path.partition("?")
        self.query = urllib.parse.parse_qs(query)
        self.hub.requests.append(f"{self.command} {path}")
        token = (self.headers.get("Authorization") or "").partition(" ")[2]
        self.user = TOKENS.get(token)
        if self.hub.answer:
            status, kind, content = self.hub.answer
            self._send(content, status=status, headers={"Content-Type": kind})
            return
        try:
            if token and self.user is None:
                raise _Error(401, message="User Access Token is expired")
            answer(path.strip("/").split("/"))
        except _Error as error:
            headers = {"X-Error-Code": error.code} if error.code else {}
            if error.message:
                headers["X-Error-Message"] = error.message
            content = json.dumps(error.content).encode()
            self._send(content, status=error.status, headers=headers)

    def _send(self, content, *, status=200, headers=None, length=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        size = len(content) if length is None else length
        self.send_header("Content-Length", str(size))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_json(self, value):
        headers = {"Content-Type": "application/json"}
        self._send(json.dumps(value).encode(), headers=headers)

    def _get(self, parts):
        if parts[:2] == ["api", "models"]:
            name = "/".join(parts[2:4])
            kind, *rest = parts[4:] or ["revision", "main"]
            sha, files = self._files(name, urllib.parse.unquote(rest[0]))
            if kind == "revision":
                self._send_json(self._info(name, sha, files))
            else:
                self._send_json([*map(_tree_entry, *zip(*files.items()))])
        elif parts[2:3] == ["resolve"]:
            revision = urllib.parse.unquote(parts[3])
            sha, files = self._files("/".join(parts[:2]), revision)
            self._resolve(sha, files, "/".join(parts[4:]))
        else:
            raise _Error(404)

    def _info(self, name, sha, files):
        siblings = [
            {
                "rfilename": path,
                "size": len(content) if self.hub.tells_sizes else None,
                "blobId": _git_sha(content),
                **_lfs(path, content),
            }
            for path, content in files.items()
        ]
        return {
            "id": name,
            "sha": sha,
            "private": self._repo(name).private,
            "siblings": siblings,
        }

    def _resolve(self, sha, files, path):
        path = urllib.parse.unquote(path)
        if path not in files:
            raise _Error(404, "EntryNotFound")
        content = files[path]
        headers = {"X-Repo-Commit": sha, "ETag": f'"{_etag(path, content)}"'}
        if path in self.hub.cut and self.command == "GET":
            content = content[: len(content) // 2]
        self._send(content, headers=headers)

    def _post(self, parts):
        if parts == ["api", "validate-yaml"]:
            self._validate(json.loads(self.body)["content"])
        elif parts == ["api", "repos", "create"]:
            self._create(json.loads(self.body))
        elif parts[-4:] == ["info", "lfs", "objects", "batch"]:
            self._send_json(self._lfs_batch(json.loads(self.body)))
        elif parts[:2] == ["api", "models"]:
            self.repo_name = "/".join(parts[2:4])
            repo = self._repo(self.repo_name, writes=True)
            branch = urllib.parse.unquote(parts[5])
            {
                "branch": self._branch,
                "preupload": self._preupload,
                "commit": self._commit,
            }[parts[4]](repo, branch)
        else:
            raise _Error(404)

    def _validate(self, card):
        """The real one looks at all fields."""
        match = re.search("^license: (.+)$", card, re.MULTILINE)
        if match and match[1] not in LICENSES:
            message = f'"license" must be one of {", ".join(LICENSES)}'
            raise _Error(400, errors=[{"message": message}], warnings=[])
        self._send_json({"errors": [], "warnings": []})

    def _put(self, parts):
        self.hub.blobs[parts[-1]] = self.body
        self._send(b"")

    def _create(self, asked):
        if self.user is None:
            raise _Error(401, message="Invalid username or password.")
        if asked["organization"] != self.user:
            raise _Error(403, message=f"{self.user} has no rights there")
        name = f"{asked['organization']}/{asked['name']}"
        url = f"{self.hub.address}/{name}"
        if name in self.hub.repos:
            raise _Error(409, message="It is there already", url=url)
        private = asked.get("visibility") == "private" or asked.get("private")
        self.hub.repos[name] = repo = Repo(bool(private))
        repo.commit("main", {".gitattributes": b"*.tflite filter=lfs\n"})
        self._send_json({"url": url})

    def _branch(self, repo, branch):
        if branch in repo.branches:
            raise _Error(409)
        repo.branches[branch] = repo.branches["main"]
        self._send_json({})

    def _preupload(self, repo, branch):
        files = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if _is_lfs(file["path"]) else "regular",
                "shouldIgnore": False,
            }
            for file in json.loads(self.body)["files"]
        ]
        self._send_json({"files": files})

    def _lfs_batch(self, asked):
        objects = [
            {
                **entry,
                "actions": {
                    "upload": {"href": f"{self.hub.address}/lfs/{entry['oid']}"}
                },
            }
            for entry in asked["objects"]
        ]
        return {"transfer": "basic", "objects": objects}

    def _commit(self, repo, branch):
        files = dict(repo.commits[repo.branches[branch]])
        message = ""
        for line in self.body.splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "header":
                message = f"{value['summary']}\n{value['description']}".strip()
            elif entry["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                files[value["path"]] = self.hub.blobs[value["oid"]]
            else:
                del files[value["path"]]
        sha = repo.commit(branch, files, message)
        url = f"{self.hub.address}/{self.repo_name}/commit/{sha}"
        self._send_json({"success": True, "commitOid": sha, "commitUrl": url})

    def _repo(self, name, *, writes=False):
        """Who may not read a private repository is not told of it."""
        repo = self.hub.repos.get(name)
        is_owner = self.user == name.partition("/")[0]
        if repo is None or (repo.private and not is_owner):
            status = 404 if self.user else 401
            raise _Error(status, "RepoNotFound", "Repository not found")
        if writes and not is_owner:
            raise _Error(403, message="not yours")
        return repo

    def _files(self, name, revision):
        repo = self._repo(name)
        sha = repo.branches.get(revision, revision)
        if sha not in repo.commits:
            message = f"Invalid rev id: {revision}"
            raise _Error(404, "RevisionNotFound", message)
        return sha, repo.commits[sha]


def _is_lfs(path):
    return path.endswith(_LFS_SUFFIXES)


def _git_sha(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _etag(path, content):
    if _is_lfs(path):
        return hashlib.sha256(content).hexdigest()
    return _git_sha(content)


def _lfs(path, content):
    if not _is_lfs(path):
        return {}
    oid = hashlib.sha256(content).hexdigest()
    size = {"size": len(content), "pointerSize": 134}
    return {"lfs": {"oid": oid, "sha256": oid, **size}}


def _tree_entry(path, content):
    return {
        "type": "file",
        "path": path,
        "size": len(content),
        "oid": _git_sha(content),
        **_lfs(path, content),
    }
