import { podKind, type PodKind } from "../tenancy/flows";
import { APP_CONTAINER_PORT, BROKER_PORTS, DATABASE_PORT } from "./ports";
import { CODE_GENERATORS } from "./settings";

const named = (name: string, app: string, listens: Readonly<Record<string, number>> = {}): PodKind =>
  podKind("servicex", name, { app }, listens);

/** DID finders of the chart (https://github.com/ssl-hep/ServiceX/tree/develop/helm/servicex/templates). */
const FINDERS = ["cernopendata", "xrootd"] as const;

/**
 * The label `app` of pods of the chart, which has no other label of its own.
 * @param release name of the Helm release.
 */
const labelsOf = (release: string) => ({
  app: `${release}-servicex-app`,
  generators: CODE_GENERATORS.map((generator) => `${release}-code-gen-${generator}`),
  finders: FINDERS.map((finder) => `${release}-did-finder-${finder}`),
});

/**
 * Pods of ServiceX (https://github.com/ssl-hep/ServiceX/tree/develop/helm/servicex).
 * @param release name of the Helm release.
 */
export function servicexPods(release: string) {
  const { app, generators, finders } = labelsOf(release);
  return {
    app: named("app", app, { http: APP_CONTAINER_PORT }),
    generators: generators.map((label) => named(label.slice(release.length + 1), label, { http: APP_CONTAINER_PORT })),
    finders: finders.map((label) => named(label.slice(release.length + 1), label)),
    database: podKind("servicex", "postgresql", { "app.kubernetes.io/name": "postgresql" }, { "tcp-postgresql": DATABASE_PORT }),
    broker: podKind("servicex", "rabbitmq", { "app.kubernetes.io/name": "rabbitmq" }, BROKER_PORTS),
    // Transformers of each request have a label `app` of their own and no other
    // (https://github.com/ssl-hep/ServiceX/blob/develop/servicex_app/servicex_app/transformer_manager.py).
    transformers: {
      ...named("transformers", "transformer-of-a-request"),
      selector: {
        matchExpressions: [
          { key: "app", operator: "Exists" },
          { key: "app", operator: "NotIn", values: [app, ...generators, ...finders] },
          { key: "app.kubernetes.io/name", operator: "DoesNotExist" },
        ],
      },
    } as PodKind,
  } as const;
}
