// Two pictures as the ends of a walk, and a slider that leads from one to the other.
import { slerp } from "./latents.js";
import { find, say, showBusy } from "./page.js";

const NAMES = ["a", "b"];

const between = (from, to, share) =>
  from.map((value, index) => (1 - share) * value + share * to[index]);

// What lies between two pictures { normals, label, amounts }, of the class of the first:
// nothing lies between two classes.
export function mix([from, to], share) {
  if (share === 0) return from;
  if (share === 1) return to;
  return {
    normals: slerp(from.normals, to.normals, share),
    label: from.label,
    amounts: between(from.amounts, to.amounts, share),
  };
}

// `current` returns the picture to set an end to, `show` shows one large, and `drawOn`
// draws one on a canvas.
export function addEnds({ current, show, drawOn }) {
  const ends = [];
  const slider = find("between");
  const percent = () => `${Math.round(100 * Number(slider.value))} %`;
  const describe = () =>
    slider.setAttribute("aria-valuetext", `${percent()} of the way to B`);
  const walk = () => {
    describe();
    show({ ...mix(ends, Number(slider.value)), name: `From A to B: ${percent()}` });
  };
  NAMES.forEach((name, index) => {
    const button = find(`end-${name}`);
    button.addEventListener("click", () => {
      ends[index] = current();
      showBusy(
        drawOn(button.querySelector("canvas"), ends[index]).catch(({ message }) =>
          say(`Error: ${message}`),
        ),
      );
      button.setAttribute(
        "aria-label",
        `Set ${name.toUpperCase()} to this picture; it is ${ends[index].name}`,
      );
      slider.value = index;
      describe();
      if (!ends[0] || !ends[1]) return;
      slider.disabled = false;
      find("ends-hint").hidden = true;
    });
  });
  slider.addEventListener("input", walk);
}
