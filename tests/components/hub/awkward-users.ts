import type { Server } from "./hooked-cluster";

/** Names that users of login providers have or could have; pairs of them are the same when cut or folded. */
const LONG = "a-physicist-with-a-very-long-name-at-a-very-long-institute.of-physics.example.edu";
/** Users whose names are hard to make objects of, and servers of theirs. */
export const AWKWARD: readonly Server[] = [
  ["alice", ""],
  ["Alice", ""],
  ["first.last@example.edu", ""],
  ["first-last-example-edu", ""],
  ["first.last+tag@example.edu", ""],
  ["jürgen.müller@example.edu", ""],
  ["李雷", ""],
  ["韓梅", ""],
  [`${LONG}-1`, ""],
  [`${LONG}-2`, ""],
  ["0815", ""],
  ["-", ""],
  ["a--b", ""],
  ["a", "b"],
  ["a", ""],
  ["root-alice", ""],
  ["alice-scheduler", ""],
  ["alice", "scheduler"],
  [LONG, "a second server of a long name"],
];

/** What a Role allows. */
export interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The spec of a route by SNI. */
export interface RouteSpec {
  readonly routes: readonly [{ readonly match: string }];
  readonly tls: unknown;
}

/** What is read of a pod. */
export interface PodSpec {
  readonly securityContext: { readonly fsGroup: number };
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string; readonly defaultMode: number } }[];
  readonly containers: readonly {
    readonly volumeMounts: readonly { readonly name: string }[];
    readonly env: readonly { readonly name: string; readonly value?: string }[];
  }[];
}
