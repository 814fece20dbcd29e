/** TCP port of the app's Service (https://github.com/ssl-hep/ServiceX/tree/develop/helm/servicex/templates/app). */
export const APP_SERVICE_PORT = 8000;
/** TCP port of the app's container (same templates). */
export const APP_CONTAINER_PORT = 5000;

/** TCP ports from which transformers and DID finders fetch data at any site: that of https, and XRootD's default port. */
export const SOURCES_PORTS = [443, 1094] as const;
