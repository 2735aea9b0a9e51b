// The page: a generator, and the part of the page for what it takes.
import * as drawing from "./drawing.js";
import { Generator, MOST_APART } from "./generator.js";
import { find, say, showSpeed } from "./page.js";
import * as picture from "./picture.js";
import { inputsOf } from "./pictures.js";
import * as samples from "./samples.js";

// By the input of the generator.
const PARTS = { image: picture, latents: samples, lines: drawing };

const LINKS = { image: "Choose a picture instead", lines: "Draw lines instead" };

const LOADING = "Loading…"; // as the page says at first

let generator;

const sizeText = (bytes) =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

// What the address asks for of what the page offers, and a link to what it does not.
function chooseInput(offered) {
  const address = new URL(location.href);
  const wish = address.searchParams.get("input");
  const chosen = offered.includes(wish) ? wish : offered[0];
  const other = offered.find((input) => input !== chosen);
  if (other) {
    address.searchParams.set("input", other);
    Object.assign(find("other"), { href: address, textContent: LINKS[other], hidden: false });
  }
  return chosen;
}

// In a gallery there are many generators, and the address names one.
function folder() {
  const name = new URLSearchParams(location.search).get("generator");
  const path = name ? `generators/${encodeURIComponent(name)}/` : "./";
  return new URL(path, import.meta.url);
}

async function start() {
  generator = await Generator.load(folder());
  const { model } = generator;
  const input = chooseInput(inputsOf(generator));
  const part = PARTS[input];
  document.title = part.titleOf(model);
  find("title").textContent = document.title;
  const data = model.data_title && `, trained on ${model.data_title}`;
  find("about").textContent =
    `${model.architecture}${data}: ` +
    `${generator.width} x ${generator.height} pixels, ` +
    `${sizeText(model.files[0].bytes)}, ` +
    "generated on this device; nothing is sent.";
  document.body.className = `for-${input}`;
  const main = document.querySelector("main");
  main.append(find(`page-${input}`).content.cloneNode(true));
  part.build(generator);
  main.hidden = false;
  await part.drawFirst();
  performance.mark("first-image");
  if (find("status").textContent === LOADING) say("");
  const differs = await generator.check();
  if (differs > MOST_APART) {
    const warning = `Error: images differ by up to ${differs} of 255 in this browser.`;
    say(warning);
    find("about").textContent += ` ${warning}`; // what is said later leaves it there
  }
  await part.drawRest?.();
  await accelerate();
}

// The first image is there before a GPU's shaders are. `?accelerator=wasm` leaves it
// so, `?accelerator=webgpu` takes a GPU that is the processor's.
async function accelerate() {
  const wish = new URLSearchParams(location.search).get("accelerator");
  if (wish === "wasm") generator.reason = "as the address says";
  else await generator.accelerate({ isSoftwareTaken: wish === "webgpu" });
  showSpeed(generator);
}

// For a test, and for a console.
window.tfganZoo = {
  ready: start().catch((error) => {
    say(`Error: ${error.message}`);
    throw error;
  }),
  get generator() {
    return generator;
  },
};
