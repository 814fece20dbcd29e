import { repositoryOf } from "../../components/image-sources";
import type { Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import { containersOf } from "../model/pods";
import { PodsBehind, takesFromOutside } from "../model/pods-behind";
import { backendsOf, portIn } from "../model/route-backends";
import type { JudgementOf, StackRule } from "../model/rules";

/** Ports by which programs are administered, or tell all that they know, and ask nobody who they are or only for a password of their own. */
const SURFACES: readonly { readonly what: string; readonly program: RegExp; readonly ports: readonly number[] }[] = [
  { what: "the dashboard of Ceph", program: /\/ceph$/, ports: [7000, 8443, 9283] },
  { what: "the management of RabbitMQ", program: /\/rabbitmq$/, ports: [15671, 15672] },
  { what: "the console of MinIO", program: /\/minio$/, ports: [9001] },
  { what: "the API and the dashboard of Traefik", program: /\/traefik$/, ports: [8080, 9000] },
  { what: "the API of JupyterHub's proxy", program: /\/configurable-http-proxy$/, ports: [8001] },
  { what: "Prometheus", program: /\/prometheus$/, ports: [9090] },
  { what: "Alertmanager", program: /\/alertmanager$/, ports: [9093] },
  { what: "the dashboard of Kubernetes", program: /\/kubernetesui\/dashboard(-\w+)?$/, ports: [8000, 8443, 9090] },
];

/** Services that operators make, which no stack has, and what is behind them. */
const OF_OPERATORS: readonly (readonly [name: RegExp, what: string])[] = [
  [/^rook-ceph-mgr(-dashboard)?$/, "the dashboard of Ceph"],
  [/^prometheus-operated$/, "Prometheus"],
  [/^alertmanager-operated$/, "Alertmanager"],
];

/** Services of Traefik's own that administer it (https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/). */
const OF_TRAEFIK = ["api@internal", "dashboard@internal", "rest@internal", "prometheus@internal"];

export const adminSurfacesStayInside: StackRule = {
  name: "admin-surfaces-stay-inside",
  pack: "security",
  title: "No load balancer, node port or route leads from outside to a dashboard or an API by which a program is administered.",
  why: "Such pages ask nobody who they are, or have a password of their own that no directory ends. Whoever reaches one changes routes, deletes pools or reads all that is measured. Operators reach them by kubectl port-forward.",
  sources: [
    "https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/",
    "https://docs.ceph.com/en/latest/mgr/dashboard/",
  ],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Take the port out of the Service, or the route away; reach the page by kubectl port-forward.",
  frameworks: ["Kubescape:C-0021", "Kubescape:C-0014", "Checkov:CKV_K8S_33", "facility:NET-22", "facility:F-30"],
  scope: "stack",
  check: (objects, on) => {
    const services = new Map(objects.filter((each) => is(each, "v1", "Service")).map((each) => [`${each.namespace}/${each.name}`, each]));
    const programs = new PodsBehind(objects);
    for (const service of services.values())
      on(service).attempt(() => {
        if (!takesFromOutside(service)) return;
        on(service).countChecked();
        for (const port of service.root.at("spec", "ports").items()) judgePort(service, port, programs, service, port, on);
      });
    for (const route of objects)
      on(route).attempt(() => {
        for (const { field, namespace, name, port } of backendsOf(route)) {
          on(route).countChecked();
          const what = OF_TRAEFIK.includes(name)
            ? "the API and the dashboard of Traefik"
            : OF_OPERATORS.find(([each]) => each.test(name))?.[1];
          if (what !== undefined) refuse(route, field, what, on);
          const service = services.get(`${namespace}/${name}`);
          if (service === undefined) continue;
          for (const each of service.root.at("spec", "ports").items())
            if (port === undefined || ["name", "port", "targetPort"].some((key) => portIn(each.at(key)) === port))
              judgePort(service, each, programs, route, field, on);
        }
      });
  },
};

function refuse(object: KubernetesObject, field: Field, what: string, on: JudgementOf): void {
  on(object).violation(field, `leads from outside to ${what}; allowed: ports that users need`, what);
}

/** Judges one port of a Service, and says what it finds of the object that opens it. */
function judgePort(
  service: KubernetesObject,
  port: Field,
  programs: PodsBehind,
  of: KubernetesObject,
  field: Field,
  on: JudgementOf,
): void {
  const target = portIn(port.at("targetPort")) ?? portIn(port.at("port"));
  for (const pod of programs.of(service))
    for (const { field: container } of containersOf(pod)) {
      const repository = repositoryOf(container.at("image").text() ?? "");
      const number =
        typeof target === "number"
          ? target
          : container
              .at("ports")
              .items()
              .find((each) => each.at("name").text() === target)
              ?.at("containerPort")
              .number();
      const surface = SURFACES.find(({ program, ports }) => program.test(repository) && ports.some((each) => each === number));
      if (surface !== undefined) refuse(of, field, surface.what, on);
    }
}
