import type { DriftKind } from "./drift";

/** What a kind of drift is called, and the way back, in the words of every report. */
export interface WayBack {
  readonly title: string;
  readonly back: string;
}

/** What `pulumi up` needs to see a change that it has not made itself: alone, it compares with what the last one wrote. */
export const ASKS_THE_CLUSTER = "--refresh --run-program";

const UP = `\`up ${ASKS_THE_CLUSTER}\``;

/** What is told of each kind. */
export const WAYS_BACK: Readonly<Record<DriftKind, WayBack>> = {
  gone: { title: "Gone", back: `${UP} makes it again.` },
  reinstalled: {
    title: "A host that was set up anew",
    back: `The host has joined under its old name without what the site file gives it, so nothing of the facility is placed there. ${UP} labels it again. What its disks held is as the installation left them: Ceph's and the cache's disks are looked after by hand (docs/operations.md).`,
  },
  "made anew": {
    title: "Deleted and made again by hand",
    back: "It is as declared again, and what it held is not. Bring that back from a backup; `up` has nothing to do.",
  },
  scaled: { title: "Scaled by hand", back: `${UP} scales it back. If the number is meant, let the site file say so.` },
  changed: { title: "Changed by hand", back: `${UP} writes what is declared. If what is there is meant, let the site file say so.` },
  added: {
    title: "Added by hand",
    back: "No `up` takes it out, because the site file says nothing of the field and it belongs to whoever set it. Take it out by hand (`kubectl edit`).",
  },
  waiting: {
    title: "Waits for an up",
    back: "Nobody has changed it by hand: the site file says it since the last `up`. Let the workflow `up` go on.",
  },
};
