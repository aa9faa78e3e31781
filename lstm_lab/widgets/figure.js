// What every figure shares: its frame loop, its tool bar, its keys, its ground.

import { backgroundOf, draw, isDark, make, place } from "./drawing.js";
import { button } from "./controls.js";
import { savePicture } from "./saving.js";

// A figure's own edges; what sliders beside a picture take; how far a picture is shrunk to fit.
const EDGES = 8;
const BESIDE = 212;
const SMALLEST = 0.5;

// Mount a figure: { keys, whole, compute, shape, build, minWidth, prepare }.
//   keys     the traits it reads and writes
//   whole    (state) -> whether its parts fit each other
//   compute  (state) -> values: pure, from lstm.js; if values.more, only a slice of what is to be
//            computed, and the figure is painted again in the next frame
//   build    (parts, state, set) -> { layout, remove } makes the controls for one shape of state;
//            `shape(state)` says when to build anew. layout(width) -> { height, paint } draws the
//            picture, and paint(state, values) fills it
//   over     the picture goes on under the sliders, which stand on its upper left
//   stack    the sliders stand in a row above the picture
//   narrow   the least width of its picture on a phone, where all sliders stand above it in a column
//            (parts.narrow says so to layout); what is still wider is drawn smaller
//   prepare  (state, changes) -> changes: what a preset means in the present state, if need be
// The first change after a rest is painted at once, later ones once per animation frame; Python hears
// of a change after it was painted. For tests: `root.lab` has the painted state and its values,
// `data-painted` says whether all was painted and Python told.
export function mount({ model, el }, figure) {
  const root = make("div", { class: "lab-figure", role: "group" }, el);
  root.setAttribute("aria-label", model.get("title"));
  const state = {};
  const unsent = new Set();
  const designed = figure.minWidth + (figure.over || figure.stack ? EDGES : EDGES + BESIDE);
  let parts, view, drawn, shape, width, fitted, told, waiting, stale, pushing;

  const pull = () => {
    if (pushing) return;
    for (const key of figure.keys) if (!unsent.has(key)) state[key] = model.get(key);
    invalidate();
  };
  const set = (changes) => {
    for (const [key, value] of Object.entries(changes)) {
      state[key] = value;
      unsent.add(key);
    }
    const resting = waiting === undefined;
    invalidate();
    if (resting) paint();
  };
  const push = () => {
    if (unsent.size === 0) return;
    pushing = true;
    for (const key of unsent) model.set(key, state[key]);
    pushing = false;
    unsent.clear();
    model.save_changes();
  };
  const invalidate = () => {
    stale = true;
    root.dataset.painted = "not yet";
    waiting ??= requestAnimationFrame(frame);
  };
  const frame = () => {
    waiting = undefined;
    if (stale) paint(true);
    setTimeout(rest, 0);
  };
  const rest = () => {
    push();
    if (waiting === undefined && !stale) root.dataset.painted = "yes";
  };
  const paint = (inFrame = false) => {
    if (!figure.whole(state)) return; // Python is changing its size, one trait after another
    stale = false;
    rebuildIfNeeded();
    const values = figure.compute(state);
    drawn.paint(state, values);
    root.lab = { state: { ...state }, values };
    root.dispatchEvent(new CustomEvent("lab:paint", { detail: { inFrame } }));
    if (values.more) invalidate();
  };
  const rebuildIfNeeded = () => {
    const now = JSON.stringify([figure.shape(state), model.get("presets")]);
    if (now !== shape) {
      shape = now;
      root.replaceChildren();
      view?.remove?.();
      const suggest = (changes) => set(figure.prepare?.(state, changes) ?? changes);
      parts = frameParts(root, model, set, suggest);
      root.classList.toggle("lab-over", Boolean(figure.over));
      root.classList.toggle("lab-stack", Boolean(figure.stack));
      view = figure.build(parts, state, set);
      width = undefined;
    }
    if (root.clientWidth !== told) observe(); // the page is still on the move within this frame
    if (width !== undefined && root.clientWidth === 0) return; // hidden for now
    parts.narrow = root.clientWidth > 0 && root.clientWidth < designed;
    root.classList.toggle("lab-narrow", parts.narrow);
    const room = parts.narrow ? parts.body.clientWidth : parts.picture.clientWidth;
    const least = parts.narrow ? (figure.narrow ?? figure.minWidth) : figure.minWidth;
    const space = Math.max(least, room);
    if (space !== width || room !== fitted) {
      [width, fitted] = [space, room];
      parts.svg.replaceChildren();
      drawn = view.layout(width);
      const { height } = drawn;
      place(parts.svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      shrink(parts.picture, parts.narrow ? Math.max(room / width, SMALLEST) : 1, width, height);
    }
  };

  const ends = [keepKeys(root), watchGround(root)];
  const resized = new ResizeObserver(() => {
    told = root.clientWidth;
    invalidate();
  });
  const observe = () => {
    resized.unobserve(root); // so that its width is told in any case
    resized.observe(root);
  };
  const events = [...figure.keys, "presets"].map((key) => `change:${key}`);
  for (const event of events) model.on(event, pull);
  pull();
  return () => {
    for (const event of events) model.off(event, pull);
    resized.disconnect();
    for (const end of ends) end();
    view?.remove?.();
    cancelAnimationFrame(waiting);
    push();
  };
}

// A notebook's shortcuts would take arrow keys and letters from the controls. JupyterLab listens on
// the way up, where they are stopped; Notebook 7 on the way down, where it obeys this attribute.
// Returns what takes the listener on the window away.
const SUPPRESS = "data-lm-suppress-shortcuts";

function keepKeys(root) {
  const capture = (event) => {
    if (root.contains(event.target)) event.target.toggleAttribute(SUPPRESS, isFigures(event));
  };
  window.addEventListener("keydown", capture, true);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) document.activeElement.blur();
    else if (isFigures(event)) event.stopPropagation();
  });
  return () => window.removeEventListener("keydown", capture, true);
}

