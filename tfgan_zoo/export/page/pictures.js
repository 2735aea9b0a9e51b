// Pictures that a generator takes: read, fitted to its input, and as its values.
const EXAMPLE_PX = 256;
const LUMA = [0.299, 0.587, 0.114];

// What a page offers as the input of a generator, the likeliest first.
export function inputsOf({ model, input, channels }) {
  if (input.kind !== "image") return [input.kind];
  if (model.source === "edges") return ["lines"];
  if (model.source !== "data") return ["image"];
  // Of pairs of pictures only people know; one channel that gets colours is rarely a photo.
  return input.shape.at(-1) < channels ? ["lines", "image"] : ["image", "lines"];
}

// Ground, disc, square and triangle: edges and colours for any task.
export function drawExample() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = EXAMPLE_PX;
  const context = canvas.getContext("2d");
  const ground = context.createLinearGradient(0, 0, 0, EXAMPLE_PX);
  ground.addColorStop(0, "#101a3c");
  ground.addColorStop(1, "#2f5f86");
  context.fillStyle = ground;
  context.fillRect(0, 0, EXAMPLE_PX, EXAMPLE_PX);
  context.fillStyle = "#ffd75e";
  context.beginPath();
  context.arc(184, 72, 44, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#e8ebe4";
  context.fillRect(48, 136, 112, 96);
  context.fillStyle = "#d2513f";
  context.beginPath();
  context.moveTo(28, 140);
  context.lineTo(104, 68);
  context.lineTo(180, 140);
  context.fill();
  return canvas;
}

export async function decode(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Error(`A picture must be one that this browser reads. Received: ${file.name}.`);
  }
}

// The middle of a picture, scaled to a new canvas; white behind what is transparent.
export function fit(picture, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  const scale = Math.max(width / picture.width, height / picture.height);
  const [across, down] = [scale * picture.width, scale * picture.height];
  context.drawImage(picture, (width - across) / 2, (height - down) / 2, across, down);
  return canvas;
}

// The pixels of a canvas as values [H, W, C] in [-1, 1].
export function valuesOf(canvas, [height, width, channels]) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const values = new Float32Array(height * width * channels);
  for (let place = 0; place < height * width; place += 1) {
    const color = data.subarray(4 * place, 4 * place + 3);
    const grey = LUMA.reduce((sum, weight, index) => sum + weight * color[index], 0);
    for (let channel = 0; channel < channels; channel += 1) {
      const value = channels === 1 ? grey : color[channel];
      values[channels * place + channel] = value / 127.5 - 1;
    }
  }
  return values;
}

// Has `take` called with each file that is dropped on the page or chosen in an input.
export function addFiles(inputs, take) {
  for (const input of inputs) {
    input.addEventListener("change", () => {
      if (input.files.length) take(input.files[0]);
      input.value = ""; // so that the same file can be chosen again
    });
  }
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
}
