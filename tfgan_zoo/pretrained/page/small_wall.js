// A wall for other pages: some pictures each by the light generators, one a data set.
import { find } from "./text.js";
import { addWall } from "./wall.js";

const MOST_BYTES = 2.1e6; // a generator's; the largest that ship have 3.4 MB
const ROWS = 3;

function lightest(entries) {
  const byData = new Map();
  for (const entry of entries) {
    const isLight = entry.bytes <= MOST_BYTES && !entry.source; // which fetches another
    if (isLight && !byData.has(entry.data)) byData.set(entry.data, entry);
  }
  return [...byData.values()];
}

async function start() {
  const response = await fetch(new URL("gallery.json", import.meta.url));
  if (!response.ok) throw new Error(`gallery.json could not be read (${response.status}).`);
  const entries = lightest(await response.json());
  const wall = addWall(entries, ROWS);
  await wall.filled;
  if (wall.failed.size) throw new Error("Some generators could not be run.");
  return entries.map(({ name }) => name);
}

// For the page that holds this one, and for a test.
window.tfganZoo = {
  ready: start().catch((error) => {
    find("status").textContent = `Error: ${error.message}`;
    throw error;
  }),
};
