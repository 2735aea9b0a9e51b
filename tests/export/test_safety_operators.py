"""Operators that reach out of the process, wherever a graph hides them."""

import hostile_models
import pytest
import tensorflow as tf
from hostile_models import Function, constant, node, require_refused

from tfgan_zoo import untrusted

# Files, processes, networks, devices, other models' state, and Python.
OPERATORS = """
ReadFile WriteFile MatchingFiles SaveV2 Save SaveSlices RestoreV2 Restore
RestoreSlice MergeV2Checkpoints ShardedFilename TextLineReaderV2
WholeFileReaderV2 TFRecordReaderV2 FixedLengthRecordReaderV2 LMDBReader
PyFunc PyFuncStateless EagerPyFunc PrintV2 Print DebugIdentity DebugIdentityV2
DebugNumericSummaryV2 SummaryWriter CreateSummaryFileWriter
CreateSummaryDbWriter WriteSummary TextLineDataset TFRecordDatasetV2
SnapshotDatasetV2 SaveDatasetV2 LoadDataset RegisterDatasetV2
DataServiceDatasetV4 IteratorFromStringHandleV2 CacheDatasetV2
GeneratorDataset RemoteCall CollectiveGatherV2 CollectiveReduceV2 Send Recv
HashTableV2 InitializeTableFromTextFileV2 LookupTableFindV2 FIFOQueueV2
QueueEnqueueV2 Barrier Stage MapStage GetSessionHandleV2 GetSessionTensor
ConfigureDistributedTPU TPUCompile XlaLaunch XlaHostCompute
FileSystemSetConfiguration VarHandleOp AssignVariableOp AssignAddVariableOp
DestroyResourceOp VariableV2 ResourceApplyAdam StatefulUniform RandomUniform
Timestamp Abort DecodePng DecodeCompressed LoadAndRemapMatrix
GenerateVocabRemapping NcclAllReduce MlirPassthroughOp Switch Enter
NoSuchOperator
""".split()  # noqa: SIM905


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_in_a_signature_is_refused(hostile, operator):
    """Even where nothing reads what it makes."""
    node(hostile.serve, operator)
    hostile.write()
    assert untrusted.foreign_operators(hostile.folder) == [operator]
    require_refused(hostile, f"--trust.*{operator}")


def test_many_operators_are_counted(hostile):
    for operator in OPERATORS:
        node(hostile.serve, operator)
    hostile.write()
    require_refused(hostile, f"and {len(OPERATORS) - 5} more")


def test_what_is_refused_would_have_run(hostile):
    """So that the suite is about models that work."""
    hostile_models.write_file(hostile.serve, hostile.scratch)
    hostile.write()
    require_refused(hostile, "WriteFile")
    loaded = tf.saved_model.load(str(hostile.folder))
    loaded.signatures["serving_default"](latents=tf.zeros([1, 4]))
    victim = hostile.scratch / "victim"
    assert victim.read_text() == str(victim)


def _called(model):
    model.call(model.serve, model.helper)


def _called_by_name(model):
    node(model.serve, model.helper)


def _called_by_called(model):
    middle = model.new_function("middle")
    model.call(middle, model.helper)
    model.call(model.serve, "middle")


def _in_wrapper(model):
    model.call(model.wrapper, model.helper)


def _in_branch(model):
    model.new_function("empty")
    condition = constant(model.serve, True)
    branches = {
        "then_branch": Function("empty"),
        "else_branch": Function(model.helper),
    }
    node(model.serve, "If", [condition], Tcond=tf.bool, **branches)


def _in_case(model):
    model.new_function("empty")
    index = constant(model.serve, 0)
    branches = [Function("empty"), Function(model.helper)]
    node(model.serve, "Case", [index], branches=branches)


def _in_loop_body(model):
    _loop(model, "empty", model.helper)


def _in_loop_condition(model):
    _loop(model, model.helper, "empty")


def _loop(model, condition, body):
    model.new_function("empty")
    functions = {"cond": Function(condition), "body": Function(body)}
    node(model.serve, "While", **functions)


def _in_attribute_of_attribute(model):
    model.new_function("empty")
    model.call(model.serve, "empty")
    called = model.serve.node_def[-1].attr["f"].func
    called.attr["inner"].func.name = model.helper


