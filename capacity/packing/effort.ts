/** How much a search may do, counted in hosts that it looks at and not in time, so that it ends at the same point on every machine. */
export class Effort {
  private spent = 0;

  constructor(readonly limit: number) {}

  /** Counts hosts that are looked at; false once there were more than the limit. */
  spend(tries = 1): boolean {
    this.spent += tries;
    return this.spent <= this.limit;
  }

  /** True once nothing more may be tried. */
  get exhausted(): boolean {
    return this.spent >= this.limit;
  }
}
