// Lines of a drawing on paper, from a photo of it: black on white, whatever the light.
const BLOCKS = 16; // of the photo's sides; the paper is the brightest of each block
const BLOCK_PX = 6; // of a small copy
const LINE_SHARE = 0.72; // of the paper's brightness, at which a line is black
const PAPER_SHARE = 0.88; // at which the paper is white
const THICKER = 1 / 160; // of the sides, by which thin lines of pens grow each way
const DIRECTIONS = 8;

function scaled(source, width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, width, height);
  return context;
}

const brightness = (data, place) =>
  (data[4 * place] + data[4 * place + 1] + data[4 * place + 2]) / 3;

// How bright the paper is at each pixel: that of blocks, smoothly between their middles.
function paperOf(photo) {
  const side = BLOCKS * BLOCK_PX;
  const { data } = scaled(photo, side, side).getImageData(0, 0, side, side);
  const blocks = new ImageData(BLOCKS, BLOCKS);
  for (let place = 0; place < side * side; place += 1) {
    const [x, y] = [place % side, Math.floor(place / side)];
    const block = Math.floor(y / BLOCK_PX) * BLOCKS + Math.floor(x / BLOCK_PX);
    const value = Math.max(blocks.data[4 * block], brightness(data, place));
    blocks.data.set([value, value, value, 255], 4 * block);
  }
  const small = scaled(photo, BLOCKS, BLOCKS);
  small.putImageData(blocks, 0, 0);
  return scaled(small.canvas, photo.width, photo.height);
}

// Draws darker what neighbours a line, all around.
function thicken(canvas) {
  const copy = scaled(canvas, canvas.width, canvas.height).canvas;
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "darken";
  for (let direction = 0; direction < DIRECTIONS; direction += 1) {
    const angle = (2 * Math.PI * direction) / DIRECTIONS;
    const reach = THICKER * Math.min(canvas.width, canvas.height);
    context.drawImage(copy, reach * Math.cos(angle), reach * Math.sin(angle));
  }
}

// Turns a photo on a canvas into its lines.
export function findLines(canvas) {
  const { width, height } = canvas;
  const paper = paperOf(canvas).getImageData(0, 0, width, height).data;
  const context = canvas.getContext("2d");
  const image = context.getImageData(0, 0, width, height);
  for (let place = 0; place < width * height; place += 1) {
    const share = brightness(image.data, place) / Math.max(1, brightness(paper, place));
    const value = (255 * (share - LINE_SHARE)) / (PAPER_SHARE - LINE_SHARE);
    image.data.set([value, value, value, 255], 4 * place);
  }
  context.putImageData(image, 0, 0);
  thicken(canvas);
}
