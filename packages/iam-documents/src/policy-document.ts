/** Whom a statement of a resource's policy is about: everybody, a service, an AWS account or identity, or another provider's. */
export interface StatementPrincipal<Text = string> {
  readonly kind: "everybody" | "service" | "aws" | "federated" | "canonical-user";
  readonly name: Text;
}

/** By operator and condition key, the values to compare with. */
export type ConditionBlock<Text = string> = Readonly<Record<string, Readonly<Record<string, readonly Text[]>>>>;

export interface PolicyStatement<Text = string> {
  readonly effect: "Allow" | "Deny";
  /** Empty in an identity's own policy. */
  readonly principals: readonly StatementPrincipal<Text>[];
  /** NotPrincipal: everybody but these. */
  readonly allOtherPrincipals: boolean;
  readonly actions: readonly Text[];
  /** NotAction: all actions but these. */
  readonly allOtherActions: boolean;
  /** Empty in a trust policy. */
  readonly resources: readonly Text[];
  /** NotResource: all resources but these. */
  readonly allOtherResources: boolean;
  readonly condition: ConditionBlock<Text>;
}

export interface PolicyReading<Text = string> {
  readonly statements: readonly PolicyStatement<Text>[];
  /** What IAM would refuse the document for, each with its place: `Statement.0.Effect is "allow"; it must be Allow or Deny`. */
  readonly problems: readonly string[];
}

const kinds: Readonly<Record<string, StatementPrincipal["kind"]>> = {
  AWS: "aws",
  CanonicalUser: "canonical-user",
  Federated: "federated",
  Service: "service",
};

const elements = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/**
 * The statements of a policy document, given as JSON or as the document itself. What cannot be read is left out and named
 * in `problems`: whether that matters is the caller's to say. `isUnknown` tells a value that is not known yet, which may
 * stand where a text may.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export const readPolicy = <Unknown = never>(
  document: unknown,
  isUnknown: (value: unknown) => value is Unknown = (_): _ is Unknown => false,
): PolicyReading<string | Unknown> => new PolicyReader(isUnknown).read(document);

class PolicyReader<Unknown> {
  private readonly isUnknown: (value: unknown) => value is Unknown;
  private readonly problems: string[] = [];

  constructor(isUnknown: (value: unknown) => value is Unknown) {
    this.isUnknown = isUnknown;
  }

  read(given: unknown): PolicyReading<string | Unknown> {
    const document = typeof given === "string" ? this.parsed(given) : given;
    if (!isRecord(document)) {
      if (document !== undefined) this.complain("the policy", document, "a JSON object");
      return { statements: [], problems: this.problems };
    }
    this.refuseOthers("", document, ["Version", "Id", "Statement"]);
    const statements = listOf(document["Statement"]).flatMap((statement, index) =>
      this.statement(`Statement.${index}`, statement),
    );
    return { statements, problems: this.problems };
  }

  private parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      this.problems.push(`the policy is not JSON: ${text.slice(0, 80)}`);
      return undefined;
    }
  }

  private statement(place: string, statement: unknown): readonly PolicyStatement<string | Unknown>[] {
    if (!isRecord(statement)) {
      this.complain(place, statement, "an object");
      return [];
    }
    this.refuseOthers(place, statement, elements);
    const effect = statement["Effect"];
    if (effect !== "Allow" && effect !== "Deny") this.complain(`${place}.Effect`, effect, "Allow or Deny");
    if (statement["Action"] === undefined && statement["NotAction"] === undefined)
      this.complain(`${place}.Action`, undefined, "one action or more");
    return [
      {
        effect: effect === "Allow" ? "Allow" : "Deny",
        principals: this.principals(place, statement["Principal"] ?? statement["NotPrincipal"]),
        allOtherPrincipals: statement["NotPrincipal"] !== undefined,
        actions: this.texts(`${place}.Action`, statement["Action"] ?? statement["NotAction"]),
        allOtherActions: statement["NotAction"] !== undefined,
        resources: this.texts(`${place}.Resource`, statement["Resource"] ?? statement["NotResource"]),
        allOtherResources: statement["NotResource"] !== undefined,
        condition: this.condition(`${place}.Condition`, statement["Condition"]),
      },
    ];
  }

  private principals(place: string, given: unknown): readonly StatementPrincipal<string | Unknown>[] {
    if (given === undefined) return [];
    if (given === "*") return [{ kind: "everybody", name: "*" }];
    if (!isRecord(given)) {
      this.complain(`${place}.Principal`, given, "* or an object with AWS, Service, Federated or CanonicalUser");
      return [];
    }
    this.refuseOthers(`${place}.Principal`, given, Object.keys(kinds));
    return Object.entries(given).flatMap(([key, names]) => {
      const kind = kinds[key];
      if (kind === undefined) return [];
      return this.texts(`${place}.Principal.${key}`, names).map((name) =>
        kind === "aws" && name === "*" ? { kind: "everybody" as const, name } : { kind, name },
      );
    });
  }

  private condition(place: string, given: unknown): ConditionBlock<string | Unknown> {
    if (given === undefined) return {};
    if (!isRecord(given)) {
      this.complain(place, given, "an object of operators");
      return {};
    }
    const operators = Object.entries(given).map(([operator, keys]) => {
      if (!isRecord(keys)) this.complain(`${place}.${operator}`, keys, "an object of condition keys");
      const byKey = Object.entries(isRecord(keys) ? keys : {});
      return [
        operator,
        Object.fromEntries(byKey.map(([key, values]) => [key, this.values(`${place}.${operator}.${key}`, values)])),
      ];
    });
    return Object.fromEntries(operators);
  }

  /** Numbers and booleans may stand for their text. */
  private values(place: string, given: unknown): readonly (string | Unknown)[] {
    return this.texts(
      place,
      listOf(given).map((value) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value)),
    );
  }

  private texts(place: string, given: unknown): readonly (string | Unknown)[] {
    return listOf(given).flatMap((value) => {
      if (typeof value === "string" || this.isUnknown(value)) return [value];
      this.complain(place, value, "a text or a list of texts");
      return [];
    });
  }

  private refuseOthers(place: string, given: Readonly<Record<string, unknown>>, known: readonly string[]): void {
    for (const key of Object.keys(given)) {
      if (!known.includes(key))
        this.problems.push(`${[place, key].filter(Boolean).join(".")} is not one of ${known.join(", ")}`);
    }
  }

  private complain(place: string, given: unknown, right: string): void {
    const shown = given === undefined ? "missing" : JSON.stringify(given);
    this.problems.push(`${place} is ${shown ?? "not plain data"}; it must be ${right}`);
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One value stands for a list of one. */
const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
