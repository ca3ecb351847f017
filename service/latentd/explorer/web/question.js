// @ts-check

export const RAW = "application/octet-stream";
export const JSON_TYPE = "application/json";

/**
 * @typedef {object} Question
 * @property {Record<string, string | number | undefined>} [query]
 * @property {Float32Array} [rows] the body; makes it a POST
 * @property {Blob} [file] a picture file as the body, by its own media type
 * @property {string} [accept]
 * @property {AbortSignal} [signal]
 */

/**
 * How it is fetched.
 *
 * @param {Question} question
 * @param {string | null} key
 * @returns {RequestInit}
 */
export function optionsOf({ rows, file, accept = JSON_TYPE }, key) {
  /** @type {Record<string, string>} */
  const headers = { Accept: accept };
  if (rows || file) headers["Content-Type"] = file?.type ?? RAW;
  if (key) headers.Authorization = `Bearer ${key}`;
  const body = file ?? /** @type {BodyInit | undefined} */ (rows);
  return { method: body ? "POST" : "GET", headers, body };
}
