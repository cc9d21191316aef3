/** A row of a file of orders, with its number as an editor or a spreadsheet shows it. */
export type FileRow =
  /** An order as JSON: a line, or an element of an array, whose first is number 1. */
  | { readonly kind: "json"; readonly row: number; readonly text: string }
  /** JSON so long that it was not kept. */
  | { readonly kind: "too-large"; readonly row: number; readonly bytes: number }
  /** A row below the header (which is row 1), by column; empty cells are absent. */
  | { readonly kind: "cells"; readonly row: number; readonly cells: Cells }
  /** A row whose quotes leave open what its cells are. */
  | {
      readonly kind: "broken";
      readonly row: number;
      readonly field: string;
      readonly value: string;
      readonly reason: string;
    }
  /** A row with more cells than the header names. */
  | { readonly kind: "surplus"; readonly row: number; readonly value: string; readonly columns: number };

export const columns = ["customer_id", "item", "quantity", "order_ref", "payment_method"] as const;

export type Column = (typeof columns)[number];

export type Cells = Readonly<Partial<Record<Column, string>>>;

export const fileFormats = ["csv", "json-lines", "json"] as const;

export type FileFormat = (typeof fileFormats)[number];
