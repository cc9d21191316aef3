import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { Collected } from "./collected";

export interface LogQueriesArgs {
  /** Queries in the language of CloudWatch Logs Insights, by the names that the console lists them under. */
  readonly queries: Readonly<Record<string, string>>;
}

/** Saved queries in CloudWatch Logs Insights, each over every log group added with `over`. */
export class LogQueries extends pulumi.ComponentResource {
  private readonly logGroups: Collected<pulumi.Input<string>>;

  constructor(name: string, { queries }: LogQueriesArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:LogQueries", name, {}, options);
    this.logGroups = new Collected(`the log groups of ${name}`);
    for (const [title, queryString] of Object.entries(queries)) {
      new cloudwatch.QueryDefinition(
        `${name}-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`,
        // A slash makes a folder.
        {
          name: `${name}-${pulumi.getStack()}/${title}`,
          queryString,
          logGroupNames: pulumi.output(this.logGroups.all.then((all) => pulumi.all([...all]))),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }

  /** Adds a log group by its name, at most 50 in all; in the same turn of the event loop. */
  over(logGroupName: pulumi.Input<string>): void {
    this.logGroups.add(logGroupName);
  }
}
