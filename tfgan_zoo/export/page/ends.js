// Two pictures as the ends of a walk, and a slider that leads from one to the other.
import { slerp } from "./latents.js";
import { find } from "./page.js";

const NAMES = ["a", "b"];

const between = (from, to, share) =>
  from.map((value, index) => (1 - share) * value + share * to[index]);

// What lies between two pictures { normals, label, amounts }. The class is that of the
// first up to its end, as of nothing between two classes there is a picture.
export function mix([from, to], share) {
  if (share === 0) return from;
  if (share === 1) return to;
  return {
    normals: slerp(from.normals, to.normals, share),
    label: from.label,
    amounts: between(from.amounts, to.amounts, share),
  };
}

// `current` returns the picture to set an end to, `show` shows one.
export function addEnds({ current, show }) {
  const ends = [];
  const slider = find("between");
  const walk = () => {
    const share = Number(slider.value);
    const percent = `${Math.round(100 * share)} %`;
    slider.setAttribute("aria-valuetext", `${percent} of the way to B`);
    show({ ...mix(ends, share), name: `From A to B: ${percent}` });
  };
  NAMES.forEach((name, index) => {
    const button = find(`end-${name}`);
    button.addEventListener("click", () => {
      ends[index] = current();
      copy(find("large"), button.querySelector("canvas"));
      button.setAttribute("aria-label", `${name.toUpperCase()} is ${ends[index].name}. Set it anew`);
      slider.value = index;
      if (!ends[0] || !ends[1]) return;
      slider.disabled = false;
      find("ends-hint").hidden = true;
    });
  });
  slider.addEventListener("input", walk);
}

function copy(source, target) {
  [target.width, target.height] = [source.width, source.height];
  target.getContext("2d").drawImage(source, 0, 0);
}
