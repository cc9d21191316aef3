import { conditionValues, knownStatements, principalsOf, type Statement } from "./policy-document";
import type { Violation } from "./rule";
import type { StackResource } from "./stack";
import { isSet } from "./value";

/**
 * A resource's policies, its own and those declared beside it, have to refuse what does not come over TLS. A policy of
 * which a preview knows nothing is believed.
 */
export function demandsTls(
  resource: StackResource,
  policies: readonly StackResource[],
  policyType: string,
): readonly Violation[] {
  const given = [resource, ...policies].filter(({ properties }) => isSet(properties["policy"])).map(knownStatements);
  if (given.some((statements) => statements === undefined || statements.some(refusesPlainText))) return [];
  const why = given.length === 0 ? "has no policy" : "has a policy, but none";
  return [
    {
      resource,
      message: `${resource.label} ${why} that refuses requests without TLS: they can be read on their way. Add a Deny on aws:SecureTransport false to a ${policyType}.`,
    },
  ];
}

const refusesPlainText = (statement: Statement): boolean =>
  statement.effect === "Deny" &&
  principalsOf(statement, "everybody").length > 0 &&
  conditionValues(statement, /^aws:securetransport$/)
    .flat()
    .includes("false");
