// Pictures scaled and cut as `tfgan-train` does with those of a folder, pixel for pixel:
// the shorter side fits, the longer one is cut at both ends, by Pillow's Lanczos filter.
const LOBES = 3;
const REDUCING_GAP = 3; // a huge picture is averaged first, to this many times the size
const CHANNELS = 4;
const LUMA = [19595, 38470, 7471]; // of 65536, as Pillow has it

function lanczos(x) {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (Math.sin(angle) / angle) * (Math.sin(angle / LOBES) / (angle / LOBES));
}

// Of each pixel of a side, where its weights start, and the weights.
function weightsOf(length, begin, end, size) {
  const scale = (end - begin) / size;
  const wide = Math.max(1, scale);
  return Array.from({ length: size }, (_, place) => {
    const center = begin + (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - LOBES * wide + 0.5));
    const last = Math.min(length, Math.trunc(center + LOBES * wide + 0.5));
    const weights = Array.from({ length: last - first }, (_, index) =>
      lanczos((index + first - center + 0.5) / wide),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

// One side of an image { data, width, height } of bytes [H, W, 4]; the other is kept.
function resample(image, axis, begin, end, size) {
  const { data, width, height } = image;
  const isRow = axis === "width";
  const [across, step] = isRow ? [height, CHANNELS] : [width, CHANNELS * width];
  const made = { width, height, [axis]: size };
  made.data = new Uint8ClampedArray(CHANNELS * made.width * made.height);
  const skip = isRow ? CHANNELS * width : CHANNELS;
  const [madeStep, madeSkip] = isRow ? [CHANNELS, CHANNELS * size] : [CHANNELS * width, CHANNELS];
  weightsOf(image[axis], begin, end, size).forEach(({ first, weights }, place) => {
    for (let line = 0; line < across; line += 1) {
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        let from = line * skip + first * step + channel;
        let sum = 0;
        for (let index = 0; index < weights.length; index += 1, from += step) {
          sum += weights[index] * data[from];
        }
        made.data[line * madeSkip + place * madeStep + channel] = sum;
      }
    }
  });
  return made;
}

// Averages of blocks, of a part of an image; those at its ends may be smaller.
function reduce(image, [left, top, right, bottom], [across, down]) {
  const width = Math.ceil((right - left) / across);
  const height = Math.ceil((bottom - top) / down);
  const data = new Uint8ClampedArray(CHANNELS * width * height);
  for (let place = 0; place < width * height; place += 1) {
    const x0 = left + across * (place % width);
    const y0 = top + down * Math.floor(place / width);
    const [x1, y1] = [Math.min(right, x0 + across), Math.min(bottom, y0 + down)];
    const sums = [0, 0, 0, 0];
    for (let y = y0; y < y1; y += 1) {
      for (let from = CHANNELS * (y * image.width + x0), x = x0; x < x1; x += 1) {
        sums[0] += image.data[from];
        sums[1] += image.data[from + 1];
        sums[2] += image.data[from + 2];
        sums[3] += image.data[from + 3];
        from += CHANNELS;
      }
    }
    const count = (x1 - x0) * (y1 - y0);
    data.set(sums.map((sum) => Math.floor(sum / count + 0.5)), CHANNELS * place);
  }
  return { data, width, height };
}

// The part of an image that is kept: [left, top, right, bottom].
function keptOf(image, width, height) {
  const scale = Math.min(image.width / width, image.height / height);
  const left = (image.width - width * scale) / 2;
  const top = (image.height - height * scale) / 2;
  return [left, top, image.width - left, image.height - top];
}

function reduceHuge(image, kept, sizes) {
  const sides = [kept[2] - kept[0], kept[3] - kept[1]];
  const factors = sides.map((side, axis) =>
    Math.max(1, Math.floor(side / sizes[axis] / REDUCING_GAP)),
  );
  if (factors.every((factor) => factor === 1)) return [image, kept];
  const reach = sides.map((side, axis) => ((LOBES - 0.5) * side) / sizes[axis]);
  const safe = [
    Math.max(0, Math.trunc(kept[0] - reach[0])),
    Math.max(0, Math.trunc(kept[1] - reach[1])),
    Math.min(image.width, Math.ceil(kept[2] + reach[0])),
    Math.min(image.height, Math.ceil(kept[3] + reach[1])),
  ];
  const moved = kept.map((edge, index) => (edge - safe[index % 2]) / factors[index % 2]);
  return [reduce(image, safe, factors), moved];
}

// Colours times their alpha, so that those of what is transparent do not count.
function multiply(data) {
  for (let place = 0; place < data.length; place += CHANNELS) {
    const alpha = data[place + 3];
    if (alpha === 255) continue;
    for (let channel = place; channel < place + 3; channel += 1) {
      data[channel] = (data[channel] * alpha) / 255;
    }
  }
}

// Lays colours that are multiplied so over white.
function overWhite({ data }) {
  for (let place = 0; place < data.length; place += CHANNELS) {
    const alpha = data[place + 3];
    for (let channel = place; channel < place + 3; channel += 1) {
      data[channel] = Math.min(alpha, data[channel]) + 255 - alpha;
    }
    data[place + 3] = 255;
  }
}

function toGrey({ data }) {
  for (let place = 0; place < data.length; place += CHANNELS) {
    const sum = LUMA.reduce((total, weight, index) => total + weight * data[place + index], 0);
    data.fill((sum + 0x8000) >> 16, place, place + 3);
  }
}

// A new canvas of a size with a picture that fills it; what is transparent lies on white.
export function fill(picture, [height, width, channels]) {
  const whole = document.createElement("canvas");
  [whole.width, whole.height] = [picture.width, picture.height];
  const context = whole.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const source = context.getImageData(0, 0, whole.width, whole.height);
  multiply(source.data);
  const sizes = [width, height];
  const [image, kept] = reduceHuge(source, keptOf(source, width, height), sizes);
  const rows = resample(image, "width", kept[0], kept[2], width);
  const scaled = resample(rows, "height", kept[1], kept[3], height);
  overWhite(scaled);
  if (channels === 1) toGrey(scaled);
  [whole.width, whole.height] = sizes;
  context.putImageData(new ImageData(scaled.data, width, height), 0, 0);
  return whole;
}
