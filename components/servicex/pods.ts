import { podKind, type PodKind } from "../tenancy/flows";
import { APP_CONTAINER_PORT, BROKER_PORTS, DATABASE_PORT } from "./ports";
import { SERVICEX_RELEASE } from "./release";
import { CODE_GENERATORS, type CodeGenerator } from "./settings";

const named = (name: string, app: string, listens: Readonly<Record<string, number>> = {}): PodKind =>
  podKind("servicex", name, { app }, listens);

const app = named("app", `${SERVICEX_RELEASE}-servicex-app`, { http: APP_CONTAINER_PORT });

/** DID finders of the chart (https://github.com/ssl-hep/ServiceX/tree/develop/helm/servicex/templates). */
const finders = (["cernopendata", "xrootd"] as const).map((finder) =>
  named(`did-finder-${finder}`, `${SERVICEX_RELEASE}-did-finder-${finder}`),
);

/** Pods of a code generator. */
export function generatorPods(generator: CodeGenerator): PodKind {
  return named(`code-gen-${generator}`, `${SERVICEX_RELEASE}-code-gen-${generator}`, { http: APP_CONTAINER_PORT });
}

/** Labels `app` of the chart's own pods, which have no other label of their own. */
const ownLabels = [app, ...CODE_GENERATORS.map(generatorPods), ...finders].flatMap(({ labels }) => Object.values(labels));

/** Pods of ServiceX (https://github.com/ssl-hep/ServiceX/tree/develop/helm/servicex), besides those of the code generators that a site has. */
export const SERVICEX_PODS = {
  app,
  finders,
  database: podKind("servicex", "postgresql", { "app.kubernetes.io/name": "postgresql" }, { "tcp-postgresql": DATABASE_PORT }),
  broker: podKind("servicex", "rabbitmq", { "app.kubernetes.io/name": "rabbitmq" }, BROKER_PORTS),
  // Transformers of each request have a label `app` of their own and no other
  // (https://github.com/ssl-hep/ServiceX/blob/develop/servicex_app/servicex_app/transformer_manager.py).
  transformers: {
    ...named("transformers", "transformer-of-a-request"),
    selector: {
      matchExpressions: [
        { key: "app", operator: "Exists" },
        { key: "app", operator: "NotIn", values: ownLabels },
        { key: "app.kubernetes.io/name", operator: "DoesNotExist" },
      ],
    },
  } as PodKind,
} as const;
