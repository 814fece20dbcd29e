import { type Writable } from "node:stream";

/** How often a line is printed where the output is not a terminal, in milliseconds. */
const plainInterval = 15_000;

/** What is being waited for, with the seconds that it takes: redrawn on a terminal, a line now and then elsewhere. */
export class Progress {
  private text = "";
  private started = Date.now();
  private timer: NodeJS.Timeout | undefined;

  public constructor(
    private readonly out: Writable & { readonly isTTY?: boolean } = process.stderr,
    private readonly interval = plainInterval,
  ) {}

  /** Says what has begun; the line stays until {@link done} or the next {@link step}. */
  public step(text: string): void {
    this.stop();
    this.text = text;
    this.started = Date.now();
    if (this.out.isTTY === true) {
      this.draw();
      this.timer = setInterval(() => this.draw(), 1_000);
    } else {
      this.timer = setInterval(() => this.out.write(`${this.text} … ${this.seconds()}\n`), this.interval);
    }
    this.timer.unref();
  }

  /** Says it in other words; the clock goes on. */
  public reword(text: string): void {
    this.text = text;
    if (this.timer !== undefined && this.out.isTTY === true) this.draw();
  }

  /** Ends the line; `result` is what came of it. */
  public done(result?: string): void {
    const took = this.seconds();
    const text = result ?? this.text;
    this.stop();
    if (text !== "") this.out.write(`${text}  ${took}\n`);
    this.text = "";
  }

  /** Takes the line away without a word: something else is about to be said. */
  public stop(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.out.isTTY === true) this.out.write("\r\x1b[K");
  }

  private draw(): void {
    this.out.write(`\r\x1b[K${this.text} … ${this.seconds()}`);
  }

  private seconds(): string {
    return `${((Date.now() - this.started) / 1000).toFixed(Date.now() - this.started < 10_000 ? 1 : 0)} s`;
  }
}
