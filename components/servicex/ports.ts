/** Port of the app's Service (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/service.yaml). */
export const APP_SERVICE_PORT = 8000;

/** Port of the app's container (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/deployment.yaml). */
export const APP_CONTAINER_PORT = 5000;

/** What transformers and DID finders fetch from: https everywhere, and XRootD's own port at any site (https://xrootd.org/doc/dev56/xrd_config.htm). */
export const SOURCES_PORTS = [443, 1094] as const;
