// LiteRT, which runs TFLite files: in wasm, or as a whole on WebGPU. It runs in a worker,
// where files that are compiled stay, and are called by a number.
import { fetchBytes } from "./fetching.js";
import {
  Tensor,
  getWebGpuDevice,
  loadAndCompile,
  loadLiteRt,
  supportsFeature,
} from "./litert/core.js";

const LITERT = new URL("./litert/", import.meta.url);
const LEFT_OVER = /will run on the CPU/;
const IS_START = /^(INFO|WARNING): /; // which the runtime prints as if it were errors

// A server may have unpacked it on the way already.
async function unpack(buffer) {
  const [first, second] = new Uint8Array(buffer, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return buffer;
  const stream = new Blob([buffer])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

const compiled = new Map();
let count = 0;
let runtime;

// Once for all generators of a page, and again where it could not be fetched.
export function startRuntime() {
  runtime ??= startLiteRt().catch((error) => {
    runtime = undefined;
    throw error;
  });
  return runtime;
}

async function startLiteRt() {
  const name = (await supportsFeature("relaxedSimd"))
    ? "litert_wasm_internal"
    : "litert_wasm_compat_internal";
  const wasm = await fetchBytes(new URL(`${name}.wasm.gz`, LITERT));
  self.Module = { wasmBinary: await unpack(wasm), printErr };
  // It asks for a GPU, and warns where there is none; the page says so itself.
  const { warn } = console;
  console.warn = () => {};
  try {
    await loadLiteRt(LITERT.href);
  } finally {
    console.warn = warn;
  }
}

let printed; // what the runtime says while it compiles for WebGPU

function printErr(line) {
  if (IS_START.test(line)) return;
  if (printed) printed.push(line);
  else console.error(line);
}

function keep(runner) {
  count += 1;
  compiled.set(count, runner);
  return count;
}

export async function compileInWasm(content) {
  return keep(await loadAndCompile(new Uint8Array(content), { accelerator: "wasm" }));
}

// Compiles a file for WebGPU. `refused` has the operators that it does not take, as
// the runtime puts it; `isFullyAccelerated` is true of some files with such.
export async function compileOnGpu(content) {
  printed = [];
  try {
    const runner = await loadAndCompile(new Uint8Array(content), {
      accelerator: "webgpu",
      gpuOptions: { precision: "fp32" }, // sums of 16 bits are too coarse
    });
    const isWhole = runner.isFullyAccelerated && !printed.some((line) => LEFT_OVER.test(line));
    return { id: keep(runner), refused: isWhole ? [] : printed };
  } finally {
    printed = undefined;
  }
}

let lastRun = Promise.resolve();

// Runs a compiled file, one at a time. Inputs are { values, shape } by name, the result
// the values of its outputs by name.
export function runAll(id, inputs) {
  const result = lastRun.then(() => runNow(id, inputs));
  lastRun = result.catch(() => {});
  return result;
}

async function runNow(id, inputs) {
  const tensors = Object.entries(inputs).map(([name, { values, shape }]) => [
    name,
    new Tensor(values, shape),
  ]);
  let outputs = {};
  try {
    outputs = await compiled.get(id).run(Object.fromEntries(tensors));
    const results = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      results[name] = (await tensor.data()).slice();
    }
    return results;
  } finally {
    tensors.forEach(([, tensor]) => tensor.delete());
    Object.values(outputs).forEach((tensor) => tensor.delete());
  }
}

// The same of a generator, whose output is images.
export async function run(id, inputs) {
  return (await runAll(id, inputs)).images;
}

export function remove(id) {
  compiled.get(id).delete();
  compiled.delete(id);
}

// Says why WebGPU cannot be used here, a clause, or "". A processor that plays a GPU
// is slower than wasm.
export async function missingGpu({ isSoftwareTaken }) {
  if (!navigator.gpu) return "this browser has no WebGPU";
  if (!getWebGpuDevice()) return "this browser's WebGPU has no GPU";
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter?.info?.isFallbackAdapter && !isSoftwareTaken) return "there is no GPU";
  return "";
}

export async function waitForGpuLoss() {
  await getWebGpuDevice().lost;
}
