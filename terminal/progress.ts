import type { Writable } from "node:stream";
import { WIDTH } from "./text";

/** How often a line is printed where the output is no terminal, in milliseconds. */
const INTERVAL = 15_000;

/** How often the line is drawn anew on a terminal, in milliseconds. */
const REDRAW = 1_000;

/** How long a command of steps says nothing, in milliseconds: most plans are done by then. */
const QUIET = 2_000;

/** Where progress is shown; a terminal can draw a line anew. */
export type Screen = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command is at. */
export interface ProgressSteps {
  /** Says what begins now. */
  step(text: string): void;
}

/**
 * Shows what is awaited and for how many seconds: a line that is drawn anew on a terminal, a line now and then elsewhere. Timers draw it,
 * so the work must leave them time; for work that does not there is {@link progressOf}.
 */
export class Progress implements ProgressSteps {
  private text = "";
  private started = Date.now();
  private timer: NodeJS.Timeout | undefined;

  /** @param interval milliseconds between two lines where the output is no terminal. */
  constructor(
    private readonly out: Screen = process.stderr,
    private readonly interval: number = INTERVAL,
  ) {}

  /** Says what begins now; the line stays until {@link done} or the next step. */
  step(text: string): void {
    this.stop();
    this.text = text;
    this.started = Date.now();
    if (this.out.isTTY === true) {
      this.draw();
      this.timer = setInterval(() => this.draw(), REDRAW);
    } else {
      this.timer = setInterval(() => this.out.write(`${this.text} … ${this.seconds()}\n`), this.interval);
    }
    this.timer.unref();
  }

  /** Says the current step in other words; its clock goes on. */
  reword(text: string): void {
    this.text = text;
    if (this.timer !== undefined && this.out.isTTY === true) this.draw();
  }

  /**
   * Ends the line.
   * @param result what came of the step; the step itself if it is left out, and no line if it is empty.
   */
  done(result?: string): void {
    const took = this.seconds();
    const text = result ?? this.text;
    this.stop();
    if (text !== "") this.out.write(`${text}  ${took}\n`);
    this.text = "";
  }

  /** Takes the line away without a word, because something else is about to be said. */
  stop(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.out.isTTY === true) this.out.write("\r\x1b[K");
  }

  /** Only one line can be drawn anew, so a longer text is cut. */
  private draw(): void {
    const clock = ` … ${this.seconds()}`;
    const room = (this.out.columns ?? WIDTH) - clock.length - 1;
    const text = this.text.length > room ? `${this.text.slice(0, Math.max(0, room - 1))}…` : this.text;
    this.out.write(`\r\x1b[K${text}${clock}`);
  }

  private seconds(): string {
    return `${((Date.now() - this.started) / 1000).toFixed(Date.now() - this.started < 10_000 ? 1 : 0)} s`;
  }
}

/**
 * Shows the steps of work that computes without a pause, so that no timer could draw: a line for each step that begins after two seconds.
 */
export function progressOf(command: string, out: Screen = process.stderr): ProgressSteps {
  const started = Date.now();
  return {
    step: (text) => {
      const passed = Date.now() - started;
      if (passed > QUIET) out.write(`${command}: ${text} (${(passed / 1000).toFixed(1)} s)\n`);
    },
  };
}
