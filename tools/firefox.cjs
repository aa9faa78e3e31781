// Playwright drives an unpatched Firefox by WebDriver BiDi, and asks it for one call that Firefox 153
// does not have (to pretend a dark desktop). Loaded before Playwright, this leaves that call out.
const { Module } = require("module");

const MISSING = /this(\._browser\._browserSession|\._session)\.send\("emulation\.setMediaFeaturesOverride"/g;
const compile = Module.prototype._compile;

Module.prototype._compile = function (source, name, ...rest) {
  const kept = name.endsWith("coreBundle.js") ? source.replace(MISSING, "(async () => {})(0") : source;
  return compile.call(this, kept, name, ...rest);
};
