// The sound of an emergency that nobody took. A browser lets a page be heard only after a gesture: until then `muted` says so.
const EVERY = 1500, HIGH = 880, LOW = 660, BEEP = 0.22;

export class Alarm {
  #context: AudioContext | null = null;
  #timer = 0;

  /** To call in a gesture: a key, a press. */
  unlock() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") void this.#context.resume();
  }

  get muted() {
    return this.#context?.state !== "running";
  }

  /** Rings until told otherwise. */
  ring(on: boolean) {
    if (!on) {
      clearInterval(this.#timer);
      this.#timer = 0;
    } else if (!this.#timer) {
      this.#beep();
      this.#timer = setInterval(() => this.#beep(), EVERY);
    }
  }

  #beep() {
    const context = this.#context;
    if (!context || this.muted) return;
    [HIGH, LOW].forEach((frequency, i) => {
      const tone = context.createOscillator(), volume = context.createGain(), from = context.currentTime + i * BEEP;
      tone.frequency.value = frequency;
      volume.gain.value = 0.25;
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + BEEP);
    });
  }
}