// Whether a key is the figure's. Those with Ctrl or ⌘ and Shift+Enter stay the notebook's, and Escape
// gives it the keys back. In a text box undo is the box's own; JupyterLab would arm itself at the
// bare Ctrl already.
function isFigures({ key, ctrlKey, metaKey, shiftKey, target, isComposing }) {
  const command = ctrlKey || metaKey;
  const undo = ["Control", "Meta"].includes(key) || (command && /^[zy]$/i.test(key));
  if (undo && target.matches("textarea")) return true;
  const leaves = key === "Escape" && !isComposing; // else it ends what an input method composes
  return !leaves && !command && !(shiftKey && key === "Enter");
}

// A host without JupyterLab's colours, such as marimo, may be dark; Colab's widgets bring light ones
// onto a dark page. The figure then goes by the ground that it stands on, now and when the host's theme
// changes. Returns what ends the watch.
function watchGround(root) {
  const look = () => {
    if (!root.isConnected) return;
    const behind = backgroundOf(root.parentElement);
    const dark = behind ? isDark(behind) : !isDark(getComputedStyle(root.parentElement).color);
    const ink = getComputedStyle(root).getPropertyValue("--jp-content-font-color1");
    const themed = ink !== "" && !(behind && dark && isDark(ink));
    root.classList.toggle("lab-dark", dark && !themed);
    root.style.setProperty("--ground", themed ? "" : (behind ?? ""));
  };
  const observer = new MutationObserver(look);
  const options = { attributes: true, attributeFilter: ["class", "style", "data-theme"] };
  for (const node of [document.documentElement, document.body]) observer.observe(node, options);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", look);
  const placed = new ResizeObserver(look);
  placed.observe(root);
  return () => {
    placed.disconnect();
    observer.disconnect();
    scheme.removeEventListener("change", look);
  };
}

// The fixed furniture: dials, presets, reset and save above; sliders beside the picture.
function frameParts(root, model, set, suggest) {
  const bar = make("div", { class: "lab-bar" }, root);
  const dials = make("div", { class: "lab-dials" }, bar);
  const presets = make("div", { class: "lab-presets" }, bar);
  const body = make("div", { class: "lab-body" }, root);
  const sliders = make("div", { class: "lab-sliders" }, body);
  const picture = make("div", { class: "lab-picture" }, body);
  const svg = draw("svg", { role: "img" }, picture);
  for (const { name, hint, state } of model.get("presets")) {
    button(presets, name, hint, () => suggest(structuredClone(state)));
  }
  const reset = () => set(structuredClone(model.get("initial")));
  button(presets, "Reset", "back to how the figure was made", reset).classList.add("lab-quiet");
  for (const kind of ["PNG", "SVG"]) {
    const save = () => savePicture(svg, kind, model.get("title"));
    button(presets, kind, `save the picture as ${kind}`, save).classList.add("lab-quiet");
  }
  if (model.link) {
    // on a page without a kernel, whose address may hold a state
    const link = button(presets, "Link", "copy an address that opens this state", () => model.link());
    link.classList.add("lab-quiet");
  }
  return { dials, body, sliders, picture, svg };
}

// Draw a picture smaller than it was laid out, so that it fits a phone.
function shrink(picture, scale, width, height) {
  const lost = scale - 1;
  const style = { width: `${width}px`, transform: `scale(${scale})`, transformOrigin: "0 0" };
  Object.assign(style, { marginRight: `${lost * width}px`, marginBottom: `${lost * height}px` });
  const none = Object.fromEntries(Object.keys(style).map((key) => [key, ""]));
  Object.assign(picture.style, lost < 0 ? style : none);
}
