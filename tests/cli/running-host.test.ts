import { afterAll, beforeAll } from "vitest";
import { describeApiCommands } from "./api-commands";
import { describeDeadLetterCommands } from "./dead-letter-commands";
import { HostedOrders } from "./hosted-orders";
import { describeIntakeCommands } from "./intake-commands";
import { describeSmokeCommands } from "./smoke-commands";
import { describeTraceCommand } from "./trace-commands";

// One file, so that there is one host: to start it takes as long as all of the commands.
const orders = new HostedOrders();

beforeAll(() => orders.start());

afterAll(() => orders.end());

// Before the commands on dead letters, which make alarms ring.
describeSmokeCommands(orders);

describeApiCommands(orders);

describeIntakeCommands(orders);

describeDeadLetterCommands(orders);

describeTraceCommand(orders);
