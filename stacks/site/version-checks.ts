import { allParts } from "./parts";
import type { Problem } from "./problems";
import type { Site } from "./schema";

/** Minor version of Kubernetes from which pods may hold a claim alone (`ReadWriteOncePod`, https://kubernetes.io/blog/2023/12/18/read-write-once-pod-access-mode-ga/). */
const OWN_OBJECTS = { name: "the facility's own objects", from: "1.29", to: undefined };

/** The cluster's version is one that every chart and every object of the facility runs on. */
export function kubernetesVersion(site: Site): readonly Problem[] {
  const { version } = site.site.kubernetes;
  const charts = allParts(site).flatMap(({ releases }) =>
    Object.values(releases).flatMap(({ chart: { name, kubernetes } }) =>
      kubernetes === undefined ? [] : [{ name: `chart ${name}`, from: kubernetes.from, to: kubernetes.to }],
    ),
  );
  const unsupported = [OWN_OBJECTS, ...charts].filter(
    ({ from, to }) => minorOf(version) < minorOf(from) || (to !== undefined && minorOf(version) > minorOf(to)),
  );
  return unsupported.map(({ name, from, to }) => ({
    path: "af:site.kubernetes.version",
    message: `found ${version}, and ${name} runs on ${to === undefined ? `${from} or newer` : `${from} to ${to}`}; upgrade the cluster to a version that all of them run on`,
  }));
}

function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}
