// @ts-check
// The tray: what is in it, and how it outlives a reload of the page, in its tab.

/**
 * @typedef {import("./state.js").Pin} Pin
 * @typedef {import("./model.js").Form} Form
 */

/**
 * The pin of this latent, if there is one.
 *
 * @param {readonly Pin[]} tray
 * @param {{ name: string, version: number }} model
 * @param {Float32Array} latent
 * @returns {Pin | undefined}
 */
export function pinOf(tray, model, latent) {
  const isSame = (/** @type {Pin} */ pin) => pin.model === model.name && pin.version === model.version;
  return tray.find((pin) => isSame(pin) && pin.latent.every((value, dim) => value === latent[dim]));
}

/**
 * What the rows of a pin's model look like.
 *
 * @param {Pin} pin
 * @param {readonly import("./client.js").ModelSummary[]} models
 * @returns {Form}
 */
export function formOf(pin, models) {
  const model = models.find(({ name }) => name === pin.model);
  const fits = model?.picture_shape?.reduce((product, side) => product * side, 1) === pin.output.length;
  return { pictureShape: (fits && model?.picture_shape) || null, range: model?.value_range ?? null };
}

/**
 * Keep the tray of this server in the tab's session storage. Where there is none, or no room, it lasts as long as the
 * page.
 *
 * @param {import("./state.js").State} state
 * @param {URL} server
 * @param {AbortSignal} signal
 */
export function keepTray(state, server, signal) {
  const key = `latentd-tray ${server.href}`;
  try {
    state.set({ tray: readTray(sessionStorage.getItem(key)) });
  } catch {
    return;
  }
  const keep = (/** @type {readonly Pin[]} */ tray) => {
    try {
      sessionStorage.setItem(key, writeTray(tray));
    } catch {
      // no room: the page has it still
    }
  };
  state.watch(["tray"], ({ tray }) => keep(tray), signal);
}

/**
 * The tray as text, float for float.
 *
 * @param {readonly Pin[]} tray
 */
export function writeTray(tray) {
  return JSON.stringify(tray.map((pin) => ({ ...pin, latent: toBase64(pin.latent), output: toBase64(pin.output) })));
}

/**
 * @param {string | null} text
 * @returns {Pin[]} none where the text is of something else
 */
export function readTray(text) {
  try {
    const pins = /** @type {any[]} */ (JSON.parse(text ?? "[]"));
    return pins.map(({ model, version, latent, output }) => ({
      model: String(model),
      version: Number(version),
      latent: fromBase64(latent),
      output: fromBase64(output),
    }));
  } catch {
    return [];
  }
}

/** @param {Float32Array} values */
function toBase64(values) {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** @param {string} text */
function fromBase64(text) {
  return new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}
