import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CommandError } from "../command-error";
import { until } from "./until";
import type { SmokeRun } from "./ways-in";

/** Names of the alarms begin as those of everything else in the program. */
const alarmsOfProgram = "orders-";

/** How many alarms are in no state of alarm, which all must be. */
export async function quietAlarms({ target }: SmokeRun): Promise<number> {
  const cloudWatch = new CloudWatch(target.aws);
  const alarms: { readonly name: string; readonly state: string }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudWatch.describeAlarms({
      AlarmNamePrefix: alarmsOfProgram,
      AlarmTypes: ["CompositeAlarm", "MetricAlarm"],
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    for (const { AlarmName = "", StateValue = "" } of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])]) {
      alarms.push({ name: AlarmName, state: StateValue });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  cloudWatch.destroy();
  const ringing = alarms.filter(({ state }) => state === "ALARM").map(({ name }) => name);
  if (ringing.length > 0) throw new CommandError(`In alarm: ${ringing.join(", ")}.`);
  if (alarms.length === 0) throw new CommandError(`There is no alarm whose name begins with ${alarmsOfProgram}.`);
  return alarms.length;
}

/** Waits until the pipeline's own metrics count the orders that were shipped since `since`. */
export async function countedShipped({ target, deadline }: SmokeRun, orders: number, since: Date): Promise<number> {
  const { metrics } = target.outputs;
  if (metrics === undefined) throw new CommandError("The stack has no output metrics: update it first.");
  const cloudWatch = new CloudWatch(target.aws);
  let counted = 0;
  await until(
    deadline,
    () =>
      `The metric OrdersShipped of ${metrics.stack} counts ${counted} orders since ${since.toISOString()}, not ${orders}.`,
    async () => {
      const { MetricDataResults = [] } = await cloudWatch.getMetricData({
        StartTime: new Date(since.getTime() - 60_000),
        EndTime: new Date(Date.now() + 60_000),
        MetricDataQueries: [
          {
            Id: "shipped",
            MetricStat: {
              Metric: {
                Namespace: metrics.namespace,
                MetricName: "OrdersShipped",
                Dimensions: [{ Name: "Stack", Value: metrics.stack }],
              },
              Period: 60,
              Stat: "Sum",
            },
          },
        ],
      });
      counted = (MetricDataResults[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
      return counted >= orders ? counted : undefined;
    },
  );
  cloudWatch.destroy();
  return counted;
}
