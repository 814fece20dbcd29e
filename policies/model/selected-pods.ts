import { grouped } from "../../capacity/packing/grouped";
import { selectsLabels } from "../../capacity/packing/selectors";
import type { Field } from "./field";
import { labelSelectorOf } from "./pod-reading";
import type { StackWorkload } from "./workloads";

/** The pods of a namespace that have the same labels, so that a selector selects all of them or none. */
export interface LabelledPods {
  readonly labels: Readonly<Record<string, string>>;
  /** Number of pods at full scale. */
  readonly pods: number;
}

/** The pods of a namespace. */
interface Members {
  readonly all: readonly LabelledPods[];
  /** By each label, as `key=value`. */
  readonly byLabel: ReadonlyMap<string, readonly LabelledPods[]>;
}

/** Pods by namespace and labels, so that as many selectors as there are workloads find theirs without trying each. */
export class SelectedPods {
  private readonly members: ReadonlyMap<string, () => Members>;

  constructor(workloads: readonly StackWorkload[]) {
    const namespaces = grouped(workloads, ({ object }) => object.namespace);
    this.members = new Map([...namespaces].map(([name, all]) => [name, read(all)]));
  }

  /**
   * The pods of a namespace that a label selector selects.
   * @throws {Undetermined | Malformed} if the selector or the labels of a pod of the namespace cannot be read.
   */
  by(selector: Field, namespace: string): readonly LabelledPods[] {
    const wanted = labelSelectorOf(selector);
    const members = this.members.get(namespace);
    if (!members) return [];
    const { all, byLabel } = members();
    const named = Object.entries(wanted?.matchLabels ?? {}).map((label) => byLabel.get(label.join("=")) ?? []);
    const fewest = named.reduce((least, each) => (each.length < least.length ? each : least), all);
    return fewest.filter(({ labels }) => selectsLabels(wanted, labels));
  }
}

/** Reads the labels of all pods once; whoever asks for them is told if they cannot be read. */
function read(workloads: readonly StackWorkload[]): () => Members {
  try {
    const members = indexed(workloads);
    return () => members;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function indexed(workloads: readonly StackWorkload[]): Members {
  const read = workloads.map(({ pod, scale }) => ({ labels: pod.metadata.at("labels").texts(), pods: scale.pods }));
  const all = [...grouped(read, ({ labels }) => JSON.stringify(Object.entries(labels).sort())).values()].map((same) => ({
    labels: same[0]?.labels ?? {},
    pods: same.reduce((sum, { pods }) => sum + pods, 0),
  }));
  const labelled = all.flatMap((each) => Object.entries(each.labels).map((label) => [label.join("="), each] as const));
  const byLabel = grouped(labelled, ([label]) => label);
  return { all, byLabel: new Map([...byLabel].map(([label, pairs]) => [label, pairs.map(([, each]) => each)])) };
}
