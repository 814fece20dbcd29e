import type { V1Service } from "@kubernetes/client-node";
import type { Manifest } from "../../components/manifest";

/** A text that somebody in a namespace reads, and who that is. */
export interface AddressedText {
  readonly by: string;
  readonly namespace: string;
  readonly text: string;
}

/**
 * A URL of a Service: its name alone, which is looked for in the reader's own namespace, or with its namespace
 * (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/). A name with a dot and without `.svc` may be a host's.
 */
const ADDRESS = /\b(https?):\/\/([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?)?(?::(\d+))?(?![\w.:-])/g;

/** Names that lead to the reader itself. */
const OWN = ["localhost"];

/**
 * The URLs in some texts that lead to no port of a Service, one line each. What a chart's templates make of values counts only as far as it is among the
 * texts.
 * @param objects everything in the cluster, Services among it.
 */
export function unservedAddresses(texts: readonly AddressedText[], objects: readonly Manifest[]): readonly string[] {
  const services = new Map(
    objects
      .filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Service")
      .map((object) => [`${object.metadata.namespace ?? ""}/${object.metadata.name ?? ""}`, object as V1Service]),
  );
  const problems = texts.flatMap(({ by, namespace, text }) =>
    [...text.matchAll(ADDRESS)].flatMap(([url, scheme, name = "", where = namespace, port]) => {
      if (OWN.includes(name)) return [];
      const ports = services.get(`${where}/${name}`)?.spec?.ports?.map((each) => each.port);
      if (ports === undefined) return [`${by} names ${url}, and there is no Service ${name} in ${where}`];
      const wanted = port === undefined ? (scheme === "https" ? 443 : 80) : Number(port);
      return ports.includes(wanted) ? [] : [`${by} names ${url}, and the ports of that Service are ${ports.join(", ")}`];
    }),
  );
  return [...new Set(problems)].sort();
}
