import { PACKS } from "../pack-names";
import { PolicyPack } from "@pulumi/policy";
import { enginePolicies } from "../engine";
import { quotas } from "./rules";

new PolicyPack(PACKS.quotas, { policies: enginePolicies(quotas), enforcementLevel: "mandatory" });
