import { PolicyPack } from "@pulumi/policy";
import { enginePolicies } from "../engine";
import { quotas } from "./rules";

new PolicyPack("analysis-facility-quotas", { policies: enginePolicies(quotas), enforcementLevel: "mandatory" });
