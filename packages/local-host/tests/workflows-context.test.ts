import { describe, expect, it, vi } from "vitest";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { execute, machine, PAY } from "./workflows-fixture";

/** Gives what the context object has in a state that waits first, so that branches and iterations are between each other. */
const shows = (name: string, values: Readonly<Record<string, string>>) =>
  machine(`${name}First`, {
    [`${name}First`]: { Type: "Task", Resource: PAY, ResultPath: null, Next: name },
    [name]: { Type: "Pass", Parameters: values, End: true },
  });

const inTurns = {
  invokeFunction: async () => new Promise<{ payload: string }>((resolve) => setImmediate(resolve, { payload: "{}" })),
};

const state = {
  "name.$": "$$.State.Name",
  "tries.$": "$$.State.RetryCount",
  "entered.$": "$$.State.EnteredTime",
  "execution.$": "$$.Execution.Name",
};
const item = { "index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value" };
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const seen = (name: string) => ({ name, tries: 0, entered: time, execution: "one" });

describe("the context object's State", () => {
  it("is each branch's own in a Parallel state, and the Parallel state's again behind it", async () => {
    const definition = machine("Both", {
      Both: {
        Type: "Parallel",
        Branches: ["Left", "Middle", "Right"].map((name) => shows(name, state)),
        ResultSelector: { "branches.$": "$", "outer.$": "$$.State.Name" },
        Next: "Last",
      },
      Last: { Type: "Pass", Parameters: { "before.$": "$", ...state }, End: true },
    });
    const { output } = await execute(definition, inTurns);
    expect(output).toEqual({
      before: { branches: ["Left", "Middle", "Right"].map(seen), outer: "Both" },
      ...seen("Last"),
    });
  });

  it("is each iteration's own in a Map state, and the Map state's again behind it", async () => {
    const definition = machine("Each", {
      Each: {
        Type: "Map",
        ItemProcessor: shows("Line", state),
        ResultSelector: { "lines.$": "$", "outer.$": "$$.State.Name" },
        End: true,
      },
    });
    const { output } = await execute(definition, inTurns, [1, 2, 3]);
    expect(output).toEqual({ lines: [1, 2, 3].map(() => seen("Line")), outer: "Each" });
  });

  it("is one execution's own while another runs", async () => {
    const outputs = await Promise.all(
      ["A", "B", "C"].map((name) => execute(shows(name, { "name.$": "$$.State.Name" }), inTurns)),
    );
    expect(outputs.map(({ output }) => output.name)).toEqual(["A", "B", "C"]);
  });

  it("has the time at which the state was entered, and not that of its retry", async () => {
    const entered: unknown[] = [];
    const invokeFunction = async (_: unknown, __: unknown, payload: unknown) => {
      entered.push(payload);
      if (entered.length < 3) throw new AwsError("TooManyRequestsException", "slow", 429);
      return { payload: "{}" };
    };
    const task = {
      Type: "Task",
      Resource: PAY,
      Parameters: { "entered.$": "$$.State.EnteredTime", "tries.$": "$$.State.RetryCount" },
      Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxDelaySeconds: 1, JitterStrategy: "FULL" }],
      End: true,
    };
    const random = vi.spyOn(Math, "random").mockReturnValue(0);
    await execute(machine("Pay", { Pay: task }), { invokeFunction });
    random.mockRestore();
    const [first] = entered as { readonly entered: string }[];
    expect(entered).toEqual([0, 1, 2].map((tries) => ({ entered: first?.entered, tries })));
    expect(first?.entered).toEqual(time);
  });

  it("counts the tries of one branch, whatever fails in the other, and of a Parallel state as a whole", async () => {
    const tries: unknown[] = [];
    const invokeFunction = async (_: unknown, __: unknown, payload: unknown) => {
      tries.push(payload);
      if (
        tries.filter((each) => JSON.stringify(each).includes("Failing")).length < 3 &&
        JSON.stringify(payload).includes("Failing")
      ) {
        throw new AwsError("TooManyRequestsException", "slow", 429);
      }
      return { payload: "{}" };
    };
    const retry = {
      ErrorEquals: ["States.ALL"],
      IntervalSeconds: 1,
      MaxAttempts: 1,
      MaxDelaySeconds: 1,
      JitterStrategy: "FULL",
    };
    const branch = (name: string, more: object) =>
      machine(name, {
        [name]: {
          Type: "Task",
          Resource: PAY,
          Parameters: { "name.$": "$$.State.Name", "tries.$": "$$.State.RetryCount", "outer.$": "$.outer" },
          End: true,
          ...more,
        },
      });
    const definition = machine("Both", {
      Both: {
        Type: "Parallel",
        Parameters: { "outer.$": "$$.State.RetryCount" },
        Branches: [branch("Failing", { Retry: [retry] }), branch("Fine", {})],
        Retry: [retry],
        End: true,
      },
    });
    const random = vi.spyOn(Math, "random").mockReturnValue(0);
    const { result } = await execute(definition, { invokeFunction });
    random.mockRestore();
    expect(result.status).toBe("SUCCEEDED");
    const of = (wanted: string) => tries.filter((each) => JSON.stringify(each).includes(wanted));
    expect(of("Failing")).toEqual([
      { name: "Failing", tries: 0, outer: 0 },
      { name: "Failing", tries: 1, outer: 0 },
      { name: "Failing", tries: 0, outer: 1 },
    ]);
    expect(of("Fine")).toEqual([
      { name: "Fine", tries: 0, outer: 0 },
      { name: "Fine", tries: 0, outer: 1 },
    ]);
  });
});

