// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";

/** What the map is made of; the parts are filled by the modules beside this. */
export const markup = html`
  <div class="map">
    <canvas class="backdrop" aria-hidden="true"></canvas>
    <canvas class="points" aria-hidden="true"></canvas>
    <canvas class="marks" aria-hidden="true"></canvas>
    <div
      class="handle"
      role="slider"
      tabindex="0"
      aria-label="Place in the latent space"
      aria-description="Arrow keys move it, with Shift further. Plus and minus zoom, 0 shows everything, N goes to the nearest point."
      aria-valuenow="0"
      hidden
    >
      <div class="knob"></div>
      <div class="loupe"><canvas></canvas></div>
    </div>
    <div class="found" hidden>
      <canvas></canvas>
      <div></div>
    </div>
    <div class="prompt" hidden></div>
    <div class="dims"></div>
  </div>
  <div class="foot">
    <div class="legend" role="group" aria-label="Classes"></div>
    <div class="tools"></div>
  </div>
`;
