import { grouped } from "../../capacity/packing/grouped";
import { selectsLabels } from "../../capacity/packing/selectors";
import type { Field } from "./field";
import { labelSelectorOf } from "./pod-reading";
import type { StackWorkload } from "./workloads";

type Labels = Readonly<Record<string, string>>;

/** Workloads of a namespace with the labels of their pods. */
interface Members {
  readonly all: readonly StackWorkload[];
  /** By each label, as `key=value`; undefined if the labels of a pod cannot be read. */
  readonly byLabel: ReadonlyMap<string, readonly StackWorkload[]> | undefined;
}

/** Workloads by namespace and labels, so that as many selectors as there are workloads find theirs without trying each. */
export class SelectedPods {
  private readonly members: ReadonlyMap<string, Members>;

  constructor(workloads: readonly StackWorkload[]) {
    const namespaces = grouped(workloads, ({ object }) => object.namespace);
    this.members = new Map([...namespaces].map(([name, all]) => [name, { all, byLabel: indexed(all) }]));
  }

  /**
   * The workloads of a namespace whose pods a label selector selects, in their order.
   * @throws {Undetermined | Malformed} if the selector or the labels of a pod of the namespace cannot be read.
   */
  by(selector: Field, namespace: string): readonly StackWorkload[] {
    const wanted = labelSelectorOf(selector);
    const { all, byLabel } = this.members.get(namespace) ?? { all: [], byLabel: undefined };
    const named = byLabel ? Object.entries(wanted?.matchLabels ?? {}).map((label) => byLabel.get(label.join("=")) ?? []) : [];
    const fewest = named.reduce((least, each) => (each.length < least.length ? each : least), all);
    return fewest.filter(({ pod }) => selectsLabels(wanted, labelsOf(pod.metadata)));
  }
}

function indexed(workloads: readonly StackWorkload[]): Members["byLabel"] {
  const byLabel = new Map<string, StackWorkload[]>();
  try {
    for (const workload of workloads)
      for (const label of Object.entries(labelsOf(workload.pod.metadata))) {
        const list = byLabel.get(label.join("="));
        if (list) list.push(workload);
        else byLabel.set(label.join("="), [workload]);
      }
  } catch {
    return undefined;
  }
  return byLabel;
}

function labelsOf(metadata: Field): Labels {
  return metadata.at("labels").texts();
}
