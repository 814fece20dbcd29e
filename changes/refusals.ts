import { kubectl, namesOf, objectOf } from "./change";
import { goesWith, valueAt } from "./drift";
import type { EngineError } from "./engine-events";
import type { StateResource } from "./state";

/** What a hand has done that no `up` gets past, and the way out. */
export interface WayOut {
  /** Kind, namespace and name of each object that was refused for it. */
  readonly objects: readonly string[];
  readonly because: string;
  /** What to do, in this order: commands of kubectl. */
  readonly commands: readonly string[];
  /** True if the `up` after that has to ask the cluster, because an object is gone by then. */
  readonly asks: boolean;
}

/** A path as the API server spells it, such as `spec.ports[1].name`. */
const PATH = String.raw`[a-zA-Z]\w*(?:\.[\w-]+|\[[^\]\s]*\])*`;
/** What the API server says of a field before it says why; it lists several, with commas, in brackets. */
const NEXT = `, ${PATH}: (?:Forbidden|Invalid value|Duplicate value|Required value|Not found|Unsupported value|Too )`;
/** Words about one field. */
const WORDS = `(?:(?!${NEXT})[^\\n])*?`;

/** One way in which the API server refuses what a hand stands in the way of. */
interface Refusal {
  /** The API server's words. */
  readonly said: RegExp;
  /** True if the words are about the very object of the resource; a release of Helm and a patch of a host have other objects. */
  readonly ofObject: boolean;
  readonly way: (found: readonly string[], resource: StateResource) => Omit<WayOut, "objects">;
}

/**
 * What the API server says, and the way out; the first that fits is told. `tests/changes/refusals.test.ts` has its words.
 * There is none for a conflict: the program writes by force, under which server-side apply has none.
 */
const REFUSALS: readonly Refusal[] = [
  {
    // https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go and the validation of each kind
    said: new RegExp(
      `(${PATH}): (?:Forbidden|Invalid value): ${WORDS}(?:field is immutable|may not change once set|may not be changed in an update|is immutable after creation|updates to statefulset spec for fields other than)`,
    ),
    ofObject: true,
    way: ([path = ""], resource) => ({
      because: `${path} cannot change while the object is there, and is not as declared. Delete the object; up makes it again${heldText(resource)}`,
      commands: [kubectl("delete", resource)],
      asks: true,
    }),
  },
  {
    // field.Duplicate in https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go;
    // the others: https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/validation/validation.go
    said: new RegExp(
      `(${PATH}): ((?:Duplicate value|Forbidden: may not specify more than 1 volume type|(?:Forbidden|Invalid value): ${WORDS}may not be specified when)${WORDS})(?=\\]?(?:\\n|$)|${NEXT})`,
    ),
    ofObject: true,
    way: ([path = "", words = ""], resource) => ({
      because:
        `${around(path)} holds what somebody else has set beside what is declared (${path}: ${words}), ` +
        `and no up takes that out. Make it as declared by hand${declaredText(resource, around(path))}`,
      commands: [kubectl("edit", resource)],
      asks: false,
    }),
  },
  {
    // https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
    said: /exceeded quota: ([\w.-]+), (requested: [^\n]*)/,
    ofObject: false,
    way: ([name = "", amounts = ""], resource) => ({
      because:
        `the ResourceQuota ${name} of its namespace leaves no room (${amounts}): it is somebody else's, or was lowered by hand, or is filled with ` +
        "what is not the facility's. Take that away, or delete the quota; if it is the facility's, up makes it again",
      commands: [`kubectl delete resourcequota${inNamespace(resource)} ${name}`],
      asks: true,
    }),
  },
  {
    // https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/dispatcher.go;
    // those of the facility are told in docs/operations.md.
    said: /ValidatingAdmissionPolicy '(?!facility-)([^']+)' with binding '([^']+)' denied request: ([^\n]*)/,
    ofObject: false,
    way: ([policy = "", binding = "", words = ""]) => ({
      because: `the ValidatingAdmissionPolicy ${policy}, which is not the facility's, denies it (${words}). Have whoever set it leave the facility out, or delete its binding`,
      commands: [`kubectl delete validatingadmissionpolicybinding ${binding}`],
      asks: false,
    }),
  },
  {
    // https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/util/webhook/error.go
    said: /failed calling webhook "([^"]+)": ([^\n]*)/,
    ofObject: false,
    way: ([webhook = "", words = ""]) => ({
      because: `nobody answers for the webhook ${webhook} (${words}). Bring the program behind it up again; if there is none any more, find its configuration, and delete it`,
      commands: [
        "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o 'custom-columns=KIND:.kind,NAME:.metadata.name,WEBHOOKS:.webhooks[*].name'",
        "kubectl delete KIND NAME",
      ],
      asks: false,
    }),
  },
  {
    // https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go
    said: /is forbidden: User "([^"]+)" cannot (\w+) resource "([^"]+)" in API group "([^"]*)"/,
    ofObject: false,
    way: ([user = "", verb = "", kinds = "", group = ""], resource) => ({
      because: `the user ${user} of the kubeconfig has no right to ${verb} ${kinds}: a binding was taken away, or it is another kubeconfig than that of up. Have an administrator give the right back until this says yes`,
      commands: [`kubectl auth can-i ${verb} ${group === "" ? kinds : `${kinds}.${group}`}${inNamespace(resource)}`],
      asks: false,
    }),
  },
  {
    // https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go
    said: /unable to create new content in namespace ([\w-]+) because it is being terminated/,
    ofObject: false,
    way: ([namespace = ""]) => ({
      because: `somebody has deleted the namespace ${namespace}, which is not gone yet (its status.conditions say what holds it). Wait for its end; up makes it again, but not what was in it`,
      commands: [`kubectl wait --for=delete namespace/${namespace} --timeout=10m`],
      asks: true,
    }),
  },
  {
    // await.Update in https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/await/await.go reads the object first.
    said: /\bfailed: [\w.-]+ "[^"]+" not found/,
    ofObject: true,
    way: (_, resource) => ({
      because: `somebody has deleted it. The up that asks the cluster first makes it again${heldText(resource)}`,
      commands: [],
      asks: true,
    }),
  },
];

