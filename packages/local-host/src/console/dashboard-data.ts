import type { AlarmState } from "./console-data";

/** What the page of a dashboard is sent. As console-data, it is read by the host and by the page. */

/** How far back a dashboard looks: the host keeps metrics for three hours. */
export const dashboardMinutes = [15, 60, 180] as const;
export type DashboardMinutes = (typeof dashboardMinutes)[number];
export const defaultMinutes: DashboardMinutes = 60;

export interface WidgetBox {
  /** Columns of 24 and rows from the left and the top; undefined for the next free place. */
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly width: number;
  readonly height: number;
}

export interface ShownAxis {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly label?: string | undefined;
}

export interface ShownThreshold {
  readonly value: number;
  readonly label: string;
  readonly color?: string | undefined;
  readonly right: boolean;
}

export interface ShownLine {
  readonly label: string;
  readonly right: boolean;
  /** As `#d62728`; undefined for the next of the page's own colours. */
  readonly color?: string | undefined;
}

export type ShownWidget = WidgetBox &
  (
    | { readonly kind: "text"; readonly markdown: string }
    | {
        readonly kind: "graph";
        readonly title: string;
        readonly lines: readonly ShownLine[];
        readonly left: ShownAxis;
        readonly right: ShownAxis;
        readonly thresholds: readonly ShownThreshold[];
      }
    | {
        readonly kind: "values";
        readonly title: string;
        readonly lines: readonly ShownLine[];
        /** What CloudWatch draws of them, where it is not the values. */
        readonly drawnThere?: string | undefined;
      }
    | { readonly kind: "alarms"; readonly title: string; readonly only: readonly AlarmState[] }
    | { readonly kind: "not drawn"; readonly title: string; readonly why: string }
  );

export interface DashboardPicture {
  readonly stack: string;
  readonly widgets: readonly ShownWidget[];
}

export interface GraphNow {
  /** Epoch milliseconds at which the periods begin. */
  readonly times: readonly number[];
  /** In the sequence of the lines; empty for one without data. */
  readonly values: readonly (readonly (number | null)[])[];
}

export interface ShownAlarm {
  readonly name: string;
  /** Undefined for an alarm that this host has not. */
  readonly state?: AlarmState | undefined;
  /** Epoch milliseconds. */
  readonly since?: number | undefined;
}

export interface DashboardNow {
  /** The host's clock, epoch milliseconds. */
  readonly now: number;
  readonly from: number;
  /** In the sequence of the widgets; null for what does not change. */
  readonly widgets: readonly (GraphNow | { readonly alarms: readonly ShownAlarm[] } | null)[];
}
