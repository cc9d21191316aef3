import { type PolicyStatement, readPolicy } from "iam-documents/policy-document";

/** The statements of a policy, given as JSON or as the document itself; throws for what the local host does not evaluate. */
export const evaluableStatements = (policy: unknown): readonly PolicyStatement[] => {
  const { statements, problems } = readPolicy(policy);
  const [wrong] = problems;
  if (wrong !== undefined) throw new Error(wrong);
  const [first] = [...statements.flatMap(unevaluated), ...variablesIn(policy)];
  if (first !== undefined) throw new Error(`the local host does not evaluate ${first}`);
  return statements;
};

const unevaluated = (statement: PolicyStatement): readonly string[] => [
  ...(statement.allOtherActions ? ["NotAction"] : []),
  ...(statement.allOtherResources ? ["NotResource"] : []),
  ...(statement.allOtherPrincipals ? ["NotPrincipal"] : []),
  ...statement.principals
    .filter(({ kind }) => kind === "federated" || kind === "canonical-user")
    .map(({ kind, name }) => `the ${kind} principal ${name}`),
];

const variablesIn = (policy: unknown): readonly string[] => {
  const variable = /\$\{[^}]*\}/.exec(JSON.stringify(policy) ?? "")?.[0];
  return variable === undefined ? [] : [`the policy variable ${variable}`];
};