/**
 * The ways out where a run of the engine has met what a hand has done, each once with all that was refused for it. An error that is none of
 * those is left to the engine's own words.
 */
export function waysOut(errors: readonly EngineError[]): readonly WayOut[] {
  const ways = new Map<string, WayOut>();
  for (const { message, resource } of errors) {
    if (resource === undefined || !resource.type.startsWith("kubernetes:")) continue;
    const way = wayOf(message, resource);
    if (way === undefined) continue;
    const key = JSON.stringify(way);
    ways.set(key, { ...way, objects: [...new Set([...(ways.get(key)?.objects ?? []), objectOf(resource)])] });
  }
  return [...ways.values()];
}

function wayOf(message: string, resource: StateResource): Omit<WayOut, "objects"> | undefined {
  const other = /^kubernetes:helm\.sh\/|Patch$/.test(resource.type);
  for (const { said, ofObject, way } of REFUSALS) {
    const found = ofObject && other ? null : said.exec(message);
    if (found !== null) return way(found.slice(1), resource);
  }
  return undefined;
}

/** What is in the way, in a line that the commands follow. */
export function whyRefused({ objects, because }: WayOut): string {
  return `${objects.join(", ")}: ${because}:`;
}

/** What stands around the field that was refused: the list of its entry, or the object that holds it. */
function around(path: string): string {
  const list = /^(.*)\[\d+\][^[]*$/.exec(path)?.[1];
  return list ?? path.replace(/\.\w+$/, "");
}

/** Characters of a declared value that are still shown. */
const SHOWN = 300;

function declaredText({ inputs }: StateResource, path: string): string {
  const text = JSON.stringify(valueAt(inputs, path)) ?? "";
  return text === "" || text.length > SHOWN ? "" : `; declared is ${text}`;
}

function heldText(resource: StateResource): string {
  // A hand deletes what the engine protects, and with it goes the same.
  const held = goesWith({ ...resource, protect: false });
  return held === "" ? "" : `, but not what goes with it: ${held}`;
}

function inNamespace(resource: StateResource): string {
  const { namespace } = namesOf(resource);
  return namespace === "" ? "" : ` -n ${namespace}`;
}
