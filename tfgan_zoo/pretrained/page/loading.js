// Generators, each fetched once, and what the gallery shows of them.
import { Generator } from "./generator.js";
import { Enlargement, Translation, Walk } from "./walks.js";

const loaded = new Map();

export function load(name) {
  if (!loaded.has(name)) {
    const folder = new URL(`generators/${name}/`, import.meta.url);
    const loading = Generator.load(folder).catch((error) => {
      loaded.delete(name); // the next drawing tries again
      throw error;
    });
    loaded.set(name, loading);
  }
  return loaded.get(name);
}

export async function walkOf(entry) {
  const generator = await load(entry.name);
  if (entry.takes === "latents") return new Walk(generator);
  if (!entry.source) return Translation.load(generator);
  return new Enlargement(generator, new Walk(await load(entry.source)), entry.source);
}

// The page of one generator.
export function addressOf({ name }) {
  return `page.html?generator=${encodeURIComponent(name)}`;
}
