// @ts-check

/** The server has answered that it will not: an RFC 9457 problem. */
export class ProblemError extends Error {
  /**
   * @param {number} status
   * @param {string} title
   * @param {string} detail
   * @param {string} type the last part of the problem's URI, such as `model-not-found`
   */
  constructor(status, title, detail, type) {
    super(detail || title);
    this.name = "ProblemError";
    this.status = status;
    this.title = title;
    this.type = type;
  }
}

/**
 * @param {Response} response one that is not ok
 * @returns {Promise<ProblemError>}
 */
export async function readProblem(response) {
  const said = await response.json().catch(() => ({}));
  const title = String(said.title ?? `HTTP ${response.status}`);
  return new ProblemError(
    response.status,
    title,
    String(said.detail ?? ""),
    String(said.type ?? "").split("#")[1] ?? "",
  );
}
