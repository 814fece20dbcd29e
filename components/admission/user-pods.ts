import { CONTAINER_LISTS } from "../workloads/workload";
import { CONTROL_PLANE_LABELS, REQUIRING_OPERATORS } from "../nodes/control-plane";
import { quoted, quotedList, type Judged } from "./policy";

/** All images of a pod in CEL, each with its path. */
const IMAGES = [
  ...CONTAINER_LISTS.map(
    (list) =>
      `object.spec.?${list}.orValue([]).map(c, {"at": "spec.${list}[" + c.name + "].image", "image": string(c.?image.orValue(""))})`,
  ),
  'object.spec.?volumes.orValue([]).filter(v, has(v.image)).map(v, {"at": "spec.volumes[" + v.name + "].image.reference", "image": string(v.image.?reference.orValue(""))})',
].join(" + ");

/** A name without tag and digest in CEL, with what a runtime fills in: `repositoryOf` in components/image-sources.ts. */
const REPOSITORY = [
  '!n.contains("/") ? "docker.io/library/" + n',
  '!(n.matches("^[^/]*[.:A-Z][^/]*/") || n.startsWith("localhost/")) ? "docker.io/" + n',
  'n.matches("^(index[.])?docker[.]io/[^/]+$") ? "docker.io/library/" + n.substring(n.indexOf("/") + 1)',
  'n.startsWith("index.docker.io/") ? n.substring(6)',
  "n",
].join(" : ");

/**
 * Images of users' code come from where the rule of the packs lets them come from.
 * @param sources by namespace: folders of a registry, which end in `/`, and repositories.
 */
export function imagesJudged(sources: Readonly<Record<string, readonly string[]>>): Judged {
  const byNamespace = Object.entries(sources).map(([name, list]) => `${quoted(name)}: ${quotedList(list)}`);
  return {
    rule: "images-come-from-known-sources",
    variables: {
      sources: `{${byNamespace.join(", ")}}[?request.namespace].orValue([])`,
      // Another rule asks for an image where none is named.
      images: `(${IMAGES}).filter(i, i.image != "")`,
      names: 'variables.images.map(i, {"at": string(i.at), "name": string(i.image).find("^([^@]*/)?[^@:/]*")})',
      repositories: `variables.names.map(i, {"at": string(i.at), "repository": [string(i.name)].map(n, ${REPOSITORY})[0]})`,
    },
    faults: [
      'variables.repositories.filter(i, !variables.sources.exists(s, s.endsWith("/") ? i.repository.startsWith(s) : i.repository == s)).map(i, i.at + " is of " + i.repository)',
    ],
    allowed: 'variables.sources.join(", ")',
  };
}

/**
 * No pod of users' code asks for a control-plane host. A pod names its host when it is made only if it goes past the scheduler: the scheduler names it later, by a
 * request of another kind.
 */
export const OFF_CONTROL_PLANES: Judged = {
  rule: "pods-keep-off-control-planes",
  variables: { labels: quotedList(CONTROL_PLANE_LABELS) },
  faults: [
    'object.spec.?tolerations.orValue([]).filter(t, t.?effect.orValue("") != "PreferNoSchedule" && (t.?key.orValue("") == "" ? t.?operator.orValue("") == "Exists" : t.key in variables.labels)).map(t, "spec.tolerations has " + (t.?key.orValue("") == "" ? "one for every taint" : t.key))',
    'variables.labels.filter(l, l in object.spec.?nodeSelector.orValue({})).map(l, "spec.nodeSelector has " + l)',
    `object.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([]).filter(t, t.?matchExpressions.orValue([]).exists(e, e.key in variables.labels && e.operator in ${quotedList(REQUIRING_OPERATORS)})).map(t, "spec.affinity.nodeAffinity requires a label of such hosts")`,
    '(request.operation == "CREATE" && object.spec.?nodeName.orValue("") != "" ? ["spec.nodeName is " + object.spec.nodeName] : [])',
  ],
  allowed: quoted("taints and labels of pools, and no name of a host"),
};
