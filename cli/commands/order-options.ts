import { type Command, Option } from "commander";

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** Gives a command the options that describe an order: those of `OrderOptions`. */
export const withOrderOptions = (command: Command): Command =>
  command
    .option("--customer <id>", "the customer; a back end may name any")
    .option("--item <name[=quantity]>", "a line of the order; may be repeated", collect)
    .option("--payment-method <token>", "opaque token for the payment service")
    .addOption(
      new Option("--file <file>", "the order as JSON, - for standard input").conflicts([
        "customer",
        "item",
        "paymentMethod",
      ]),
    );
