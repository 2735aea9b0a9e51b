// Pictures that a generator takes: read, fitted to its input, and as its values.
const LUMA = [0.299, 0.587, 0.114];

// What a page offers as the input of a generator, the likeliest first.
export function inputsOf({ model, input, channels }) {
  if (input.kind !== "image") return [input.kind];
  if (model.source === "edges") return ["lines"];
  if (model.source !== "data") return ["image"];
  // Of pairs of pictures only people know; one channel that gets colours is rarely a photo.
  return input.shape.at(-1) < channels ? ["lines", "image"] : ["image", "lines"];
}

export async function decode(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Error(`A picture must be one that this browser reads. Received: ${file.name}.`);
  }
}

// Where a picture lies that is scaled to fit into a size, in its middle.
export function fit(picture, width, height) {
  const scale = Math.min(width / picture.width, height / picture.height);
  const [across, down] = [picture.width, picture.height].map((side) =>
    Math.max(1, Math.round(scale * side)),
  );
  return {
    left: Math.floor((width - across) / 2),
    top: Math.floor((height - down) / 2),
    width: across,
    height: down,
  };
}

// A new canvas with a picture in a box, and white around it and behind what is transparent.
export function place(picture, box, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, box.left, box.top, box.width, box.height);
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

// Has `take` called with each file that is dropped or pasted on the page or chosen in an
// input.
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
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    take(file);
  });
}
