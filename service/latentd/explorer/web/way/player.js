// @ts-check
// Time for a way: it is played there and back, paused, and scrubbed. Where less motion is preferred, it goes in whole steps
// and never by itself.

const DURATION = 2600; // milliseconds from one end to the other
const DWELL = 800; // milliseconds at each step, where less motion is preferred

export class Player {
  playing = false;
  #place = 0;
  #frames = 1;
  #stride = 1;
  #forward = true;
  #once = false;
  #last = 0;
  #request = 0;
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  #tell;

  /**
   * @param {(frame: number) => void} tell is called when another frame is to be seen, and when playing begins or ends
   * @param {AbortSignal} signal
   */
  constructor(tell, signal) {
    this.#tell = tell;
    signal.addEventListener("abort", () => this.#stop());
  }

  get frame() {
    return Math.round(this.#place);
  }

  /**
   * Another way, from its beginning; it is played once by itself, where motion is welcome.
   *
   * @param {number} frames
   * @param {number} stride frames of one step
   * @param {number | null} [frame] where it stands, and is not played by itself
   */
  load(frames, stride, frame = null) {
    this.#stop();
    [this.#frames, this.#stride, this.#place, this.#forward] = [frames, stride, frame ?? 0, true];
    if (frame !== null || this.#still.matches) this.#tell(this.frame);
    else this.#start(true);
  }

  /** @param {number} frame */
  seek(frame) {
    this.#stop();
    this.#place = Math.min(this.#frames - 1, Math.max(0, frame));
    this.#tell(this.frame);
  }

  toggle() {
    if (this.playing) this.#stop();
    else this.#start(false);
    this.#tell(this.frame);
  }

  /** @param {boolean} once to the end, and no further */
  #start(once) {
    this.playing = true;
    this.#once = once;
    this.#last = performance.now();
    if (this.#place >= this.#frames - 1) this.#forward = false;
    if (this.#place <= 0) this.#forward = true;
    this.#request = requestAnimationFrame((now) => this.#run(now));
    this.#tell(this.frame);
  }

  #stop() {
    this.playing = false;
    cancelAnimationFrame(this.#request);
  }

  /** @param {number} now */
  #run(now) {
    const before = this.frame;
    const passed = Math.max(0, now - this.#last);
    if (!this.#still.matches) {
      this.#last = now;
      this.#move((passed / DURATION) * (this.#frames - 1));
    } else if (passed >= DWELL) {
      this.#last = now;
      this.#move(this.#stride);
    }
    if (this.playing) this.#request = requestAnimationFrame((next) => this.#run(next));
    if (this.frame !== before || !this.playing) this.#tell(this.frame);
  }

  /** @param {number} by frames */
  #move(by) {
    const end = this.#forward ? this.#frames - 1 : 0;
    const next = this.#place + (this.#forward ? by : -by);
    const arrived = this.#forward ? next >= end : next <= end;
    this.#place = arrived ? end : next;
    if (!arrived) return;
    this.#forward = !this.#forward;
    if (this.#once) this.#stop();
  }
}
