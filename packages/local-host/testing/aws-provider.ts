import { providerAnswers } from "../src/kernel/program/provider-answers";
import { serviceDeclarations } from "../src/service-declarations";

/** What the AWS provider would answer: ids, outputs and functions as the local host has them. */
export const awsProvider = providerAnswers(serviceDeclarations);
