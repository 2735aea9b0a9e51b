// A picture like a photo, for pages without images of the data: mountains at sunset,
// with the gradients, the grain and the edges at all scales that photos have.
const RIDGES = [
  // how high, how rough, colour far and near the ground
  { top: 0.5, rough: 0.16, color: [128, 122, 150] },
  { top: 0.62, rough: 0.2, color: [84, 86, 112] },
  { top: 0.76, rough: 0.12, color: [44, 62, 58] },
];
const SKY = [
  [62, 98, 156],
  [250, 196, 140],
];
const SUN = { x: 0.68, y: 0.36, glow: 0.16, color: [255, 240, 200] };
const OCTAVES = 6;

// The same number in [0, 1) for the same integers, everywhere.
function hash(x, y) {
  let bits = Math.imul(x, 374761393) + Math.imul(y, 668265263);
  bits = Math.imul(bits ^ (bits >>> 13), 1274126177);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

const smooth = (share) => share * share * (3 - 2 * share);
const mix = (from, to, share) => from + share * (to - from);

// Smooth between random numbers at integers.
function noise(x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [across, down] = [smooth(x - left), smooth(y - top)];
  return mix(
    mix(hash(left, top), hash(left + 1, top), across),
    mix(hash(left, top + 1), hash(left + 1, top + 1), across),
    down,
  );
}

// Noise of ever finer scales, about 0.5.
function fractal(x, y) {
  let sum = 0;
  for (let octave = 0; octave < OCTAVES; octave += 1) {
    sum += noise(x * 2 ** octave, y * 2 ** octave + 31 * octave) / 2 ** (octave + 1);
  }
  return sum;
}

// Places are in [0, 1].
function skyAt(x, y) {
  const cloud = smooth(Math.min(1, Math.max(0, 4 * fractal(3 * x, 9 * y) - 2)));
  const distance = Math.hypot(x - SUN.x, y - SUN.y);
  const light = Math.exp(-((distance / SUN.glow) ** 2));
  return SKY[0].map((high, channel) => {
    const clear = mix(high, SKY[1][channel], Math.min(1, 1.6 * y));
    return mix(mix(clear, 240 - 20 * channel, 0.5 * cloud), SUN.color[channel], light);
  });
}

function colorAt(x, y) {
  let color = skyAt(x, y);
  for (const [index, { top, rough, color: rock }] of RIDGES.entries()) {
    const edge = top + rough * (fractal(3 * x + 7 * index, 5 * index) - 0.5) * 2;
    if (y < edge) continue;
    const grain = fractal(24 * x, 24 * y + index) - 0.5;
    const haze = Math.max(0, 1 - 6 * (y - edge)) * 18;
    color = rock.map((value) => value + 90 * grain + haze);
  }
  return color;
}

export function drawLandscape(width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  for (let place = 0; place < width * height; place += 1) {
    const [x, y] = [place % width, Math.floor(place / width)];
    image.data.set([...colorAt((x + 0.5) / width, (y + 0.5) / height), 255], 4 * place);
  }
  canvas.getContext("2d", { willReadFrequently: true }).putImageData(image, 0, 0);
  return canvas;
}
