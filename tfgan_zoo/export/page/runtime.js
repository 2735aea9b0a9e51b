// LiteRT, which runs TFLite files: in wasm, or as a whole on WebGPU.
import { getWebGpuDevice, loadAndCompile, loadLiteRt, supportsFeature } from "./litert/core.js";

const LITERT = new URL("./litert/", import.meta.url);
const LEFT_OVER = /will run on the CPU/;
const IS_START = /^(INFO|WARNING): /; // which the runtime prints as if it were errors

export async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be read (${response.status}).`);
  return response.arrayBuffer();
}

// A server may have unpacked it on the way already.
async function unpack(buffer) {
  const [first, second] = new Uint8Array(buffer, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return buffer;
  const stream = new Blob([buffer])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

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
  await loadLiteRt(LITERT.href);
}

let printed; // what the runtime says while it compiles for WebGPU

function printErr(line) {
  if (IS_START.test(line)) return;
  if (printed) printed.push(line);
  else console.error(line);
}

export function compileInWasm(content) {
  return loadAndCompile(new Uint8Array(content), { accelerator: "wasm" });
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
    return { runner, refused: isWhole ? [] : printed };
  } finally {
    printed = undefined;
  }
}

// Says why WebGPU cannot be used here, a clause, or "". A processor that plays a GPU
// is slower than wasm.
export async function missingGpu({ isSoftwareTaken }) {
  if (!navigator.gpu) return "this browser has no WebGPU";
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter || !getWebGpuDevice()) return "this browser's WebGPU has no GPU";
  if (adapter.info?.isFallbackAdapter && !isSoftwareTaken) return "there is no GPU";
  return "";
}

// Calls back when the GPU is gone, as when a phone takes it from a page in the back.
export function onGpuLost(callback) {
  getWebGpuDevice().lost.then(callback);
}
