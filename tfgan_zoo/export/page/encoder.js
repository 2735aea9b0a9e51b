// An encoder in this page: its TFLite file, which returns the latents of a picture.
import { fetchBytes } from "./fetching.js";
import { clip, toNormals } from "./latents.js";
import { compileInWasm } from "./runner.js";

const placeOfLargest = (values) => values.indexOf(Math.max(...values));

export class Encoder {
  // Of a generator whose model.json names one.
  static async load(generator) {
    const { file } = generator.model.encoder;
    const content = await fetchBytes(new URL(file, generator.folder));
    return new Encoder(generator, await compileInWasm(content));
  }

  constructor({ model, input }, runner) {
    this.runner = runner;
    this.parts = input.parts;
    this.input = model.encoder.input;
    this.shape = this.input.shape.slice(1); // [H, W, C]
  }

  // The normals and the likeliest label, if it has labels, of a picture [H, W, C] in [-1, 1].
  async encode(values) {
    const { name, shape } = this.input;
    const outputs = await this.runner.runAll({ [name]: { values, shape } });
    if (outputs.latents.some(Number.isNaN)) throw new Error("The encoder made no numbers.");
    const { label_probabilities: probabilities } = outputs;
    return {
      normals: toNormals(this.decide(outputs.latents), this.parts),
      label: probabilities && placeOfLargest(probabilities),
    };
  }

  // Categories come as probabilities; of these the largest becomes 1. Other values keep
  // to their bounds.
  decide(values) {
    const latents = values.slice();
    let start = 0;
    for (const { distribution, size } of this.parts) {
      if (distribution === "one_hot") {
        const part = latents.subarray(start, start + size);
        const place = placeOfLargest(part);
        part.fill(0)[place] = 1;
      }
      start += size;
    }
    return clip(latents, this.parts);
  }
}
