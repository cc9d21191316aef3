import * as dynamodb from "@pulumi/aws/dynamodb";
import * as pulumi from "@pulumi/pulumi";
import { ordersTable } from "../runtime/orders/orders-table";
import type { DashboardWidget } from "./building-blocks/dashboard";
import type { Grant } from "./building-blocks/grant";
import type { Platform } from "./platform";

export interface OrderTableArgs {
  readonly platform: Platform;
  /** Reads and writes a second that table and indexes are ready for from the start; a change has no effect later. Default: AWS's (12,000 and 4,000). */
  readonly warmThroughput?: { readonly readUnitsPerSecond: number; readonly writeUnitsPerSecond: number } | undefined;
}

/** The orders, and the outbox: whatever happens to an order leaves through the table's stream. */
export class OrderTable extends pulumi.ComponentResource {
  readonly table: dynamodb.Table;
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly streamArn: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: OrderTableArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:OrderTable", name, {}, options);
    const { key, protect } = args.platform;
    // The indexes need the same: a write that an index cannot take is throttled at the table.
    const warm = args.warmThroughput === undefined ? {} : { warmThroughput: args.warmThroughput };
    this.table = new dynamodb.Table(
      name,
      {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "order_id",
        attributes: ["order_id", "customer_id", "created_at", "open_shard"].map((it) => ({ name: it, type: "S" })),
        // Keys only: written once for each order, and not again when the order changes (docs/decisions/0006).
        globalSecondaryIndexes: [
          {
            name: ordersTable.byCustomerIndex,
            hashKey: "customer_id",
            rangeKey: "created_at",
            projectionType: "KEYS_ONLY",
            ...warm,
          },
          {
            name: ordersTable.openOrdersIndex,
            hashKey: "open_shard",
            rangeKey: "created_at",
            projectionType: "KEYS_ONLY",
            ...warm,
          },
        ],
        streamEnabled: true,
        streamViewType: "NEW_AND_OLD_IMAGES",
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: protect,
        serverSideEncryption: key === undefined ? { enabled: false } : { enabled: true, kmsKeyArn: key.arn },
        ...warm,
      },
      {
        parent: this,
        protect,
        // AWS raises it by itself as the table grows, and it cannot be lowered: what is set counts when the table is made.
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
        ignoreChanges: ["warmThroughput", "globalSecondaryIndexes[*].warmThroughput"],
      },
    );
    this.name = this.table.name;
    this.arn = this.table.arn;
    this.streamArn = this.table.streamArn;
    const counted = {
      namespace: "AWS/DynamoDB",
      dimensions: { TableName: this.table.name },
      statistic: "Sum",
    } as const;
    this.widgets = [
      {
        section: "flow",
        title: name,
        metrics: [
          { ...counted, metric: "WriteThrottleEvents", label: "throttled writes" },
          { ...counted, metric: "ReadThrottleEvents", label: "throttled reads" },
        ],
      },
      {
        section: "cost",
        title: "Table units",
        metrics: [
          { ...counted, metric: "ConsumedWriteCapacityUnits", label: "write" },
          { ...counted, metric: "ConsumedReadCapacityUnits", label: "read" },
        ],
      },
    ];
    this.registerOutputs({ name: this.name, arn: this.arn, streamArn: this.streamArn });
  }

  grantPut(): Grant {
    return { actions: ["dynamodb:PutItem"], resources: [this.arn] };
  }

  grantGet(): Grant {
    return { actions: ["dynamodb:GetItem"], resources: [this.arn] };
  }

  grantUpdate(): Grant {
    return { actions: ["dynamodb:UpdateItem"], resources: [this.arn] };
  }

  /** To list a customer's orders: a query for the keys in the index, then a batch get of the orders. */
  grantListByCustomer(): readonly Grant[] {
    return [
      {
        actions: ["dynamodb:Query"],
        resources: [pulumi.interpolate`${this.arn}/index/${ordersTable.byCustomerIndex}`],
      },
      { actions: ["dynamodb:BatchGetItem"], resources: [this.arn] },
    ];
  }

  /** To list open orders, in the same way. */
  grantListOpen(): readonly Grant[] {
    return [
      {
        actions: ["dynamodb:Query"],
        resources: [pulumi.interpolate`${this.arn}/index/${ordersTable.openOrdersIndex}`],
      },
      { actions: ["dynamodb:BatchGetItem"], resources: [this.arn] },
    ];
  }
}
