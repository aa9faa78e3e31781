// What every figure shares: a frame loop, a tool bar, dials, coloured cells, save.
// `NAMES` (the table of names.py) and lstm.js stand above this text in the joined module.

// Rows of a picture stand beside its sliders: the first row's top, a row's pitch, a cell's height.
const TOP = 52;
const ROW = 44;
const TALL = 30;

// A figure's own edges; what sliders beside a picture take; how far a picture is shrunk to fit.
const EDGES = 8;
const BESIDE = 212;
const SMALLEST = 0.5;

const css = ([r, g, b]) => `rgb(${r.toFixed(0)},${g.toFixed(0)},${b.toFixed(0)})`;
const gateColour = (v) => colourAt(NAMES.gateStops, v);
const signedColour = (v, limit) => colourAt(NAMES.signedStops, (v / limit + 1) / 2);
const label = (key) => NAMES.names[key].label;
const word = (key) => NAMES.names[key].word;
const hue = (key) => NAMES.names[key].colour;

// A name that no other figure on the page has, though each loads a copy of this file.
const unique = (stem) => `${stem}-${Math.random().toString(36).slice(2)}`;

function make(tag, attributes = {}, parent = null, text = null) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  parent?.append(node);
  return node;
}

function draw(tag, attributes = {}, parent = null, text = null) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  parent?.append(node);
  return node;
}

function place(node, attributes) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
}

// Text on the picture. kind: "" (ink), "head" (bold), "faint"; anchor: start, middle or end.
function write(parent, x, y, text, kind = "", anchor = "middle") {
  const attributes = { x, y, class: `lab-text ${kind && `lab-${kind}`}`, "text-anchor": anchor };
  return draw("text", attributes, parent, text);
}

const MARKS = ["wrong", "changed", "faint", "strong"];

// A line of text; call the result with its parts: [text], [text, name whose hue it has], or
// [text, one of MARKS].
function textLine(parent, x, y, kind = "") {
  const line = write(parent, x, y, "", kind, "start");
  return (pieces) => {
    line.replaceChildren();
    for (const [text, key] of pieces) {
      const span = draw("tspan", {}, line, text);
      span.style.whiteSpace = "pre";
      if (MARKS.includes(key)) span.setAttribute("class", `lab-${key}-text`);
      else if (key) Object.assign(span.style, { fill: hue(key), fontWeight: 600 });
    }
  };
}

// A character as it can be seen: ␣ for a blank, □ for what has no form.
const visible = (char) =>
  ({ " ": "␣", "\n": "↵", "\t": "⇥" })[char] ?? (/\p{C}/u.test(char) ? "□" : char);

// A frame that is seen on dark and light colours: call the result with its x and width.
function outline(svg, box) {
  const frames = ["lab-halo", "lab-cursor"].map((kind) =>
    draw("rect", { ...box, rx: 2, class: kind }, svg),
  );
  return (attributes) => frames.forEach((frame) => place(frame, attributes));
}

// A column's head: the word, and its symbol below.
function head(parent, x, key) {
  const { word, symbol } = NAMES.names[key];
  write(parent, x, 12, word, "head");
  write(parent, x, 31, symbol, "faint");
}

// What the dials say, for a saved picture; call the result with the text.
function footnote(parent, y) {
  const text = write(parent, -110, y, "", "saved", "start");
  return (words) => (text.textContent = words);
}

// A coloured cell with its number; call the result with (value, colour) to repaint it.
function cell(parent, x, y, width, height) {
  const box = draw("rect", { x, y, width, height, rx: 2 }, parent);
  const text = write(parent, x + width / 2, y + height / 2, "");
  return (value, rgb) => {
    box.style.fill = css(rgb);
    text.style.fill = inkOn(rgb);
    text.textContent = number(value);
    if (text.textContent.length * 8.5 > width)
      place(text, { textLength: width - 4, lengthAdjust: "spacingAndGlyphs" });
    else text.removeAttribute("textLength");
  };
}

// A colour scale with the values of its ends; call the result with (low, high) to relabel it.
function scale(parent, x, y, width, stops, title) {
  const id = unique("lab-scale");
  const gradient = draw("linearGradient", { id }, draw("defs", {}, parent));
  stops.forEach((colour, k) =>
    draw("stop", { offset: k / (stops.length - 1), "stop-color": colour }, gradient),
  );
  draw("rect", { x, y, width, height: 10, fill: `url(#${id})` }, parent);
  const low = write(parent, x - 6, y + 5, "0", "faint", "end");
  const high = write(parent, x + width + 6, y + 5, "1", "faint", "start");
  write(parent, x + width / 2, y + 22, title, "faint");
  return (from, to) => {
    low.textContent = from;
    high.textContent = to;
  };
}

