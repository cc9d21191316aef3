import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Console } from "../../src/console/console";
import type { ConsoleSources } from "../../src/console/shown-host";
import { type MetricsHost, metricsHost } from "../../src/services/cloudwatch/metrics-host";
import { ALARM, alarm, failure } from "../metrics-fixture";
import { recordedContext, resource } from "../recorded-context";
import { browserOnPath, watchedPage } from "./browser";

const markdown = `# Kiln
Hot **and** \`cold\`: [runbook](https://kiln.example/runbook), [trap](javascript:document.title='trapped')

<img src=x onerror="document.title='trapped'"><script>document.title='trapped'</script>

| fired | by |
|---|---|
| cup | *Ada* |`;

const failures = ["Shop", "Failures", "Step", "pay"];
const metric = (place: object, properties: object) => ({
  type: "metric",
  ...place,
  properties: { region: "eu-west-1", period: 60, ...properties },
});

const widgets = [
  { type: "text", x: 0, y: 0, width: 12, height: 6, properties: { markdown } },
  { type: "alarm", x: 12, y: 0, width: 12, height: 6, properties: { title: "States", alarms: [ALARM] } },
  metric(
    { x: 0, y: 6, width: 8, height: 6 },
    {
      title: "Failures a minute",
      annotations: { horizontal: [{ label: "too many", value: 5 }] },
      metrics: [
        [...failures, { stat: "Sum", label: "all" }],
        [...failures, { stat: "Maximum", label: "most at once", yAxis: "right" }],
      ],
    },
  ),
  metric({ x: 8, y: 6, width: 8, height: 6 }, { title: "Quiet", metrics: [["Shop", "Nothing"]] }),
  metric({ x: 16, y: 6, width: 8, height: 6 }, { title: "Now", view: "singleValue", stat: "Sum", metrics: [failures] }),
  { type: "log", x: 0, y: 12, width: 24, height: 3, properties: { title: "Errors", query: "SOURCE" } },
];

describe.skipIf(!browserOnPath.exists)(`a dashboard in a browser${browserOnPath.hint}`, () => {
  let host: MetricsHost;
  let server: Server;
  let shown: Console;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const body = JSON.stringify({ widgets });
    const context = recordedContext({
      resources: [
        alarm({}),
        resource(
          "aws:cloudwatch/dashboard:Dashboard",
          "kiln",
          { dashboardName: "kiln", dashboardBody: body },
          { dashboardArn: "arn:aws:cloudwatch::000000000000:dashboard/kiln" },
        ),
      ],
    });
    host = metricsHost(context, { tick: 20 });
    await host.start();
    shown = new Console(context.events);
    // A dashboard is drawn from these alone.
    shown.show(context.graph, { metrics: host, clock: context.clock, messages: {} } as unknown as ConsoleSources);
    server = createServer((request, response) => void shown.serve(request, response));
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    browser = await browserOnPath.launch();
    page = await watchedPage(browser, complaints);
  });
  beforeEach(async () => {
    complaints.length = 0;
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/_console/dashboards/kiln`);
    await page.locator("body.ready").waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    shown?.stop();
    server?.closeAllConnections();
    server?.close();
    await host?.stop();
  });

  const inPage = <Result>(expression: string): Promise<Result> => page.evaluate(expression);
  const widget = (title: string) =>
    page.locator(".widget").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

  it("stands on CloudWatch's grid", async () => {
    const boxes = await Promise.all(
      ["Kiln", "States", "Failures a minute", "Quiet", "Now"].map((title) => widget(title).boundingBox()),
    );
    const [text, states, graph, quiet, now] = boxes.map((box) => box ?? { x: 0, y: 0, width: 0, height: 0 });
    expect([states?.y, states?.height]).toEqual([text?.y, text?.height]);
    expect(states?.x).toBeGreaterThan((text?.x ?? 0) + (text?.width ?? 0));
    expect(graph?.y).toBeGreaterThan((text?.y ?? 0) + (text?.height ?? 0));
    expect([quiet?.y, now?.y]).toEqual([graph?.y, graph?.y]);
    expect(quiet?.width).toBeCloseTo(graph?.width ?? 0, 0);
  });

  it("has Markdown as what it says, and nothing of it as markup or script", async () => {
    const text = widget("Kiln");
    expect(await text.locator("strong, code, em").allTextContents()).toEqual(["and", "cold", "Ada"]);
    expect(await text.getByRole("cell").allTextContents()).toEqual(["cup", "Ada"]);
    const links = text.getByRole("link");
    expect(await links.evaluateAll((all) => all.map((each) => each.getAttribute("href")))).toEqual([
      "https://kiln.example/runbook",
    ]);
    expect(await text.locator("img, script").count()).toBe(0);
    expect(await text.textContent()).toContain("<img src=x onerror=");
    expect(await page.title()).toBe("kiln");
  });

  it("draws what has data with a table of the same, says where there is none, and goes on as data comes", async () => {
    failure(host, 3);
    const rows = widget("Failures a minute").getByRole("row");
    await rows.filter({ hasText: /^all3/ }).waitFor();
    expect(await rows.filter({ hasText: "most at once" }).textContent()).toBe("most at once (right)33");
    expect(await widget("Failures a minute").locator("canvas").count()).toBe(1);
    expect(await widget("Quiet").getByText("no data in this time").isVisible()).toBe(true);
    expect(await widget("Now").locator("dd").textContent()).toBe("3");
    await widget("States").getByText("in alarm").waitFor();
  });

  it("names what only CloudWatch draws", async () => {
    expect(await widget("Errors").getByText("Not drawn here").isVisible()).toBe(true);
    expect(await widget("Errors").textContent()).toContain('A widget of type "log"');
  });

  it("is asked by the keyboard how far it looks back, and keeps that in its address", async () => {
    const hour = page.getByRole("radio", { name: "1 h" });
    expect(await hour.isChecked()).toBe(true);
    await hour.focus();
    const asked = page.waitForRequest(/dashboard-now\?name=kiln&minutes=180/);
    await page.keyboard.press("ArrowRight");
    await asked;
    await page.reload();
    expect(await page.getByRole("radio", { name: "3 h" }).isChecked()).toBe(true);
  });

  it("says so where there is no such dashboard", async () => {
    await page.goto(page.url().replace(/kiln.*/, "oven"));
    await page.getByText("Dashboard oven does not exist").waitFor();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has nothing that axe finds fault with, in ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      // As a browser's extension does: the page's own policy would not let it in.
      await page.evaluate(axe.source);
      const found = await inPage<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  }

  it("fits a narrow screen: one below the other, nothing aside", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await inPage("document.documentElement.scrollWidth")).toBe(390);
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});
