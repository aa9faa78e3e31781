// A figure's picture as a file, PNG or SVG.

import { backgroundOf, draw, make, place } from "./drawing.js";

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
  image.style.imageRendering = getComputedStyle(map).imageRendering;
  return image;
}

export async function savePicture(svg, kind, title) {
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
  saveFile(blob, `${title}.${kind.toLowerCase()}`);
}

export function saveFile(blob, name) {
  const link = make("a", { download: name }, document.body);
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
