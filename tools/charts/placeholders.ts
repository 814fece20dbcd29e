import { merge } from "../../components/delivery/helm-chart";
import type { Fields } from "../../policies/model/fields";

const KEY = "ab".repeat(32);

/**
 * Values that stand for the secrets of a release while it is rendered on paper. Charts draw keys that nobody gives them at random, and two renderings would
 * never be alike.
 */
const PLACEHOLDERS: Readonly<Record<string, Fields>> = {
  jupyterhub: {
    hub: { config: { JupyterHub: { cookie_secret: KEY }, ConfigurableHTTPProxy: { auth_token: KEY }, CryptKeeper: { keys: [KEY] } } },
  },
  "dask-gateway": { gateway: { auth: { jupyterhub: { apiToken: KEY } } } },
};

/** The values of a release together with what stands for its secrets. */
export function withPlaceholders(chart: string, values: object): Fields {
  return merge(JSON.parse(JSON.stringify(values)) as Fields, PLACEHOLDERS[chart] ?? {});
}
