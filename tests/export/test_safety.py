"""SavedModels that would do more than arithmetic, and files that changed."""

import os
import shutil

import numpy as np
import pytest
import tensorflow as tf
from hostile_models import write_file
from tensorflow.core.protobuf import saved_model_pb2

from tfgan_zoo.export import checksums, safety
from tfgan_zoo.export.loading import load

SEEDS = np.array([1], np.int64)


def _saved(folder, body):
    """A SavedModel that says it is an export, with `body` in its graph."""
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int64, "seeds")])
    def sample(seeds):
        return {"images": body(seeds)}

    module.sample = sample
    tf.saved_model.save(module, str(folder), signatures={"sample": sample})
    return folder


@pytest.mark.parametrize(
    ("operator", "body"),
    [
        (
            "ReadFile",
            lambda seeds: tf.strings.length(tf.io.read_file("/etc/hostname")),
        ),
        (
            "EagerPyFunc",
            lambda seeds: tf.py_function(lambda x: x, [seeds], tf.int64),
        ),
        (
            "MatchingFiles",
            lambda seeds: tf.strings.length(tf.io.matching_files("/*")),
        ),
        ("PrintV2", lambda seeds: tf.print(seeds) and seeds),
    ],
)
def test_operators_that_reach_out_are_named(tmp_path, operator, body):
    def kept(seeds):
        found = body(seeds)
        return seeds if found is None else found

    folder = _saved(tmp_path / "model", kept)
    assert operator in safety.foreign_operators(folder)
    with pytest.raises(ValueError, match=f"--trust.*{operator}"):
        safety.require_harmless(folder)


def test_an_operator_within_a_branch_is_found(tmp_path):
    path = tmp_path / "caught"

    def body(seeds):
        if tf.reduce_sum(seeds) > 5:
            tf.io.write_file(str(path), "caught")
        return seeds

    folder = _saved(tmp_path / "model", tf.autograph.to_graph(body))
    assert "WriteFile" in safety.foreign_operators(folder)


def _saving(path, seeds):
    tf.raw_ops.SaveV2(
        prefix=str(path),
        tensor_names=["x"],
        shape_and_slices=[""],
        tensors=[seeds],
    )
    return seeds


def test_savers_operators_are_refused_outside_of_savers(tmp_path):
    def body(seeds):
        return _saving(tmp_path / "caught", seeds)

    folder = _saved(tmp_path / "model", body)
    assert safety.foreign_operators(folder) == ["SaveV2"]


def test_nothing_of_a_refused_model_has_run(small_export, tmp_path):
    export = _tampered(small_export, tmp_path, keep_list=False)
    victim = tmp_path / "victim"
    with pytest.raises(ValueError, match="which holds WriteFile"):
        load(export)
    assert not victim.exists()
    loaded, _ = load(export, trust=True)
    loaded.signatures["sample"](seeds=tf.constant(SEEDS))
    assert victim.read_text() == str(victim)


def test_a_replaced_graph_is_noticed_by_the_list_first(small_export, tmp_path):
    export = _tampered(small_export, tmp_path, keep_list=True)
    with pytest.raises(ValueError, match="saved_model.pb, which has another"):
        load(export)


def _tampered(small_export, tmp_path, keep_list):
    """An export whose `sample` writes a file as well."""
    export = _copied(small_export, tmp_path)
    path = export / "saved_model" / "saved_model.pb"
    message = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    (function,) = (
        function
        for function in message.meta_graphs[0].graph_def.library.function
        if function.signature.name.startswith("__inference_sample_")
    )
    write_file(function, tmp_path)
    path.write_bytes(message.SerializeToString())
    if not keep_list:
        checksums.write(export)
    return export


def _copied(small_export, tmp_path):
    folder = tmp_path / "export"
    shutil.copytree(small_export("dcgan").folder, folder)
    return folder


def test_a_flipped_byte_of_any_file_is_named(small_export, tmp_path):
    export = _copied(small_export, tmp_path)
    checksums.check(export)
    path = export / "generator_float32.tflite"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="float32.tflite, which has another"):
        load(export)
    assert load(export, trust=True)


def test_a_missing_file_and_a_damaged_list_are_named(small_export, tmp_path):
    export = _copied(small_export, tmp_path)
    (export / "model.json").unlink()
    with pytest.raises(ValueError, match="without model.json"):
        load(export)
    (export / "SHA256SUMS").write_text("nonsense\n")
    with pytest.raises(ValueError, match="must list a SHA-256"):
        load(export)


def test_a_list_leads_to_no_file_outside(small_export, tmp_path):
    export = _copied(small_export, tmp_path)
    (tmp_path / "outside").write_text("mine")
    line = f"{'0' * 64}  ../outside\n"
    (export / "SHA256SUMS").write_text(line)
    with pytest.raises(ValueError, match="files of its folder"):
        load(export)
    (export / "circle").symlink_to("circle")
    (export / "SHA256SUMS").write_text(f"{'0' * 64}  circle\n")
    with pytest.raises(ValueError, match="(files of its|that it lists)"):
        load(export)


@pytest.mark.parametrize("trust", [False, True])
@pytest.mark.parametrize(
    "name",
    ["saved_model.pb", "variables.index", "variables.data-00000-of-00001"],
)
def test_damage_without_a_list_ends_in_a_line(
    small_export, tmp_path, name, trust
):
    export = _copied(small_export, tmp_path)
    (export / checksums.NAME).unlink()
    (path,) = export.rglob(name)
    content = path.read_bytes()
    for damaged in (content[:-1], content[:99], b"", b"\x89PNG\r\n" * 99):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="A model must .*whole") as caught:
            load(export, trust=trust)
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 800
    path.write_bytes(content)
    assert load(export, trust=trust)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs")
@pytest.mark.parametrize(
    "name", ["saved_model.pb", "fingerprint.pb", "variables.index", "odd"]
)
def test_a_pipe_is_refused_with_trust_too(small_export, tmp_path, name):
    """TensorFlow would wait for a writer for ever."""
    export = _copied(small_export, tmp_path)
    (path,) = [*export.rglob(name)] or [export / "saved_model" / "odd"]
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    linked = tmp_path / "linked"
    shutil.copytree(export, linked, symlinks=True, ignore=_all_but_cards)
    saved_model = export / "saved_model"
    (linked / "saved_model" / "variables").symlink_to(saved_model / "variables")
    for folder in (export, linked) if name == "variables.index" else (export,):
        with pytest.raises(ValueError, match="consist of regular files"):
            load(folder, trust=True)


def _all_but_cards(folder, names):
    del folder
    return {*names} - {"saved_model", "assets.extra", "tfgan_zoo.json"}


@pytest.mark.parametrize("content", [b"\xff" * 99, b""])
def test_a_damaged_fingerprint_is_no_news_with_trust(
    small_export, tmp_path, capfd, caplog, content
):
    export = _copied(small_export, tmp_path)
    (path,) = export.rglob("fingerprint.pb")
    path.write_bytes(content)
    assert load(export, trust=True)
    assert capfd.readouterr().err == ""
    assert not caplog.records
