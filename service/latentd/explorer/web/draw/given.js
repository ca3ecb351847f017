// @ts-check
// What may be looked at instead of a drawing: a random held-out picture, or a picture file that is chosen or dropped.

import { hasExamples, heldOutName } from "../model.js";
import { ProblemError } from "../problem.js";
import { inputFrom } from "./picture-file.js";

const SEEDS = 2 ** 32;
const READABLE = ["image/png", "image/jpeg"];

export class Given {
  #explorer;
  #signal;

  /**
   * @param {import("../explorer.js").Explorer} explorer
   * @param {AbortSignal} signal
   */
  constructor(explorer, signal) {
    this.#explorer = explorer;
    this.#signal = signal;
  }

  /** One of the held-out pictures that the server has. */
  drawRandom() {
    this.#explorer.attempt(async () => {
      const { client, state } = this.#explorer;
      const { model } = state.now;
      if (!model || !hasExamples(model)) return;
      const chosen = { limit: 1, seed: Math.floor(Math.random() * SEEDS) };
      const { indices, inputs } = await client.examples(model, chosen, this.#signal);
      if (model === state.now.model) this.#explorer.draw(inputs[0], { origin: heldOutName(model, indices[0]) });
    }, this.#signal);
  }

  chooseFile() {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = READABLE.join();
    input.addEventListener("change", () => input.files?.[0] && this.#drawFile(input.files[0]), {
      signal: this.#signal,
    });
    input.click();
  }

  /** @param {HTMLElement} host on which files may be dropped */
  acceptDrops(host) {
    const on = (
      /** @type {"dragover" | "dragleave" | "drop"} */ type,
      /** @type {(event: DragEvent) => void} */ tell,
    ) => host.addEventListener(type, tell, { signal: this.#signal });
    on("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // it may be dropped
      host.classList.add("over");
    });
    on("dragleave", () => host.classList.remove("over"));
    on("drop", (event) => {
      event.preventDefault();
      host.classList.remove("over");
      const file = event.dataTransfer?.files[0];
      if (file) this.#drawFile(file);
    });
  }

  /** @param {File} file */
  #drawFile(file) {
    this.#explorer.attempt(async () => {
      const { client, state } = this.#explorer;
      const { model } = state.now;
      if (!model) return;
      if (!READABLE.includes(file.type)) {
        this.#explorer.say(`${file.name} is no PNG or JPEG file.`);
        return;
      }
      try {
        const pixels = await inputFrom(client, model, file, this.#signal);
        if (model === state.now.model) this.#explorer.draw(pixels, { origin: file.name });
      } catch (error) {
        if (this.#signal.aborted) throw error;
        // The file is at fault, not the server: the explorer goes on.
        if (error instanceof ProblemError) this.#explorer.say(`${file.name}: ${error.message}`);
        else if (error instanceof DOMException) this.#explorer.say(`${file.name} is no picture that can be read.`);
        else throw error;
      }
    }, this.#signal);
  }
}
