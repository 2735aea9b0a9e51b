// A generator in this page: its TFLite file, run by LiteRT.
import { offsetsOf, readDirections } from "./directions.js";
import { bytesOf, fetchBytes } from "./fetching.js";
import { fromNormals, move, normalsOf } from "./latents.js";
import { compileInWasm, compileOnGpu, missingGpu, onGpuLost, startRuntime } from "./runner.js";

const REMEMBERED = 32;
export const MOST_APART = 2; // of 255, by which a browser's pixels may differ

async function fetchModel(folder) {
  const text = await fetchBytes(new URL("model.json", folder));
  const model = JSON.parse(new TextDecoder().decode(text));
  const { file } = model.files[0];
  return [model, await fetchBytes(new URL(file, folder))];
}

// Values in [-1, 1], or bytes already.
export function bytesOfValues(values) {
  if (values instanceof Uint8Array) return values;
  return Uint8ClampedArray.from(values, (value) => (value + 1) * 127.5);
}

// Shows [H, W, C] bytes, grey or colour, or of them what lies in a box.
export function draw(canvas, pixels, [height, width, channels], box) {
  canvas.width = box?.width ?? width;
  canvas.height = box?.height ?? height;
  const image = new ImageData(width, height);
  for (let place = 0; place < width * height; place += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const source = Math.min(channel, channels - 1);
      image.data[4 * place + channel] = pixels[channels * place + source];
    }
    image.data[4 * place + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, -(box?.left ?? 0), -(box?.top ?? 0));
}

export class Generator {
  // The generator whose model.json and file lie in a folder, a URL with a "/" at its end.
  static async load(folder = new URL("./", import.meta.url)) {
    const [[model, content]] = await Promise.all([fetchModel(folder), startRuntime()]);
    return new Generator(folder, model, content, await compileInWasm(content));
  }

  constructor(folder, model, content, runner) {
    this.folder = folder;
    this.model = model;
    this.content = content;
    this.inWasm = runner;
    this.moveTo(runner, "wasm");
    this.reason = ""; // why not on WebGPU, once that was tried
    // What it makes images of: latents, or an image.
    this.input = model.inputs.find(({ kind }) => kind !== "label");
    this.labels = model.inputs.find(({ kind }) => kind === "label");
    this.directions = readDirections(model);
    [this.height, this.width, this.channels] = model.image_shape;
  }

  // Milliseconds an image, the median of the last ones.
  get milliseconds() {
    const sorted = [...this.taken].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  // Moves to WebGPU if the browser has a GPU that takes the whole file and makes the
  // same pixels; else `reason` says why not.
  async accelerate(options = {}) {
    this.reason = await missingGpu(options);
    if (this.reason) return;
    let compiled;
    try {
      const { runner, refused } = await compileOnGpu(this.content);
      compiled = runner;
      this.reason = await this.objectionTo(runner, refused);
      if (this.reason) {
        runner.delete();
        return;
      }
      this.moveTo(runner, "webgpu");
      onGpuLost(() => this.moveBack("the GPU was lost"));
      await this.run(...this.testInputs()); // how long it takes, with its shaders compiled
    } catch (error) {
      if (compiled !== this.runner) compiled?.delete();
      this.moveBack(`WebGPU failed (${error.message})`);
    }
  }

  async objectionTo(runner, refused) {
    if (refused.length) return "WebGPU does not take all of its operators";
    const images = await this.runWith(runner, ...this.testInputs());
    return this.differenceOf(images) > MOST_APART ? "WebGPU makes other pixels" : "";
  }

  moveTo(runner, accelerator) {
    this.runner = runner;
    this.accelerator = accelerator;
    this.taken = []; // milliseconds of the last images
  }

  moveBack(reason) {
    this.reason = reason;
    if (this.accelerator !== "wasm") this.moveTo(this.inWasm, "wasm");
  }

  normalsOf(seed, options) {
    return normalsOf(this.input, seed, options);
  }

  // Latents of normals, moved by `amounts` of steps along the directions.
  latentsFrom(normals, amounts = []) {
    const { parts, shape } = this.input;
    const offsets = offsetsOf(this.directions, amounts, shape[0]);
    return move(fromNormals(normals, parts), offsets, parts);
  }

  // Latents of a seed, or on the way from it to the seed `to`, moved likewise.
  latentsOf(seed, { amounts, ...options } = {}) {
    return this.latentsFrom(this.normalsOf(seed, options), amounts);
  }

  // The image as the file gives it: float32 in [-1, 1], or uint8.
  async run(values, label) {
    const classes = this.model.num_classes;
    // The runtime shows what lay in memory for a class that there is not.
    if (classes && !(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new Error(`A label must be between 0 and ${classes - 1}. Received: ${label}.`);
    }
    const start = performance.now();
    const { runner } = this;
    let images;
    try {
      images = await this.runWith(runner, values, label);
    } catch (error) {
      if (runner === this.inWasm) throw error;
      // Unless another drawing, or the loss of the GPU, has led back already.
      if (runner === this.runner) this.moveBack(`WebGPU failed (${error.message})`);
      return this.run(values, label);
    }
    this.taken = [...this.taken.slice(-REMEMBERED), performance.now() - start];
    return images;
  }

  async runWith(runner, values, label) {
    const { name, shape } = this.input;
    const isOfBytes = this.model.files[0].inputs[name].dtype === "uint8";
    const taken = isOfBytes ? new Uint8Array(bytesOfValues(values)) : values;
    const inputs = { [name]: { values: taken, shape: [1, ...shape] } };
    if (this.labels) {
      inputs[this.labels.name] = { values: new Int32Array([label]), shape: [1] };
    }
    const images = await runner.run(inputs);
    if (images.some(Number.isNaN)) throw new Error("The generator made no numbers.");
    return images;
  }

  // The image as [H, W, C] bytes.
  async pixels(values, label) {
    return bytesOfValues(await this.run(values, label));
  }

  // Draws an image, or what becomes of a box in the image that the generator takes.
  async drawOn(canvas, values, label, box) {
    const pixels = await this.pixels(values, label);
    draw(canvas, pixels, this.model.image_shape, box && this.outputBox(box));
    return pixels;
  }

  // A box in the input, in the pixels of the output.
  outputBox(box) {
    const factor = this.height / this.input.shape[0];
    return Object.fromEntries(Object.entries(box).map(([name, px]) => [name, factor * px]));
  }

  testInputs() {
    const { test_vector: vector } = this.model;
    // Exports once had images as nested lists, as latents are.
    const values = vector.input_pixels_base64
      ? Float32Array.from(bytesOf(vector.input_pixels_base64), (byte) => byte / 127.5 - 1)
      : new Float32Array(vector[this.input.name].flat(Infinity));
    return [values, this.labels && vector[this.labels.name]];
  }

  // By how much this page's picture of the test vector differs, of 255.
  async check() {
    return this.differenceOf(await this.run(...this.testInputs()));
  }

  differenceOf(images) {
    const pixels = bytesOfValues(images);
    const expected = bytesOf(this.model.test_vector.pixels_base64);
    return expected.reduce(
      (most, value, place) => Math.max(most, Math.abs(value - pixels[place])),
      0,
    );
  }
}
