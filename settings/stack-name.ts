/**
 * What a stack may be called, before anything is made: its name is in the prefix of the user pool's domain,
 * `orders-identity-<stack>-<account>`, in the alias of the key and in the dashboard's name. The prefix is the strictest:
 * lower-case letters, digits and hyphens, at most 63 of them, 29 of which are taken, and none of three words.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
 */
export function complaintsOfStackName(stack: string): readonly string[] {
  const isName = /^[a-z0-9](?:[a-z0-9-]{0,32}[a-z0-9])?$/.test(stack);
  const word = ["aws", "amazon", "cognito"].find((it) => stack.includes(it));
  if (isName && word === undefined) return [];
  const right = isName
    ? `without ${word}, which Cognito refuses in the domain of a user pool`
    : "1 to 34 lower-case letters, digits and hyphens, with a letter or digit at both ends, as Cognito requires of the domain of a user pool";
  return [`The stack's name is "${stack}": it must be ${right}. Create the stack again with: pulumi stack init`];
}
