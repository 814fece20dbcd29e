import { bytes, isQuantity, millicores } from "#af/capacity/quantity";
import type { Data } from "./manifests";

/** What may stand in an object of a built-in kind and says nothing, by what is at the place. */
const SAYS_NOTHING: readonly { readonly where: (fields: Data, name: string) => boolean; readonly fields: Data }[] = [
  {
    where: (_, name) => name === "metadata",
    fields: { labels: {}, annotations: {}, creationTimestamp: null, generateName: "", finalizers: [], ownerReferences: null },
  },
  {
    where: ({ containers }, name) => Array.isArray(containers) && /^(|spec)$/.test(name),
    fields: {
      ...{ hostPID: false, hostIPC: false, hostNetwork: false, nodeName: "", priorityClassName: "", nodeSelector: {}, tolerations: [] },
      ...{ initContainers: [], ephemeralContainers: [], volumes: [], affinity: null, topologySpreadConstraints: [], overhead: {} },
      ...{ imagePullSecrets: [], restartPolicy: "", serviceAccountName: "", securityContext: null },
    },
  },
  {
    where: ({ image }) => typeof image === "string",
    fields: { env: [], ports: [], command: [], args: null, stdin: false, tty: false, workingDir: "", securityContext: null, resources: {} },
  },
  { where: (_, name) => name === "ports[]", fields: { hostPort: 0, nodePort: 0, hostIP: "", protocol: "" } },
  { where: (_, name) => name === "tolerations[]", fields: { key: "", value: "", effect: "", operator: "", tolerationSeconds: null } },
  { where: (_, name) => name === "capabilities", fields: { add: [], drop: [] } },
  { where: (_, name) => name === "resources", fields: { requests: {}, limits: {}, claims: [] } },
  { where: ({ hard }) => hard !== undefined, fields: { scopes: [], scopeSelector: null } },
  { where: ({ podSelector }) => podSelector !== undefined, fields: { ingress: [], egress: [], policyTypes: [] } },
  { where: (_, name) => name === "podSelector", fields: { matchLabels: {}, matchExpressions: [] } },
  { where: ({ preemptionPolicy, kind }) => preemptionPolicy !== undefined || kind === "PriorityClass", fields: { globalDefault: false } },
  { where: ({ template }) => template !== undefined, fields: { minReadySeconds: 0, paused: false } },
];

const AMOUNTS = /^(hard|requests|limits|capacity|overhead|min|max|default|defaultRequest|maxLimitRequestRatio)$/;

/**
 * The same object, written otherwise: with fields that say nothing, and with other spellings of its quantities.
 * @param choice decides which of them, for the same choice always the same.
 */
export function writtenOtherwise(object: Data, choice: number): Data {
  let random = choice;
  const chance = (): number => (random = (random * 48271 + 11) % 2147483647);
  const builtIn = !String(object["apiVersion"]).includes(".") || String(object["apiVersion"]).includes(".k8s.io/");
  const visit = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((element) => visit(element, `${name}[]`));
    if (typeof value !== "object" || value === null) return value;
    const fields = value as Data;
    if (AMOUNTS.test(name)) return Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, spelledOtherwise(each, chance())]));
    const added = SAYS_NOTHING.filter(({ where }) => where(fields, name)).flatMap((entry) => Object.entries(entry.fields));
    const own = Object.entries(fields).map(([key, each]) => [key, visit(each, key)] as const);
    return Object.fromEntries([...added.filter(([key]) => !(key in fields) && chance() % 2 === 0), ...own]);
  };
  return (builtIn ? visit(object, "") : { ...object, status: null }) as Data;
}

function spelledOtherwise(value: unknown, choice: number): unknown {
  if (typeof value !== "string" || !isQuantity(value)) return value;
  const thousandths = millicores(value);
  switch (choice % 4) {
    case 0:
      return `${thousandths}m`;
    case 1:
      return thousandths % 1000n === 0n ? String(bytes(value)) : value;
    case 2:
      return thousandths % (1000n * 1024n) === 0n ? `${thousandths / 1000n / 1024n}Ki` : value;
    default:
      return value;
  }
}
