// TFLite files that run in a worker.
const waiting = new Map(); // for an answer, by number
let worker;
let count = 0;

function startWorker() {
  const started = new Worker(new URL("./worker.js", import.meta.url));
  let isUp = false;
  const end = () => {
    started.terminate();
    if (worker === started) worker = undefined;
  };
  started.addEventListener("message", ({ data: { number, result, error, isOver } }) => {
    isUp = !isOver;
    if (isOver) end();
    if (!waiting.has(number)) return;
    const { resolve, reject } = waiting.get(number);
    waiting.delete(number);
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  });
  // As when it cannot be fetched; the next call tries again. One that has compiled files
  // stays, as nothing else can run them.
  started.addEventListener("error", ({ message }) => {
    if (!isUp) end();
    const error = new Error(message || "worker.js could not be read.");
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return started;
}

// Calls a function of runtime.js in the worker.
function call(name, ...values) {
  worker ??= startWorker();
  count += 1;
  const number = count;
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    worker.postMessage({ number, name, values });
  });
}

class Runner {
  constructor(id) {
    this.id = id;
  }

  // Inputs are { values, shape } by name; returns the values of the images.
  run(inputs) {
    return call("run", this.id, inputs);
  }

  // The same, for the values of all outputs, by name.
  runAll(inputs) {
    return call("runAll", this.id, inputs);
  }

  // What a worker that failed cannot free is gone with it.
  delete() {
    call("remove", this.id).catch(() => {});
  }
}

export const startRuntime = () => call("startRuntime");
export const missingGpu = (options) => call("missingGpu", options);

export async function compileInWasm(content) {
  return new Runner(await call("compileInWasm", content));
}

// `refused` has the operators that WebGPU does not take.
export async function compileOnGpu(content) {
  const { id, refused } = await call("compileOnGpu", content);
  return { runner: new Runner(id), refused };
}

// Calls back when the GPU is gone, as when a phone takes it from a page in the back.
// If the worker fails, nobody waits any more; then a run that fails tells.
export function onGpuLost(callback) {
  call("waitForGpuLoss").then(callback, () => {});
}
