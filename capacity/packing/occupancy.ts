import type { PackingProblem } from "./problem";
import type { Spread } from "./relations";

/** Which pods are on which hosts at one moment. It is changed in place: a search takes back what it did. */
export class Occupancy {
  /** By class: how many pods are not placed yet. */
  readonly left: number[];
  /** By host and resource: what is free, in the problem's units. */
  readonly free: readonly number[][];
  /** By topology, kind and domain: pods there; nothing for a kind without pods. The first topology is the host itself. */
  private readonly present: readonly (number[] | undefined)[][];
  /** By class and constraint: counted pods by domain. */
  private readonly tallies: readonly (readonly number[][])[];

  constructor(readonly problem: PackingProblem) {
    const zeros = (length: number) => new Array<number>(length).fill(0);
    this.left = [...problem.counts];
    this.free = problem.free.map((free) => [...free]);
    this.present = problem.topologies.map(() => []);
    this.tallies = problem.spreads.map((spreads) => spreads.map(() => zeros(problem.hosts.length)));
    for (const { kind, host, count } of problem.standing) this.count(kind, host, count);
  }

  /** Puts a pod of the class on the host. */
  place(podClass: number, host: number): void {
    this.move(podClass, host, 1);
  }

  /** Takes a pod of the class off the host. */
  remove(podClass: number, host: number): void {
    this.move(podClass, host, -1);
  }

  /** How many pods of a class are on a host. */
  on(podClass: number, host: number): number {
    return this.present[0]?.[podClass]?.[host] ?? 0;
  }

  /** True if every filter lets a further pod of the class onto the host. */
  admits(podClass: number, host: number): boolean {
    return (
      this.problem.allowed[podClass]?.[host] === true &&
      !this.repels(podClass, host) &&
      this.hasRoom(podClass, host) &&
      this.spreads(podClass, host) &&
      this.isNearItsOwn(podClass, host)
    );
  }

  /** Indexes of the resources of which the host has too little for a pod of the class. */
  lacking(podClass: number, host: number): readonly number[] {
    const free = this.free[host] ?? [];
    return (this.problem.requests[podClass] ?? []).flatMap((amount, resource) =>
      amount > 0 && amount > (free[resource] ?? 0) ? [resource] : [],
    );
  }

  /** Why pods in the host's domains keep a pod of the class out, in no order. */
  repulsions(podClass: number, host: number): readonly string[] {
    return (this.problem.repulsions[podClass] ?? [])
      .filter(({ kind, topology }) => this.inDomain(topology, kind, host) > 0)
      .map(({ reason }) => reason);
  }

  /**
   * The first constraint that a further pod on the host would break: `label` if the host lacks its label, else `skew`. The matching
   * pods of the domain, the new one included if it matches, may exceed those of the emptiest domain by maxSkew at most; with fewer domains than minDomains the
   * emptiest counts as having 0. https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/podtopologyspread/filtering.go
   */
  spreadProblem(podClass: number, host: number): "skew" | "label" | undefined {
    const spreads = this.problem.spreads[podClass] ?? [];
    for (const [index, spread] of spreads.entries()) {
      const domain = this.domain(spread.topology, host);
      if (domain < 0) return "label";
      const tally = this.tallies[podClass]?.[index] ?? [];
      if ((tally[domain] ?? 0) + (spread.self ? 1 : 0) - emptiest(spread, tally) > spread.maxSkew) return "skew";
    }
    return undefined;
  }

  /**
   * True if required affinity admits the pod. A pod that its own terms mean may be the first of its group, on any host that has the labels:
   * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
   */
  isNearItsOwn(podClass: number, host: number): boolean {
    const affinity = this.problem.affinities[podClass];
    if (affinity === undefined) return true;
    const { topologies, satisfiedBy, self } = affinity;
    if (topologies.some((topology) => this.domain(topology, host) < 0)) return false;
    const matching = (topology: number, counted: (of: readonly number[]) => number) =>
      satisfiedBy.reduce((sum, satisfies, kind) => sum + (satisfies ? counted(this.present[topology]?.[kind] ?? []) : 0), 0);
    if (topologies.every((topology) => matching(topology, (byDomain) => byDomain[this.domain(topology, host)] ?? 0) > 0)) return true;
    return self && topologies.every((topology) => matching(topology, (byDomain) => byDomain.reduce((a, b) => a + b, 0)) === 0);
  }

  private repels(podClass: number, host: number): boolean {
    const repulsions = this.problem.repulsions[podClass] ?? [];
    return repulsions.some(({ kind, topology }) => this.inDomain(topology, kind, host) > 0);
  }

  private hasRoom(podClass: number, host: number): boolean {
    const free = this.free[host] ?? [];
    return (this.problem.requests[podClass] ?? []).every((amount, resource) => amount === 0 || amount <= (free[resource] ?? 0));
  }

  private spreads(podClass: number, host: number): boolean {
    return this.spreadProblem(podClass, host) === undefined;
  }

  private inDomain(topology: number, kind: number, host: number): number {
    return this.present[topology]?.[kind]?.[this.domain(topology, host)] ?? 0;
  }

  private domain(topology: number, host: number): number {
    return this.problem.topologies[topology]?.domainOf[host] ?? -1;
  }

  private move(podClass: number, host: number, by: 1 | -1): void {
    const free = this.free[host];
    const amounts = this.problem.requests[podClass];
    if (!free || !amounts) throw new RangeError(`no pod ${podClass} or host ${host}`);
    amounts.forEach((amount, resource) => (free[resource] = (free[resource] ?? 0) - by * amount));
    this.left[podClass] = (this.left[podClass] ?? 0) - by;
    this.count(podClass, host, by);
  }

  private count(kind: number, host: number, by: number): void {
    this.present.forEach((byKind, topology) => add((byKind[kind] ??= []), this.domain(topology, host), by));
    this.problem.spreads.forEach((spreads, podClass) =>
      spreads.forEach((spread, index) => {
        if (spread.counts[kind]) add(this.tallies[podClass]?.[index], spread.countedIn[host] ?? -1, by);
      }),
    );
  }
}

/** How many counted pods are in the domain that has the fewest; 0 if there are fewer domains than minDomains. */
function emptiest({ domains, minDomains }: Spread, tally: readonly number[]): number {
  if (domains.length < minDomains) return 0;
  return domains.reduce((least, domain) => Math.min(least, tally[domain] ?? 0), Infinity);
}

function add(byDomain: number[] | undefined, domain: number, by: number): void {
  if (byDomain !== undefined && domain >= 0) byDomain[domain] = (byDomain[domain] ?? 0) + by;
}