// A labelled native slider with a number beside it. Returns { row, input, rename(word), set }, where
// set(value, text, spoken) moves the thumb unless the hand is on it.
function slider(parent, text, { min, max, step, name }, onInput) {
  const row = make("label", { class: "lab-slider" }, parent);
  const head = make("span", { title: text }, row, text);
  const input = make("input", { type: "range", min, max, step, "data-control": name }, row);
  const output = make("output", { "aria-hidden": true }, row); // aria-valuetext says it
  input.addEventListener("input", () => onInput(Number(input.value)));
  const set = (value, text = `${value}`, spoken = text) => {
    if (Number(input.value) !== value && !input.matches(":active")) input.value = value;
    output.textContent = text;
    input.setAttribute("aria-valuetext", spoken);
  };
  const rename = (word) => {
    head.textContent = head.title = word;
  };
  return { row, input, set, rename };
}

// The sharpness κ: a slider over powers of ten, from 0.01 (average) to 100 (choose one).
function sharpnessDial(parent, set) {
  const options = { min: -2, max: 2, step: 0.05, name: "sharpness" };
  const dial = slider(parent, label("sharpness"), options, (exponent) =>
    set({ sharpness: Number((10 ** exponent).toPrecision(6)) }),
  );
  dial.row.classList.add("lab-dial");
  return (sharpness) => dial.set(Math.log10(Math.max(sharpness, 1e-300)), brief(sharpness));
}

// Radio buttons; each choice is { value, text, name }. Call the result with the chosen value.
function radios(parent, legend, choices, choose) {
  const group = make("div", { class: "lab-kind", role: "radiogroup", "aria-label": legend }, parent);
  make("span", { "aria-hidden": true }, group, legend);
  const shared = unique("lab-choice");
  const inputs = choices.map(({ value, text, name }) => {
    const row = make("label", {}, group);
    const attributes = { type: "radio", name: shared, "data-control": name };
    const input = make("input", attributes, row);
    row.append(text);
    input.addEventListener("change", () => choose(value));
    return input;
  });
  return (chosen) => inputs.forEach((input, k) => (input.checked = choices[k].value === chosen));
}

function button(parent, text, title, onClick) {
  const node = make("button", { type: "button", title, class: "lab-button" }, parent, text);
  node.addEventListener("click", onClick);
  return node;
}

// A text box for the trait `name`, under a title of its own if need be. `refuse(text)` says what is wrong with a text, if anything: the
// figure then keeps the one that it has. A box of one row has no line breaks. Call the result with
// the text; it returns what is wrong with what stands in the box, or "".
function textEntry(parent, { name, title = name, rows, refuse }, set) {
  const row = make("label", { class: "lab-entry" }, parent);
  make("span", {}, row, title);
  const options = { rows, spellcheck: "false", autocomplete: "off", "data-control": name };
  const area = make("textarea", options, row);
  let shown = null;
  let wrong = ""; // with what stands in the box, while the figure holds `shown`
  area.addEventListener("input", () => {
    if (rows === 1 && /[\r\n]/.test(area.value)) area.value = area.value.replace(/[\r\n]+/g, "");
    const text = area.value.toWellFormed?.() ?? area.value;
    wrong = refuse(text);
    set(wrong ? {} : { [name]: text });
  });
  return (text) => {
    if (shown !== text) wrong = "";
    shown = text;
    if (!wrong && area.value !== text) area.value = text;
    return wrong;
  };
}

// Which character is the first that an alphabet does not have, and how many more there are; or "".
function unknownCharacter(chars, alphabet) {
  const known = new Set(alphabet);
  const first = chars.findIndex((char) => !known.has(char));
  if (first < 0) return "";
  const others = chars.filter((char) => !known.has(char)).length - 1;
  const more = others ? ` (and ${others} more)` : "";
  const few = [...alphabet].length <= 12 ? `, ${[...alphabet].map(visible).join(" ")}` : "";
  return `‘${visible(chars[first])}’ at ${first + 1}${more} is not in the alphabet${few}`;
}

function noteLine(parent) {
  const note = make("div", { class: "lab-note", role: "status" }, parent);
  return (text) => {
    if (note.textContent !== text) note.textContent = text;
  };
}

