// Directions of a generator's latents, along which sliders move a picture.
import { bytesOf } from "./fetching.js";

const NAMED = ["measure", "class"]; // kinds of directions that say what they move

// Little-endian on any machine.
function floatsOf(base64) {
  const view = new DataView(bytesOf(base64).buffer);
  return Float32Array.from({ length: view.byteLength / 4 }, (_, place) =>
    view.getFloat32(4 * place, true),
  );
}

function readNamed({ name, kind, deviation, vector_base64: vector }) {
  return {
    name: name.replaceAll("_", " "),
    isNamed: NAMED.includes(kind),
    deviation,
    vector: floatsOf(vector),
  };
}

// Those that tfgan-directions wrote, then those that the page itself got; a step along
// one adds `deviation` times `vector` to the latents.
export function readDirections({ directions, unnamed_directions: unnamed = [] }) {
  return [
    ...(directions?.directions ?? []).map(readNamed),
    ...unnamed.map(({ name, values }) => ({
      name,
      isNamed: false,
      deviation: 1,
      vector: Float32Array.from(values),
    })),
  ];
}

// What steps along directions add to latents of `size` values.
export function offsetsOf(directions, amounts, size) {
  const offsets = new Float64Array(size);
  amounts.forEach((amount, index) => {
    const { deviation, vector } = directions[index];
    vector.forEach((value, place) => {
      offsets[place] += deviation * (amount * value);
    });
  });
  return offsets;
}
