"""What GitHub reads: workflows, forms of issues, and pre-commit's hooks."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="the extra docs brings PyYAML")

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z_]+):(?!=)", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"^([A-Z_]+) \?=", MAKEFILE, re.MULTILINE))
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((GITHUB / "workflows").glob("*.yml"))
}
JOBS = [
    pytest.param(job, id=f"{workflow}-{name}")
    for workflow, content in WORKFLOWS.items()
    for name, job in content["jobs"].items()
]
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*_*.yml"))


def commands(job):
    lines = "\n".join(step.get("run", "") for step in job["steps"])
    return [shlex.split(line) for line in lines.splitlines() if line]


def actions(job):
    return [step for step in job["steps"] if "uses" in step]


@pytest.mark.parametrize(
    ("workflow", "expected"),
    [
        ("ci", [[".ci/run"], ["make", "fast"]]),
        ("nightly", [["make", "cross"], ["make", "notebooks"]]),
        (
            "release",
            [
                ["make", "release", "PYTHONS=python3.9,python3.13"],
                ["make", "docs"],
            ],
        ),
    ],
)
def test_workflow_runs_its_commands(workflow, expected):
    jobs = WORKFLOWS[workflow]["jobs"].values()
    assert [words for job in jobs for words in commands(job)] == expected


@pytest.mark.parametrize("job", JOBS)
def test_commands_are_there(job):
    for program, *words in commands(job):
        if program == "make":
            settings = {word for word in words if "=" in word}
            assert {*words} - settings <= TARGETS
            assert {text.partition("=")[0] for text in settings} <= VARIABLES
        else:
            assert os.access(ROOT / program, os.X_OK), program


@pytest.mark.parametrize("job", JOBS)
def test_pythons_that_commands_name_are_set_up(job):
    texts = " ".join(word for words in commands(job) for word in words)
    installed = " ".join(
        step["with"]["python-version"]
        for step in actions(job)
        if "setup-python" in step["uses"]
    ).split()
    assert set(re.findall(r"python(3\.\d+)", texts)) <= set(installed)


@pytest.mark.parametrize("job", JOBS)
def test_jobs_have_a_limit_and_actions_a_major_version(job):
    assert 0 < job["timeout-minutes"] <= 120
    for step in actions(job):
        assert re.fullmatch(
            r"(actions/[\w-]+@|pypa/[\w-]+@release/)v\d+", step["uses"]
        )


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_has_a_group_and_reads_alone(name):
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["group"].startswith(name)
    for job in workflow["jobs"].values():
        # A token that may publish is for a job that runs nothing of ours.
        assert "permissions" not in job or not commands(job)
        # Text of others, such as a branch's name, is no part of a command.
        assert not any("${{" in step.get("run", "") for step in job["steps"])


def test_release_publishes_what_it_built_after_a_review():
    jobs = WORKFLOWS["release"]["jobs"]
    uploads, downloads = (
        [
            step["with"]
            for step in actions(jobs[name])
            if f"/{kind}-artifact@" in step["uses"]
        ]
        for name, kind in (("build", "upload"), ("publish", "download"))
    )
    assert uploads[0]["name"] == downloads[0]["name"]
    assert uploads[0]["path"] == downloads[0]["path"] == "dist/"
    assert jobs["publish"]["environment"] == "pypi"
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert set(jobs["publish"]["needs"]) == {"build", "docs"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form_has_what_github_requires(path):
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"] and form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"textarea", "checkboxes"}
    names = [field["id"] for field in fields]
    assert len(names) == len(set(names))
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_bug_report_asks_for_versions_settings_and_findings():
    path = GITHUB / "ISSUE_TEMPLATE" / "bug_report.yml"
    form = yaml.safe_load(path.read_text("utf-8"))
    names = {field.get("id") for field in form["body"]}
    assert {"versions", "config", "doctor"} <= names


def test_hooks_have_the_ruff_of_the_extra_dev():
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    hooks = yaml.safe_load(text)["repos"][0]["hooks"]
    (ruff,) = re.findall(r'"(ruff==.*?)"', (ROOT / "setup.py").read_text())
    assert [hook["additional_dependencies"] for hook in hooks] == 2 * [[ruff]]
    subcommands = [hook["entry"].split()[:2] for hook in hooks]
    assert subcommands == [["ruff", "check"], ["ruff", "format"]]