// A row of chips, each with a button that takes it away. Call the result with their words and
// { selected, select(k), hint, remove(k), verb, otherwise }: what is focused when none is left.
function chipRow(parent) {
  const row = make("div", { class: "lab-chips" }, parent);
  return (words, { selected, select, hint, remove, verb, otherwise }) => {
    const now = JSON.stringify([words, selected]);
    if (row.dataset.words === now) return;
    const focused = [...row.querySelectorAll("button")].indexOf(document.activeElement);
    row.dataset.words = now;
    row.replaceChildren();
    words.forEach((text, k) => {
      const chip = make("span", { class: "lab-chip" }, row);
      const name = button(chip, text, hint, () => select(k));
      name.setAttribute("aria-pressed", `${k === selected}`);
      button(chip, "✕", verb, () => remove(k)).setAttribute("aria-label", `${verb} ${text}`);
    });
    row.scrollLeft = row.scrollWidth;
    const buttons = [...row.querySelectorAll("button")];
    if (focused >= 0) (buttons[Math.min(focused, buttons.length - 1)] ?? otherwise).focus();
  };
}

// Mount a figure: { keys, whole, compute, shape, build, minWidth, prepare }.
//   keys     the traits it reads and writes
//   whole    (state) -> whether its parts fit each other
//   compute  (state) -> values: pure, from lstm.js
//   build    (parts, state, set) -> { layout(width), paint(state, values), remove() } makes controls
//            and picture for one shape of state; `shape(state)` says when to build anew
//   over     the picture goes on under the sliders, which stand on its upper left
//   stack    the sliders stand in a row above the picture
//   narrow   the least width of its picture on a phone, where all sliders stand above it in a column
//            (parts.narrow says so to layout); what is still wider is drawn smaller
//   prepare  (state, changes) -> changes: what a preset means in the present state, if need be
// At most one paint per animation frame; Python hears of a change after it was painted. For tests:
// `root.lab` has the painted state and its values, `data-painted` says whether all was painted.
function mount({ model, el }, figure) {
  const root = make("div", { class: "lab-figure", role: "group" }, el);
  root.setAttribute("aria-label", model.get("title"));
  const state = {};
  const unsent = new Set();
  const designed = figure.minWidth + (figure.over || figure.stack ? EDGES : EDGES + BESIDE);
  let parts, view, shape, width, fitted, waiting, pushing;

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
    invalidate();
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
    root.dataset.painted = "not yet";
    waiting ??= requestAnimationFrame(frame);
  };
  const frame = () => {
    waiting = undefined;
    setTimeout(push, 0);
    if (!figure.whole(state)) return; // Python is changing its size, one trait after another
    rebuildIfNeeded();
    const values = figure.compute(state);
    view.paint(state, values);
    root.lab = { state: { ...state }, values };
    if (waiting === undefined) root.dataset.painted = "yes";
    root.dispatchEvent(new CustomEvent("lab:paint"));
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
    if (width !== undefined && root.clientWidth === 0) return; // hidden for now
    parts.narrow = root.clientWidth > 0 && root.clientWidth < designed;
    root.classList.toggle("lab-narrow", parts.narrow);
    const room = parts.narrow ? parts.body.clientWidth : parts.picture.clientWidth;
    const least = parts.narrow ? (figure.narrow ?? figure.minWidth) : figure.minWidth;
    const space = Math.max(least, room);
    if (space !== width || room !== fitted) {
      [width, fitted] = [space, room];
      resized.unobserve(parts.picture); // told anew, should the room be another once this frame is over
      resized.observe(parts.picture);
      parts.svg.replaceChildren();
      const height = view.layout(width);
      place(parts.svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      shrink(parts.picture, parts.narrow ? Math.max(room / width, SMALLEST) : 1, width, height);
    }
  };

  const ends = [keepKeys(root), watchGround(root)];
  const resized = new ResizeObserver(invalidate);
  resized.observe(root);
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

// A host without JupyterLab's colours, such as marimo, may be dark: the figure then goes by the ground
// that it stands on, now and when the host's theme changes. Returns what ends the watch.
function watchGround(root) {
  const look = () => {
    if (!root.isConnected) return;
    const themed = getComputedStyle(root).getPropertyValue("--jp-content-font-color1") !== "";
    const ground = themed ? null : backgroundOf(root.parentElement);
    const dark = ground ? isDark(ground) : !isDark(getComputedStyle(root.parentElement).color);
    root.classList.toggle("lab-dark", dark && !themed);
    root.style.setProperty("--ground", ground ?? "");
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

// --- save -----------------------------------------------------------------------------------

const KEPT_STYLES = `fill stroke stroke-width stroke-dasharray stroke-linecap opacity font-family
  font-size font-weight font-variant-numeric text-anchor text-decoration paint-order
  dominant-baseline`.split(/\s+/);

// The picture as a file's text, with the theme's colours written into it.
function svgText(svg) {
  const copy = svg.cloneNode(true);
  const from = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((node, k) => {
    const style = getComputedStyle(from[k]);
    if (!(node.tagName === "stop" || node.tagName === "linearGradient"))
      for (const key of KEPT_STYLES) node.style.setProperty(key, style.getPropertyValue(key));
  });
  for (const map of [...svg.parentElement.querySelectorAll("canvas.lab-map")].reverse()) {
    if (map.width * map.height > 0) copy.prepend(imageOf(map));
  }
  copy.querySelectorAll(".lab-saved").forEach((node) => node.style.removeProperty("visibility"));
  // The box of all that is drawn: a saved picture also shows the sliders' numbers, left of it.
  const box = svg.getBBox();
  const [x, y] = [box.x - 10, Math.min(box.y, 0) - 4];
  const [width, height] = [box.width + 20, box.height + 14];
  const viewBox = `${x} ${y} ${width} ${height}`;
  place(copy, { width, height, viewBox, xmlns: "http://www.w3.org/2000/svg" });
  const background = { x, y, width, height, fill: backgroundOf(svg) ?? "white" };
  copy.prepend(draw("rect", background));
  return new XMLSerializer().serializeToString(copy).replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, "");
}

// A heatmap, drawn on a canvas under the picture, as part of a saved picture.
function imageOf(map) {
  const { left, top, width, height } = map.style;
  const image = draw("image", { href: map.toDataURL(), preserveAspectRatio: "none" });
  place(image, { x: parseFloat(left), y: parseFloat(top) });
  place(image, { width: parseFloat(width), height: parseFloat(height) });
  image.style.imageRendering = "pixelated";
  return image;
}

// A map of numbers on a canvas at data resolution; call the result with its place, its rows and
// columns and colour(row, column) to repaint it.
function heatmap(parent) {
  const canvas = make("canvas", { class: "lab-map", "aria-hidden": true }, parent);
  return ({ x, y, width, height }, rows, columns, colour) => {
    Object.assign(canvas.style, { left: `${x}px`, top: `${y}px` });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    Object.assign(canvas, { width: columns, height: rows }); // clears it, too
    if (rows * columns === 0) return;
    const context = canvas.getContext("2d");
    const image = context.createImageData(columns, rows);
    for (let r = 0, p = 0; r < rows; r++)
      for (let t = 0; t < columns; t++, p += 4) {
        const [red, green, blue] = colour(r, t);
        image.data[p] = red;
        image.data[p + 1] = green;
        image.data[p + 2] = blue;
        image.data[p + 3] = 255;
      }
    context.putImageData(image, 0, 0);
  };
}

// 256 colours of a scale, looked up by a value from 0 to 1.
function palette(stops) {
  const colours = Array.from({ length: 256 }, (_, k) => colourAt(stops, k / 255));
  return (share) => colours[clip(Math.round(share * 255), 0, 255)];
}

// The colour that a node stands on, looked for out of shadow roots too; null if nobody says one.
function backgroundOf(node) {
  for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/^(transparent|rgba\(.*, 0\))$/.test(colour)) return colour;
  }
  return null;
}

// Whether a computed colour, whatever its notation, is nearer to black than to white.
function isDark(colour) {
  const context = make("canvas", { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return inkOn([...context.getImageData(0, 0, 1, 1).data.slice(0, 3)]) !== "#000000";
}

async function savePicture(svg, kind, title) {
  const text = svgText(svg);
  let blob = new Blob([text], { type: "image/svg+xml" });
  if (kind === "PNG") {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = make("canvas", { width: 2 * image.width, height: 2 * image.height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    blob = new Blob([bytesOf(canvas)], { type: "image/png" });
  }
  const link = make("a", { download: `${title}.${kind.toLowerCase()}` }, document.body);
  link.href = URL.createObjectURL(blob);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// A canvas as PNG, at once: `toBlob` would wait for an idle moment, now and then for seconds.
function bytesOf(canvas) {
  const [, base64] = canvas.toDataURL("image/png").split(",");
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
