/** Work that a search may do, counted in hosts looked at, so that it ends at the same point on every machine. */
export class Effort {
  private spent = 0;

  constructor(readonly limit: number) {}

  /** Counts tries; false once there were more than the limit. */
  spend(tries = 1): boolean {
    this.spent += tries;
    return this.spent <= this.limit;
  }

  get exhausted(): boolean {
    return this.spent >= this.limit;
  }
}