def _in_attribute_of_another_operator(model):
    one = constant(model.serve, 1.0)
    node(
        model.serve, "Identity", [one], T=tf.float32, odd=Function(model.helper)
    )


def _gradient(model):
    gradient = model.graph.library.gradient.add()
    gradient.function_name = model.serve.signature.name
    gradient.gradient_func = model.helper


def _registered_gradient(model):
    gradient = model.graph.library.registered_gradients.add()
    gradient.registered_op_type = "CustomGradient-7"
    gradient.gradient_func = model.helper
    last = model.serve.node_def[-1]
    last.attr["_gradient_op_type"].s = b"CustomGradient-7"


def _polymorphic(model):
    model.objects.nodes.add().function.concrete_functions.append(model.helper)
    model.objects.concrete_functions[model.helper].SetInParent()


def _bare(model):
    bare = model.objects.nodes.add().bare_concrete_function
    bare.concrete_function_name = model.helper
    model.objects.concrete_functions[model.helper].SetInParent()


def _concrete_only(model):
    model.objects.concrete_functions[model.helper].SetInParent()


def _other_signature(model):
    bare = model.signature_node.bare_concrete_function
    bare.concrete_function_name = model.helper
    model.objects.concrete_functions[model.helper].SetInParent()


def _captured_tensor(model):
    captured = model.objects.nodes.add().captured_tensor
    captured.concrete_function = model.helper
    captured.name = "write"


def _in_main_graph(model):
    added = model.graph.node.add(name="odd", op="StatefulPartitionedCall")
    added.attr["f"].func.name = model.helper


def _as_saver(model):
    _in_main_graph(model)
    model.meta_graph.saver_def.restore_op_name = "odd"


PLACES = [
    _called,
    _called_by_called,
    _in_wrapper,
    _in_branch,
    _in_case,
    _in_loop_body,
    _in_loop_condition,
    _in_attribute_of_attribute,
    _in_attribute_of_another_operator,
    _gradient,
    _registered_gradient,
    _polymorphic,
    _bare,
    _concrete_only,
    _other_signature,
    _captured_tensor,
    _in_main_graph,
    _as_saver,
]
SAVERS = ("__inference__traced_save_9999", "__inference__traced_restore_9999")


@pytest.mark.parametrize("place", PLACES)
def test_a_function_that_writes_is_refused(hostile, place):
    hostile.hostile_function()
    place(hostile)
    hostile.write()
    require_refused(hostile, "holds .*WriteFile")


@pytest.mark.parametrize("name", SAVERS)
@pytest.mark.parametrize("place", PLACES[:-1])
def test_a_savers_name_allows_nothing(hostile, place, name):
    """TensorFlow's own savers are not recognised by their names."""
    hostile.helper = name
    node(hostile.new_function(name), "SaveV2")
    place(hostile)
    hostile.write()
    require_refused(hostile, "holds SaveV2")


def test_a_function_called_as_an_operator_is_refused(hostile):
    hostile.hostile_function()
    _called_by_name(hostile)
    hostile.write()
    require_refused(hostile, "holds helper")


@pytest.mark.parametrize("name", ["ReadFile", "Identity", "Const"])
def test_a_function_that_bears_an_operators_name_is_refused(hostile, name):
    hostile.new_function(name)
    node(hostile.serve, name)
    hostile.write()
    require_refused(hostile, f"name of operator {name}")


def test_an_operator_of_the_main_graph_is_refused(hostile):
    hostile.graph.node.add(name="read", op="ReadFile")
    hostile.write()
    require_refused(hostile, "holds ReadFile")


def test_a_saver_that_is_no_call_is_refused(hostile):
    hostile.graph.node.add(name="read", op="ReadFile")
    hostile.meta_graph.saver_def.restore_op_name = "read"
    hostile.write()
    require_refused(hostile, "holds .*ReadFile")


@pytest.mark.parametrize("name", ["two\nlines", "escape \x1b[2J", "n" * 5000])
def test_a_message_is_one_short_line_whatever_a_name_holds(hostile, name):
    node(hostile.serve, name)
    hostile.write()
    require_refused(hostile, "which holds")
