import type { AlarmState } from "./alarm-evaluation";

/** Tells whether a composite alarm is on, given the states of the alarms it names; undefined is one that there is not. */
export type AlarmRuleExpression = (stateOf: (alarm: string) => AlarmState | undefined) => boolean;

const states: Readonly<Record<string, AlarmState>> = {
  ALARM: "ALARM",
  OK: "OK",
  INSUFFICIENT_DATA: "INSUFFICIENT_DATA",
};

/**
 * Reads the rule of a composite alarm: ALARM("name"), OK(...), INSUFFICIENT_DATA(...), TRUE, FALSE, AND, OR, NOT and
 * parentheses; a name may be an ARN. NOT binds closest, then AND.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 *
 * @throws with the place where it cannot be read
 */
export const readAlarmRule = (rule: string): AlarmRuleExpression => {
  const tokens = rule.match(/"[^"]*"|[A-Za-z0-9_:./-]+|\S/g) ?? [];
  let at = 0;
  const refuse = (wanted: string): never => {
    throw new Error(`alarm rule ${JSON.stringify(rule)} has ${tokens[at] ?? "its end"} where ${wanted} is expected`);
  };
  const take = (token: string): void => {
    if (tokens[at] !== token) refuse(token);
    at += 1;
  };

  const either = (): AlarmRuleExpression => {
    let left = both();
    while (tokens[at] === "OR") {
      at += 1;
      const [one, other] = [left, both()];
      left = (stateOf) => one(stateOf) || other(stateOf);
    }
    return left;
  };
  const both = (): AlarmRuleExpression => {
    let left = single();
    while (tokens[at] === "AND") {
      at += 1;
      const [one, other] = [left, single()];
      left = (stateOf) => one(stateOf) && other(stateOf);
    }
    return left;
  };
  const single = (): AlarmRuleExpression => {
    const token = tokens[at] ?? refuse("a state");
    at += 1;
    if (token === "NOT") {
      const negated = single();
      return (stateOf) => !negated(stateOf);
    }
    if (token === "TRUE" || token === "FALSE") return () => token === "TRUE";
    if (token === "(") {
      const inner = either();
      take(")");
      return inner;
    }
    const wanted = states[token];
    if (wanted === undefined) {
      at -= 1;
      return refuse("ALARM, OK, INSUFFICIENT_DATA, NOT, TRUE, FALSE or (");
    }
    take("(");
    const name = (tokens[at] ?? refuse("the name of an alarm")).replaceAll('"', "").replace(/^arn:.*:alarm:/, "");
    at += 1;
    take(")");
    return (stateOf) => stateOf(name) === wanted;
  };

  const expression = either();
  if (at < tokens.length) refuse("its end");
  return expression;
};
