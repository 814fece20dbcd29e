import { marksOf, type Marks } from "./marks";
import type { PackingProblem } from "./problem";
import type { Spread } from "./relations";

/** Which pods are on which hosts at one moment. It is changed in place: a search takes back what it did. */
export class Occupancy {
  /** By class: how many pods are not placed yet. */
  readonly left: number[];
  /** By host and resource: what is free, in the problem's units. */
  readonly free: readonly number[][];
  /** By kind: what such a pod changes besides the room. */
  private readonly marks: readonly Marks[];
  /** By kind and host, one after the other: pods there. */
  private readonly onHosts: number[];
  /** By topology, kind and domain: pods there; nothing for a kind without pods, or that nothing asks for. The topology of the single hosts is `onHosts`. */
  private readonly present: readonly (number[] | undefined)[][];
  /** By class and constraint: counted pods by domain. */
  private readonly tallies: readonly (readonly number[][])[];

  constructor(readonly problem: PackingProblem) {
    const hosts = problem.hosts.length;
    this.marks = marksOf(problem);
    this.left = problem.counts.slice();
    this.free = problem.free.map((free) => free.slice());
    this.onHosts = new Array<number>(problem.kinds.length * hosts).fill(0);
    this.present = problem.topologies.map(() => []);
    this.tallies = problem.spreads.map((spreads) => (spreads.length === 0 ? NONE : spreads.map(() => new Array<number>(hosts).fill(0))));
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

  /** How many pods of a class, or of another kind, are on a host. */
  on(podClass: number, host: number): number {
    return this.onHosts[podClass * this.problem.hosts.length + host] ?? 0;
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

  /** True if a pod in one of the host's domains keeps a pod of the class out. */
  repels(podClass: number, host: number): boolean {
    for (const { kind, topology } of this.problem.repulsions[podClass] ?? NONE) if (this.inDomain(topology, kind, host) > 0) return true;
    return false;
  }

  /** True if the host has enough of every resource for a further pod of the class. */
  hasRoom(podClass: number, host: number): boolean {
    const free = this.free[host] ?? NONE;
    const amounts = this.problem.requests[podClass] ?? NONE;
    // A plan asks this millions of times: an iterator for each would be most of its garbage.
    for (let resource = amounts.length - 1; resource >= 0; resource -= 1) {
      const amount = amounts[resource] ?? 0;
      if (amount > 0 && amount > (free[resource] ?? 0)) return false;
    }
    return true;
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
    let index = 0;
    for (const spread of this.problem.spreads[podClass] ?? NONE) {
      const tally = this.tallies[podClass]?.[index] ?? [];
      index += 1;
      const domain = this.domain(spread.topology, host);
      if (domain < 0) return "label";
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
      satisfiedBy.reduce((sum, satisfies, kind) => sum + (satisfies ? counted(this.byDomain(topology, kind)) : 0), 0);
    if (topologies.every((topology) => matching(topology, (byDomain) => byDomain[this.domain(topology, host)] ?? 0) > 0)) return true;
    return self && topologies.every((topology) => matching(topology, (byDomain) => byDomain.reduce((a, b) => a + b, 0)) === 0);
  }

  private spreads(podClass: number, host: number): boolean {
    return this.spreadProblem(podClass, host) === undefined;
  }

  private inDomain(topology: number, kind: number, host: number): number {
    return topology === 0 ? this.on(kind, host) : (this.present[topology]?.[kind]?.[this.domain(topology, host)] ?? 0);
  }

  private byDomain(topology: number, kind: number): readonly number[] {
    const hosts = this.problem.hosts.length;
    return topology === 0 ? this.onHosts.slice(kind * hosts, (kind + 1) * hosts) : (this.present[topology]?.[kind] ?? NONE);
  }

  private domain(topology: number, host: number): number {
    return this.problem.topologies[topology]?.domainOf[host] ?? -1;
  }

  private move(podClass: number, host: number, by: 1 | -1): void {
    const free = this.free[host];
    const amounts = this.problem.requests[podClass];
    if (!free || !amounts) throw new RangeError(`no pod ${podClass} or host ${host}`);
    for (let resource = 0; resource < amounts.length; resource += 1) free[resource] = (free[resource] ?? 0) - by * (amounts[resource] ?? 0);
    this.left[podClass] = (this.left[podClass] ?? 0) - by;
    this.count(podClass, host, by);
  }

  private count(kind: number, host: number, by: number): void {
    add(this.onHosts, kind * this.problem.hosts.length + host, by);
    const { topologies, spreads } = this.marks[kind] ?? UNMARKED;
    for (const topology of topologies) add(((this.present[topology] ?? [])[kind] ??= []), this.domain(topology, host), by);
    for (const { podClass, index, countedIn } of spreads) add(this.tallies[podClass]?.[index], countedIn[host] ?? -1, by);
  }
}

const NONE: never[] = [];
const UNMARKED: Marks = { topologies: NONE, spreads: NONE };

/** How many counted pods are in the domain that has the fewest; 0 if there are fewer domains than minDomains. */
function emptiest({ domains, minDomains }: Spread, tally: readonly number[]): number {
  if (domains.length < minDomains) return 0;
  return domains.reduce((least, domain) => Math.min(least, tally[domain] ?? 0), Infinity);
}

function add(byDomain: number[] | undefined, domain: number, by: number): void {
  if (byDomain !== undefined && domain >= 0) byDomain[domain] = (byDomain[domain] ?? 0) + by;
}
