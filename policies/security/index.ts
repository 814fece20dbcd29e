import { PACKS } from "../pack-names";
import { PolicyPack } from "@pulumi/policy";
import { enginePolicies } from "../engine";
import { security } from "./rules";

new PolicyPack(PACKS.security, { policies: enginePolicies(security), enforcementLevel: "mandatory" });
