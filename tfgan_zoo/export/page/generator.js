// A generator in this page: its TFLite file, run by LiteRT.
import { Tensor, loadAndCompile, loadLiteRt, supportsFeature } from "./litert/core.js";
import { latentsOf } from "./latents.js";

const REMEMBERED = 32;
const LITERT = new URL("./litert/", import.meta.url);

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be read (${response.status}).`);
  return response.arrayBuffer();
}

// A server may have unpacked it on the way already.
async function unpacked(buffer) {
  const [first, second] = new Uint8Array(buffer, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return buffer;
  const stream = new Blob([buffer])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

let runtime;

// Once for all generators of a page, and again where it could not be fetched.
function startRuntime() {
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
  const wasm = await fetched(new URL(`${name}.wasm.gz`, LITERT));
  self.Module = { wasmBinary: await unpacked(wasm), printErr };
  await loadLiteRt(LITERT.href);
}

// The runtime reports its start as if it were errors.
function printErr(line) {
  if (!/^(INFO|WARNING): /.test(line)) console.error(line);
}

async function fetchModel(folder) {
  const text = await fetched(new URL("model.json", folder));
  const model = JSON.parse(new TextDecoder().decode(text));
  const { file } = model.files[0];
  return [model, await fetched(new URL(file, folder))];
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// Values in [-1, 1], or bytes already.
export function bytesOfValues(values) {
  if (values instanceof Uint8Array) return values;
  return Uint8ClampedArray.from(values, (value) => (value + 1) * 127.5);
}

// Shows [H, W, C] bytes, grey or colour.
export function draw(canvas, pixels, [height, width, channels]) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let place = 0; place < width * height; place += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const source = Math.min(channel, channels - 1);
      image.data[4 * place + channel] = pixels[channels * place + source];
    }
    image.data[4 * place + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

export class Generator {
  // The generator whose model.json and file lie in a folder, a URL with a "/" at its end.
  static async load(folder = new URL("./", import.meta.url)) {
    const [[model, content]] = await Promise.all([fetchModel(folder), startRuntime()]);
    const runner = await loadAndCompile(new Uint8Array(content), {
      accelerator: "wasm",
    });
    return new Generator(model, runner);
  }

  constructor(model, runner) {
    this.model = model;
    this.runner = runner;
    // What it makes images of: latents, or an image.
    this.input = model.inputs.find(({ kind }) => kind !== "label");
    this.labels = model.inputs.find(({ kind }) => kind === "label");
    [this.height, this.width, this.channels] = model.image_shape;
    this.taken = []; // milliseconds of the last images
  }

  // Milliseconds an image, the median of the last ones.
  get milliseconds() {
    const sorted = [...this.taken].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  // Latents of a seed, or on the way from it to the seed `to`, moved by `amounts`
  // along the model's directions.
  latentsOf(seed, options = {}) {
    return latentsOf(this.input, seed, { directions: this.model.directions, ...options });
  }

  // The image as the file gives it: float32 in [-1, 1], or uint8.
  async run(values, label) {
    const classes = this.model.num_classes;
    // The runtime shows what lay in memory for a class that there is not.
    if (classes && !(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new Error(`A label must be between 0 and ${classes - 1}. Received: ${label}.`);
    }
    const { name, shape } = this.input;
    const inputs = { [name]: new Tensor(values, [1, ...shape]) };
    if (this.labels) inputs[this.labels.name] = new Tensor(new Int32Array([label]), [1]);
    const start = performance.now();
    const outputs = await this.runner.run(inputs);
    const images = (await outputs.images.data()).slice();
    this.taken = [...this.taken.slice(-REMEMBERED), performance.now() - start];
    Object.values(inputs).forEach((tensor) => tensor.delete());
    Object.values(outputs).forEach((tensor) => tensor.delete());
    if (images.some(Number.isNaN)) throw new Error("The generator made no numbers.");
    return images;
  }

  // The image as [H, W, C] bytes.
  async pixels(values, label) {
    return bytesOfValues(await this.run(values, label));
  }

  async drawOn(canvas, values, label) {
    const pixels = await this.pixels(values, label);
    draw(canvas, pixels, [this.height, this.width, this.channels]);
    return pixels;
  }

  // By how much this page's picture of the test vector differs, of 255.
  async check() {
    const { test_vector: vector } = this.model;
    // Exports once had images as nested lists, as latents are.
    const values = vector.input_pixels_base64
      ? Float32Array.from(bytesOf(vector.input_pixels_base64), (byte) => byte / 127.5 - 1)
      : new Float32Array(vector[this.input.name].flat(Infinity));
    const pixels = await this.pixels(values, this.labels && vector[this.labels.name]);
    const expected = bytesOf(vector.pixels_base64);
    return Math.max(...expected.map((value, place) => Math.abs(value - pixels[place])));
  }
}
