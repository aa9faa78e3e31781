// Mounts the figures of a page: each module is loaded once, each model stands in for a kernel's.

class Model {
  constructor({ state, buffers }, number) {
    this.state = state;
    this.number = number;
    this.listeners = [];
    for (const [path, base64] of buffers) place(state, path, bytesOf(base64));
    this.first = Object.fromEntries(Object.keys(state.initial ?? {}).map((key) => [key, state[key]]));
  }
  // Take what the page's address holds of this figure, as far as its rules allow.
  open({ rules, allowed }) {
    if (!rules || this.opened) return;
    this.opened = true;
    this.ruled = Object.keys(this.first).filter((key) => Object.hasOwn(rules, key));
    Object.assign(this.state, allowed(fromAddress(this.number), rules, this.state));
  }
  // Put the state into the page's address, and into the clipboard if that is allowed.
  link() {
    const now = this.ruled.filter((key) => !same(this.state[key], this.first[key]));
    const changed = Object.fromEntries(now.map((key) => [key, this.state[key]]));
    const address = new URLSearchParams(location.hash.slice(1));
    if (now.length) address.set(`f${this.number}`, JSON.stringify(changed));
    else address.delete(`f${this.number}`);
    history.replaceState(null, "", `#${address}`);
    navigator.clipboard?.writeText(location.href).catch(() => {});
  }
  // Back to how the page was made.
  restore() {
    for (const [key, value] of Object.entries(this.first)) this.set(key, value);
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

// --- the address: #f0={…} holds what is other than at first in figure 0 ---------------------------

const MOST = 50_000; // characters of a state
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// What the address says of a figure, unchecked; what is no JSON, or long, says nothing.
function fromAddress(number) {
  const text = new URLSearchParams(location.hash.slice(1)).get(`f${number}`);
  if (!text || text.length > MOST) return {};
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
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

const frame = () => new Promise((done) => requestAnimationFrame(done));
const painted = async () => (await frame(), await frame());

// The still gives way when its figure is there; where a figure fails, the still stays.
async function mount(place, pack, models, modules) {
  const still = place.querySelector("img");
  for (const number of place.dataset.figures.split(" ")) {
    const model = models[number];
    const widget = await modules[pack.models[number].module];
    await (model.ready ??= Promise.resolve(widget.initialize?.({ model })));
    model.open(widget);
    const el = place.appendChild(document.createElement("div"));
    await widget.render({ model, el });
    await painted();
    if (!el.querySelector(".lab-figure")?.lab) model.restore(); // a state that cannot be shown
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
const models = pack.models.map((model, number) => new Model(model, number));
const modules = pack.modules.map(load);
for (const place of document.querySelectorAll(".live")) mount(place, pack, models, modules);

const sizes = new ResizeObserver((boxes) => boxes.forEach(({ target }) => reachable(target)));
for (const box of document.querySelectorAll(".scrolls, .long")) sizes.observe(box);

// A link that is opened in the page itself changes nothing but the address.
window.addEventListener("hashchange", () => {
  if (/^#f\d+=|&f\d+=/.test(location.hash)) location.reload();
});
