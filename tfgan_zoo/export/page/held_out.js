// The pictures that a page begins with, where a generator takes pictures.
import { fetchBytes } from "./fetching.js";
import { drawLandscape } from "./landscape.js";
import { place } from "./pictures.js";

// Held-out images of the data, side by side in a file, or a landscape.
export async function readExamples(generator) {
  const [height, width] = generator.input.shape;
  try {
    const { examples: count } = generator.model;
    if (!count) return [drawLandscape(width, height)];
    const content = await fetchBytes(new URL("examples.png", generator.folder));
    const strip = await createImageBitmap(new Blob([content]));
    const box = { top: 0, width: strip.width, height: strip.height };
    return Array.from({ length: count }, (_, index) =>
      place(strip, { ...box, left: -index * width }, width, height),
    );
  } catch {
    return [drawLandscape(width, height)]; // a site may leave images of its data out
  }
}
