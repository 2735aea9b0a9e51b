// On the first page: live generators in place of their picture.
const PAGE = "gallery/wall.html";
const DOWNLOAD = "9 MB";
const wall = document.querySelector(".wall");

function fit(frame) {
  const { body } = frame.contentDocument;
  const update = () => (frame.style.height = `${body.scrollHeight}px`);
  new ResizeObserver(update).observe(body);
}

// The reader may choose another scheme than the device's.
function match(frame) {
  const { style } = frame.contentDocument.documentElement;
  const update = () => {
    const theme = getComputedStyle(document.body);
    // A frame of another scheme than its page has a ground of its own.
    const isDark = document.body.dataset.mdColorScheme === "slate";
    frame.style.colorScheme = isDark ? "dark" : "light";
    style.colorScheme = frame.style.colorScheme;
    style.setProperty("--ink", theme.getPropertyValue("--md-typeset-color"));
    style.setProperty("--accent", theme.getPropertyValue("--md-typeset-a-color"));
  };
  update();
  const schemes = { attributeFilter: ["data-md-color-scheme"] };
  new MutationObserver(update).observe(document.body, schemes);
}

// The picture stays until those who are in view have made one each.
function run() {
  const frame = document.createElement("iframe");
  frame.src = PAGE;
  frame.title = "Pictures that trained generators make in this page";
  frame.addEventListener("load", async () => {
    try {
      await frame.contentWindow.tfganZoo.ready;
    } catch {
      frame.remove(); // no gallery here, or nothing to run it
      return;
    }
    wall.classList.add("live");
    fit(frame);
    match(frame);
  });
  wall.append(frame);
}

function offer() {
  const button = document.createElement("button");
  button.className = "md-button";
  button.textContent = `Run them here (${DOWNLOAD})`;
  button.addEventListener("click", () => {
    button.remove();
    run();
  });
  wall.append(button);
}

if (wall && location.protocol.startsWith("http")) {
  const isWide = matchMedia("(min-width: 60em)").matches;
  if (isWide && !navigator.connection?.saveData) run();
  else offer();
}
