import { AmountsTooLarge } from "../capacity/packing/exact-numbers";
import { reasonOf } from "../terminal/failure";
import type { Site } from "../stacks/site/schema";
import type { Waiver } from "../stacks/site/waivers";
import { EXCEPTIONS, exceptionFor, type Allowance } from "./exceptions";
import { facilityMade, UNNAMED_FACILITY, type FacilityMade } from "./facility-made";
import { type Field, Malformed, Undetermined } from "./model/field";
import { shortageText, type Figure } from "./model/figures";
import type { KubernetesObject } from "./model/objects";
import { runRule, type Compared, type Finding, type Judgement, type JudgementOf, type ObjectReference, type Rule } from "./model/rules";
import type { StandingException } from "./standing-exception";
import { waiverFor, waiversInForce } from "./waivers";

/** How the message of a finding begins that says why its rule cannot be judged. */
const UNDETERMINED = "undetermined";
/** How a finding begins that says of a value that it is of a wrong type. */
const WRONG_TYPE = /^found (text|a list|an object|a number|a boolean|a bigint|a symbol|a function); allowed: /;

/** A violation that a standing exception allows: it stops nothing, and is printed all the same. */
export interface Excepted extends Allowance {
  readonly finding: Finding;
}

/** A violation that a waiver of the site allows: it stops nothing, and is told all the same. */
export interface Waived {
  readonly waiver: Waiver;
  readonly finding: Finding;
}

/** What the rules of the packs say about some objects. */
export interface PackVerdict {
  /** In the order of the rules, then of the objects. */
  readonly findings: readonly Finding[];
  /** Violations that standing exceptions allow. */
  readonly excepted: readonly Excepted[];
  /** Violations that waivers of the site allow. */
  readonly waived: readonly Waived[];
  /** Every comparison of a need with what there is, whether it fits or not. */
  readonly comparisons: readonly Compared[];
  /** How many things (pods, containers, namespaces) each rule has checked, by name of the rule. */
  readonly checked: Readonly<Record<string, number>>;
  /** The reason for each rule that could not be judged, by name of the rule. */
  readonly skipped: Readonly<Record<string, string>>;
}

/** What {@link judge} needs besides rules and objects. */
export interface JudgeOptions {
  /** The site of the objects; undefined if they belong to none. Rules about a site are then skipped. */
  readonly site: Site | undefined;
  /** The standing exceptions; {@link EXCEPTIONS} unless given. */
  readonly exceptions?: readonly StandingException[];
  /** Waivers in force; those of the site unless given. */
  readonly waivers?: readonly Waiver[];
  /** Decides what has ended; the day of the call unless given. */
  readonly today?: Date;
}

/** The verdict while the rules run. */
interface Growing {
  readonly findings: Finding[];
  /** Violations that standing exceptions allow. */
  readonly excepted: Excepted[];
  /** Violations that waivers of the site allow. */
  readonly waived: Waived[];
  readonly comparisons: Compared[];
  readonly checked: Record<string, number>;
  readonly skipped: Record<string, string>;
}

/** Judges objects by rules. It does not throw: a rule that itself fails is a mandatory finding. */
export function judge(
  rules: readonly Rule[],
  objects: readonly KubernetesObject[],
  { site, exceptions = EXCEPTIONS, today = new Date(), waivers = site ? waiversInForce(site, today) : [] }: JudgeOptions,
): PackVerdict {
  const verdict: Growing = { findings: [], excepted: [], waived: [], comparisons: [], checked: {}, skipped: {} };
  const made = site === undefined ? UNNAMED_FACILITY : facilityMade(site);
  for (const rule of rules) {
    verdict.checked[rule.name] = 0;
    if (rule.ofOptions && objects.every(({ options }) => options === undefined)) {
      verdict.skipped[rule.name] =
        "it is about options of the engine's resources, which manifests do not have; a preview and plan judge them";
      continue;
    }
    const on: JudgementOf = (object) => new Judge(rule, object, verdict, { exceptions, made, waivers });
    if (rule.scope === "site" && site === undefined)
      verdict.skipped[rule.name] = "no site was named, and the rule compares with its hosts and addresses";
    runRule(rule, objects, site, on, today);
  }
  return verdict;
}

/** True for the message of a finding that says that a rule cannot judge a value; any other rule that reads the value says the same. */
export function cannotBeJudged(message: string): boolean {
  return message.startsWith(UNDETERMINED) || WRONG_TYPE.test(message);
}

/** True if no finding is mandatory. */
export function passes(findings: readonly Finding[]): boolean {
  return findings.every(({ enforcement }) => enforcement !== "mandatory");
}

/** Records what one rule says of one object in the verdict. */
class Judge implements Judgement {
  constructor(
    private readonly rule: Rule,
    private readonly object: KubernetesObject,
    private readonly verdict: Growing,
    private readonly granted: {
      readonly exceptions: readonly StandingException[];
      readonly made: FacilityMade;
      readonly waivers: readonly Waiver[];
    },
  ) {}

  violation(field: Field, message: string, subject?: string): void {
    const finding = this.finding(field.path, message);
    const { exceptions, made, waivers } = this.granted;
    const allowance = exceptionFor(this.rule.name, this.object, subject, exceptions, made);
    if (allowance) {
      this.verdict.excepted.push({ ...allowance, finding });
      return;
    }
    const waiver = waiverFor(waivers, this.rule.name, this.object, field, subject);
    if (waiver) this.verdict.waived.push({ waiver, finding });
    else this.verdict.findings.push(finding);
  }

  compared(field: Field, figure: Figure, message = shortageText(figure)): void {
    this.countChecked();
    const { name: rule, pack } = this.rule;
    this.verdict.comparisons.push({ rule, pack, object: referenceTo(this.object), path: field.path, figure });
    if (figure.need > figure.have) this.verdict.findings.push({ ...this.finding(field.path, message), figures: [figure] });
  }

  attempt(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.verdict.findings.push(this.failure(error));
    }
  }

  countChecked(): void {
    this.verdict.checked[this.rule.name] = (this.verdict.checked[this.rule.name] ?? 0) + 1;
  }

  /** The finding for a check that threw. An object that cannot be judged breaks the rule, at the level of the rule. */
  private failure(error: unknown): Finding {
    if (error instanceof Undetermined) return this.finding(error.path, `${UNDETERMINED}: ${error.message}, so the rule cannot be judged`);
    if (error instanceof AmountsTooLarge) return this.finding("", `${UNDETERMINED}: ${error.message}; so the rule cannot be judged`);
    if (error instanceof Malformed) return this.finding(error.path, `found ${error.found}; allowed: ${error.allowed}`);
    const reason = reasonOf(error);
    return { ...this.finding("", `the rule itself failed: ${reason}; please report this`), enforcement: "mandatory" };
  }

  private finding(path: string, message: string): Finding {
    const { name, pack, severity, enforcement, remedy, frameworks } = this.rule;
    const { origin } = this.object;
    return {
      rule: name,
      pack,
      severity,
      enforcement,
      object: referenceTo(this.object),
      path,
      message: origin ? `${message} (made by ${origin.by}, chart ${origin.chart})` : message,
      remedy,
      frameworks,
    };
  }
}

function referenceTo({ apiVersion, kind, namespace, name }: KubernetesObject): ObjectReference {
  return { apiVersion, kind, namespace, name };
}
