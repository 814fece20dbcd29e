const KEY = "ab".repeat(32);

/**
 * Values that stand for the secrets of a release while it is rendered on paper. Charts draw keys that nobody gives them at random, and two renderings would
 * never be alike.
 */
const PLACEHOLDERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  jupyterhub: {
    hub: { config: { JupyterHub: { cookie_secret: KEY }, ConfigurableHTTPProxy: { auth_token: KEY }, CryptKeeper: { keys: [KEY] } } },
  },
  "dask-gateway": { gateway: { auth: { jupyterhub: { apiToken: KEY } } } },
};

/** The values of a release together with what stands for its secrets. */
export function withPlaceholders(chart: string, values: unknown): Readonly<Record<string, unknown>> {
  return merged(JSON.parse(JSON.stringify(values)), PLACEHOLDERS[chart] ?? {}) as Readonly<Record<string, unknown>>;
}

function merged(into: unknown, from: unknown): unknown {
  if (!isMap(into) || !isMap(from)) return from ?? into;
  return { ...into, ...Object.fromEntries(Object.entries(from).map(([key, value]) => [key, merged(into[key], value)])) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
