// What a strip of pictures shows: a walk through latents, an enlargement, or an example.
import { makeExamples } from "./examples.js";
import { bytesOfValues, draw } from "./generator.js";
import { readExamples } from "./held_out.js";
import { inputsOf, valuesOf } from "./pictures.js";
import { Sheet } from "./strokes.js";

const STATIONS = 7; // pictures of a walk's strip
const STAGES = 3; // of an enlargement's: small, enlarged, as it was
const PAIR = 2; // of an example's: what goes in, and what comes out

// The number of pictures in the strip of a gallery's entry.
export function countStations({ takes, source }) {
  if (takes === "latents") return STATIONS;
  return source ? STAGES : PAIR;
}

// A generator's latents between a seed's and the next one's.
export class Walk {
  constructor(generator) {
    this.generator = generator;
    const { parts } = generator.input;
    // Codes behind the noise mean something: the walk is along the last of them.
    this.isOfCode = parts.length > 1 && parts.at(-1).distribution === "uniform";
  }

  caption(seed) {
    return this.isOfCode ? "Its last code, from -1 to 1" : `On the way to seed ${seed + 1}`;
  }

  // Where on the walk the seed's own picture is.
  start(seed) {
    if (!this.isOfCode) return 0;
    const latents = this.generator.latentsOf(seed);
    return (latents.at(-1) + 1) / 2;
  }

  latents(seed, share) {
    if (!this.isOfCode) return this.generator.latentsOf(seed, { to: seed + 1, share });
    const latents = this.generator.latentsOf(seed);
    latents[latents.length - 1] = 2 * share - 1;
    return latents;
  }

  async drawOn(canvas, seed, label, share) {
    await this.generator.drawOn(canvas, this.latents(seed, share), label);
  }

  // The strip's pictures, wherever on the way the large one is.
  async drawStation(canvas, index, seed, label) {
    await this.drawOn(canvas, seed, label, index / (STATIONS - 1));
  }
}

// A generator that enlarges gets what another generator makes, shrunk.
export class Enlargement {
  constructor(generator, walk, source) {
    this.generator = generator;
    this.walk = walk;
    this.source = source;
    this.shape = walk.generator.model.image_shape;
    this.factor = this.shape[0] / generator.input.shape[0];
  }

  start(seed) {
    return this.walk.start(seed);
  }

  caption() {
    const [height, width] = this.generator.input.shape;
    return `A picture by ${this.source} shrunk to ${width} x ${height}, enlarged, and as it was`;
  }

  // By a generator that takes labels, of the seed's place among them.
  async original(seed, share) {
    const { num_classes: classes } = this.walk.generator.model;
    const label = classes ? seed % classes : undefined;
    return this.walk.generator.run(this.walk.latents(seed, share), label);
  }

  async drawOn(canvas, seed, label, share) {
    const small = shrink(await this.original(seed, share), this.shape, this.factor);
    await this.generator.drawOn(canvas, small);
  }

  async drawStation(canvas, index, seed, label, share) {
    const original = await this.original(seed, share);
    const small = shrink(original, this.shape, this.factor);
    if (index === 0) {
      draw(canvas, bytesOfValues(small), this.generator.input.shape);
    } else if (index === 1) {
      await this.generator.drawOn(canvas, small);
    } else {
      draw(canvas, bytesOfValues(original), this.shape);
    }
  }
}

// Drawings or pictures, as the generator takes them, with what to call them.
async function examplesOf(generator) {
  const size = generator.input.shape.slice(0, 2);
  if (inputsOf(generator)[0] !== "lines") {
    const pictures = await readExamples(generator);
    return pictures.map((canvas) => ({ name: "a picture", canvas }));
  }
  return makeExamples(size).map(({ name, strokes }) => {
    const sheet = new Sheet(document.createElement("canvas"), size, 1);
    sheet.render({ strokes });
    sheet.show();
    return { name, canvas: sheet.context.canvas };
  });
}

// Any other generator that takes images gets an example, which the seed chooses.
export class Translation {
  constructor(generator, examples) {
    this.generator = generator;
    this.examples = examples;
  }

  static async load(generator) {
    return new Translation(generator, await examplesOf(generator));
  }

  exampleOf(seed) {
    return this.examples[seed % this.examples.length];
  }

  start() {
    return 0;
  }

  caption(seed) {
    return `An example, ${this.exampleOf(seed).name}, and what becomes of it`;
  }

  values(seed) {
    return valuesOf(this.exampleOf(seed).canvas, this.generator.input.shape);
  }

  async drawOn(canvas, seed, label) {
    await this.generator.drawOn(canvas, this.values(seed), label);
  }

  async drawStation(canvas, index, seed, label) {
    if (index > 0) await this.drawOn(canvas, seed, label);
    else draw(canvas, bytesOfValues(this.values(seed)), this.generator.input.shape);
  }
}

// Averages of factor x factor pixels.
function shrink(values, [height, width, channels], factor) {
  const count = factor * factor;
  const small = new Float32Array(values.length / count);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const pixel = Math.floor(y / factor) * (width / factor) + Math.floor(x / factor);
      for (let channel = 0; channel < channels; channel += 1) {
        small[pixel * channels + channel] += values[(y * width + x) * channels + channel] / count;
      }
    }
  }
  return small;
}
