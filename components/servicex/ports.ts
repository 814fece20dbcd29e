/** Port of the app's Service, and of its container (https://github.com/ssl-hep/ServiceX/tree/develop/helm/servicex/templates/app). */
export const APP_SERVICE_PORT = 8000;
export const APP_CONTAINER_PORT = 5000;

/** What transformers and DID finders fetch from: https everywhere, and XRootD's own port at any site. */
export const SOURCES_PORTS = [443, 1094] as const;
