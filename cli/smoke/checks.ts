import { styleText } from "node:util";
import type { Output } from "../output";

export interface CheckResult {
  readonly check: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** What was seen, or what is wrong. */
  readonly detail: string;
}

/** What a check saw, in words, and what the ones after it need of it. */
export interface Seen<Value> {
  readonly detail: string;
  readonly value: Value;
}

/** Runs checks one by one or side by side. One that fails is a result like any other: the rest go on. */
export class Checks {
  readonly results: CheckResult[] = [];
  private readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }

  /** What the check saw; undefined when it failed. */
  async run<Value>(check: string, look: () => Promise<Seen<Value>>): Promise<Value | undefined> {
    const started = performance.now();
    const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
    try {
      const { detail, value } = await look();
      this.record({ check, passed: true, seconds: seconds(), detail });
      return value;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.record({ check, passed: false, seconds: seconds(), detail });
      return undefined;
    }
  }

  private record(result: CheckResult): void {
    this.results.push(result);
    if (!this.output.forPeople) return;
    const mark = result.passed ? styleText("green", "passed") : styleText("red", "failed");
    this.output.write(`${mark}  ${result.check} (${result.seconds} s)\n        ${styleText("dim", result.detail)}`);
  }
}
