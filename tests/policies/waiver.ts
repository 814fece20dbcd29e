import type { Waiver } from "#af/stacks/site/waivers";

/** The day that lies so many days after today, in UTC. */
export function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

/** A waiver for a folder of the hosts that holds for another hundred days, with some keys changed. */
export function waiverOf(changes: Partial<Waiver> = {}): Waiver {
  return {
    rule: "no-host-paths",
    object: "PersistentVolume software",
    field: "spec.hostPath",
    allows: "/cvmfs",
    owner: "operators of the storage",
    reason: "the hosts mount it with autofs, read-only",
    ticket: "https://tickets.example.edu/1234",
    until: dayFromNow(100),
    ...changes,
  };
}
