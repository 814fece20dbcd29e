/** TCP port of the app's Service (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/service.yaml). */
export const APP_SERVICE_PORT = 8000;

/** TCP port of the app's container (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/deployment.yaml). */
export const APP_CONTAINER_PORT = 5000;

/**
 * TCP ports from which transformers and DID finders fetch data at any site: that of https, and XRootD's default port
 * (https://xrootd.org/doc/dev56/xrd_config.htm).
 */
export const SOURCES_PORTS = [443, 1094] as const;

/** TCP port of PostgreSQL (https://github.com/bitnami/charts/tree/main/bitnami/postgresql). */
export const DATABASE_PORT = 5432;

/** TCP ports of RabbitMQ by their names (https://github.com/bitnami/charts/tree/main/bitnami/rabbitmq). */
export const BROKER_PORTS = { amqp: 5672, stats: 15672, dist: 25672, epmd: 4369 } as const;
