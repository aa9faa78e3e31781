// Mounts the figures of a page: each module is loaded once, each model stands in for a kernel's.

class Model {
  constructor({ state, buffers }) {
    this.state = state;
    this.listeners = [];
    for (const [path, base64] of buffers) place(state, path, bytesOf(base64));
  }
  get(key) {
    return this.state[key];
  }
  set(key, value) {
    if (typeof key === "object") return Object.entries(key).forEach((pair) => this.set(...pair));
    if (this.state[key] === value) return;
    this.state[key] = value;
    for (const event of [`change:${key}`, "change"]) this.tell(event, value);
  }
  on(event, call) {
    this.listeners.push([event, call]);
  }
  off(event, call) {
    const leaves = ([on, calls]) => on === (event ?? on) && calls === (call ?? calls);
    this.listeners = this.listeners.filter((listener) => !leaves(listener));
  }
  tell(event, value) {
    for (const [on, call] of [...this.listeners]) if (on === event) call(this, value);
  }
  save_changes() {} // no kernel listens
  send() {}
}

// A binary trait arrives as it does from a kernel: as a DataView.
function bytesOf(base64) {
  return new DataView(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer);
}

function place(state, path, value) {
  const last = path.at(-1);
  path.slice(0, -1).reduce((at, key) => at[key], state)[last] = value;
}

function load(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return import(url).then(async ({ default: widget }) =>
    typeof widget === "function" ? await widget() : widget,
  );
}

// The still gives way when its figure is there; where a figure fails, the still stays.
async function mount(place, pack, models, modules) {
  const still = place.querySelector("img");
  for (const number of place.dataset.figures.split(" ")) {
    const model = models[number];
    const widget = await modules[pack.models[number].module];
    await (model.ready ??= Promise.resolve(widget.initialize?.({ model })));
    await widget.render({ model, el: place.appendChild(document.createElement("div")) });
  }
  still?.remove();
}

// A box that scrolls sideways must be reached by key; one that does not needs no stop.
function reachable(box) {
  const scrolls = box.scrollWidth > box.clientWidth + 1;
  if (!scrolls) return ["tabindex", "role", "aria-label"].forEach((key) => box.removeAttribute(key));
  const attributes = { tabindex: 0, role: "group", "aria-label": box.dataset.name ?? "wide" };
  for (const [key, value] of Object.entries(attributes)) box.setAttribute(key, value);
}

const pack = JSON.parse(document.getElementById("figures").textContent);
for (const style of pack.styles)
  document.head.appendChild(document.createElement("style")).textContent = style;
const models = pack.models.map((model) => new Model(model));
const modules = pack.modules.map(load);
for (const place of document.querySelectorAll(".live")) mount(place, pack, models, modules);

const sizes = new ResizeObserver((boxes) => boxes.forEach(({ target }) => reachable(target)));
for (const box of document.querySelectorAll(".scrolls, .long")) sizes.observe(box);