describe("the context object's Map", () => {
  const lines = [{ id: "a" }, { id: "b" }, { id: "c" }];

  it("is the iteration's in all of its states", async () => {
    const definition = machine("Each", {
      Each: { Type: "Map", ItemsPath: "$.lines", ItemProcessor: shows("Line", item), End: true },
    });
    const { output } = await execute(definition, inTurns, { lines });
    expect(output).toEqual(lines.map((value, index) => ({ index, value })));
  });

  it("is the iteration's where an ItemSelector makes its input, or the older Parameters", async () => {
    for (const field of ["ItemSelector", "Parameters"]) {
      const definition = machine("Each", {
        Each: {
          Type: "Map",
          ItemsPath: "$.lines",
          MaxConcurrency: 1,
          [field]: { "selected.$": "$$.Map.Item.Value.id", "photo.$": "$.photo" },
          Iterator: shows("Line", { ...item, "input.$": "$" }),
          End: true,
        },
      });
      const { output } = await execute(definition, inTurns, { photo: "one", lines });
      expect(output).toEqual(
        lines.map((value, index) => ({ index, value, input: { selected: value.id, photo: "one" } })),
      );
    }
  });

  it("is the iteration's in the branches within it, and the inner one's in a Map within", async () => {
    const definition = machine("Each", {
      Each: {
        Type: "Map",
        ItemProcessor: machine("Both", {
          Both: {
            Type: "Parallel",
            Branches: [
              shows("Left", item),
              machine("Inner", {
                Inner: { Type: "Map", ItemsPath: "$.inner", ItemProcessor: shows("Line", item), End: true },
              }),
            ],
            Next: "After",
          },
          After: { Type: "Pass", Parameters: { "both.$": "$", ...item }, End: true },
        }),
        End: true,
      },
    });
    const items = [{ inner: [1, 2] }, { inner: [3] }];
    const { output } = await execute(definition, inTurns, items);
    expect(output).toEqual(
      items.map((value, index) => ({
        index,
        value,
        both: [{ index, value }, value.inner.map((inner, at) => ({ index: at, value: inner }))],
      })),
    );
  });

  it("is of items that are null, false, empty or lists too", async () => {
    const definition = machine("Each", {
      Each: { Type: "Map", ItemProcessor: shows("Line", item), End: true },
    });
    const items = [null, false, 0, "", "text", [1]];
    const { output } = await execute(definition, inTurns, items);
    expect(output).toEqual(items.map((value, index) => ({ index, value })));
  });

  it("is not there behind the Map state", async () => {
    const definition = machine("Each", {
      Each: { Type: "Map", ItemProcessor: shows("Line", item), Next: "After" },
      After: { Type: "Pass", Parameters: item, End: true },
    });
    const { result } = await execute(definition, inTurns, [1]);
    expect(result.status).toBe("FAILED");
  });
});
