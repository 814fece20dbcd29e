import { CONTAINER_LISTS } from "../workloads/workload";
import { BASELINE_CAPABILITIES } from "../tenancy/capabilities";
import { DIGEST, MOVING_TAG, NUMBERED_TAG, TAG } from "../image";
import { imagesJudged, OFF_CONTROL_PLANES } from "./user-pods";
import { namespacesNamed, quoted, quotedList, type AdmissionPolicy, type Judged } from "./policy";

/** Texts about the containers of each list that a condition holds for. */
function containers(condition: string, found: (path: string) => string): readonly string[] {
  return CONTAINER_LISTS.map(
    (list) => `object.spec.?${list}.orValue([]).filter(c, ${condition}).map(c, ${found(`"spec.${list}[" + c.name + "]`)})`,
  );
}

/** A text about a switch that is on. */
function switched(path: string): string {
  return `(object.${path.replaceAll(".", ".?")}.orValue(false) ? [${quoted(`${path} is true`)}] : [])`;
}

const HOST_PROCESS = "securityContext.windowsOptions.hostProcess";
const ADDED = `c.?securityContext.?capabilities.?add.orValue([]).filter(a, !(a in ${quotedList(BASELINE_CAPABILITIES)}))`;

/** What every level of Pod Security but privileged refuses. */
const LEVELS: readonly Judged[] = [
  {
    rule: "no-privileged-containers",
    faults: [
      ...containers("c.?securityContext.?privileged.orValue(false)", (path) => `${path}.securityContext.privileged is true"`),
      ...containers("c.?securityContext.?windowsOptions.?hostProcess.orValue(false)", (path) => `${path}.${HOST_PROCESS} is true"`),
      switched(`spec.${HOST_PROCESS}`),
    ],
    allowed: quoted("false, or no such field"),
  },
  {
    rule: "no-host-namespaces",
    faults: ["hostNetwork", "hostPID", "hostIPC"].map((field) => switched(`spec.${field}`)),
    allowed: quoted("false, or no such field"),
  },
  {
    rule: "no-host-paths",
    faults: [
      'object.spec.?volumes.orValue([]).filter(v, has(v.hostPath)).map(v, "spec.volumes[" + v.name + "].hostPath is " + v.hostPath.path)',
    ],
    allowed: quoted("any kind of volume but hostPath"),
  },
  {
    rule: "no-added-capabilities",
    faults: containers(`${ADDED}.size() > 0`, (path) => `${path}.securityContext.capabilities.add has " + ${ADDED}.join(", ")`),
    allowed: quoted(BASELINE_CAPABILITIES.join(", ")),
  },
];

/** True, in CEL, if the expression gives an image with an exact tag or digest. */
function exact(image: string): string {
  const matches = (pattern: string) => `${image}.matches(${quoted(pattern)})`;
  return `(${matches(DIGEST)} || (!${image}.contains("@") && ${matches(TAG)} && ${matches(NUMBERED_TAG)} && !${matches(`(?i)${MOVING_TAG}`)}))`;
}

const IMAGE = 'c.?image.orValue("")';
const REFERENCE = 'v.image.?reference.orValue("")';
const EXACT: Judged = {
  rule: "images-are-exact",
  faults: [
    ...containers(`!${exact(IMAGE)}`, (path) => `${path}.image is " + ${IMAGE}`),
    `object.spec.?volumes.orValue([]).filter(v, has(v.image) && !${exact(REFERENCE)}).map(v, "spec.volumes[" + v.name + "].image.reference is " + ${REFERENCE})`,
  ],
  allowed: quoted("an exact tag or a digest"),
};

/** Names of namespaces, by what is asked of their pods. */
export interface PodNamespaces {
  /** Namespaces of a level of Pod Security that refuses anything. */
  readonly levelled: readonly string[];
  /** Namespaces in which users' code runs, each with the sources of its images ({@link imagesJudged}). */
  readonly userCode: Readonly<Record<string, readonly string[]>>;
}

/**
 * What is asked of a pod, whoever makes it. The label of a namespace makes the API server's own admission ask for its level, so the policies ask for it
 * only in a namespace that has lost its label. Operators' own namespaces have the level privileged, and each of their pods its reason (policies/exceptions.ts).
 */
export function podPolicies({ levelled, userCode }: PodNamespaces): readonly AdmissionPolicy[] {
  const unlabelled = {
    key: "pod-security.kubernetes.io/enforce",
    operator: "NotIn",
    values: ["baseline", "restricted"],
  };
  const pods = {
    ...{ apiGroup: "", apiVersion: "v1", resources: ["pods", "pods/ephemeralcontainers"] },
    changed: (object: string) => `${object}.spec`,
  };
  return [
    ...LEVELS.map((judged) => ({
      ...pods,
      ...judged,
      namespaces: { matchExpressions: [namespacesNamed(levelled), unlabelled] },
    })),
    ...[EXACT, imagesJudged(userCode), OFF_CONTROL_PLANES].map((judged) => ({
      ...pods,
      ...judged,
      namespaces: { matchExpressions: [namespacesNamed(Object.keys(userCode))] },
    })),
  ];
}
