import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anyFreePort } from "../../src/port";
import { type RunningHost, startHost } from "../../src/start-host";
import { eventually } from "../../testing/eventually";
import { awsAt } from "../../testing/stub-service";
import { browserOnPath, watchedPage } from "./browser";

describe.skipIf(!browserOnPath.exists)(`the console's page in a browser${browserOnPath.hint}`, () => {
  let host: RunningHost;
  let browser: Browser;
  let page: Page;
  let s3: S3Client;
  let sqs: SQSClient;
  const complaints: string[] = [];
  const urlOf = (name: string): string => String(host.outputs[name]);
  const address = (): string => `${host.awsEndpoint}/_console`;

  beforeAll(async () => {
    host = await startHost({
      projectDir: join(__dirname, "../fixtures/photo-library"),
      ...{ stack: "dev", settings: {}, warm: false },
      folder: mkdtempSync(join(tmpdir(), "console-page-")),
      apiPort: await anyFreePort(),
      awsPort: await anyFreePort(),
    });
    s3 = new S3Client({ ...awsAt(host.awsEndpoint), forcePathStyle: true });
    sqs = new SQSClient(awsAt(host.awsEndpoint));
    browser = await browserOnPath.launch();
    page = await watchedPage(browser, complaints);
  });
  beforeEach(async () => {
    complaints.length = 0;
    for (const queue of ["announcementsUrl", "unreadUrl"]) {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: urlOf(queue) }));
    }
    await page.goto(address());
    await page.locator("body.ready").waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    s3?.destroy();
    sqs?.destroy();
    await host?.stop();
  });

  /** Evaluates an expression in the page. */
  const inPage = <Result>(expression: string): Promise<Result> => page.evaluate(expression);

  /** The part of the picture of a name, whose label says its figures. */
  const part = (name: string) => page.getByRole("button", { name: new RegExp(`^${name}, `) });
  const send = (queue: string, MessageBody: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl: urlOf(queue), MessageBody }));

  const bodiesIn = async (queue: string) => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: urlOf(queue), VisibilityTimeout: 0, MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body }) => Body);
  };

  /** Has a message read as often as its queue allows, so that it ends among the dead letters as on AWS. */
  const deadLetter = async (body: string): Promise<void> => {
    await send("announcementsUrl", body);
    await eventually(async () => {
      await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf("announcementsUrl"), VisibilityTimeout: 0 }));
      expect(await bodiesIn("unreadUrl")).toEqual([body]);
    });
    await part("announcements-dlq")
      .and(page.getByRole("button", { name: /: 1 waiting/ }))
      .waitFor();
  };

  /** Searches until what is expected can be seen: a line and a trace are written a moment after what they tell of. */
  const search = (text: string, expected: Locator): Promise<void> =>
    eventually(async () => {
      await page.getByRole("searchbox", { name: /logs/ }).fill(text);
      await page.keyboard.press("Enter");
      await expected.waitFor({ timeout: 1_000 });
    });

  it("shows the parts that the program declares, and how they are connected", async () => {
    const labels = await page.locator("#picture .node title").allTextContents();
    expect(labels.map((label) => label.split(":")[0]).sort()).toEqual([
      "announce-photo, function",
      "announcements, queue",
      "announcements-dlq, queue",
      "catalogue, table",
      "catalogue-photo, function",
      "count-photos, function",
      "count-photos, schedule",
      "photos, bucket",
      "uploads, queue",
    ]);
    await page.getByText("The same as tables").click();
    const rows = page.getByRole("table").filter({ hasText: "calls in the last minute" }).locator("tbody tr");
    const hops = await rows.evaluateAll((all) =>
      all.map((row) =>
        [...row.children]
          .slice(0, 3)
          .map((cell) => cell.textContent)
          .join(" "),
      ),
    );
    expect(hops).toContain("photos sends to uploads");
    expect(hops).toContain("catalogue is read by announce-photo");
    expect(hops).toContain("announcements leaves what failed in announcements-dlq");
    // All but the redrive, which is drawn at its queue.
    expect(await page.locator("#picture .hop").count()).toBe(hops.length - 1);
  });

  it("counts a message that waits, and the calls that an upload makes on its way", async () => {
    await send("announcementsUrl", "a");
    await page.getByRole("button", { name: /^announcements, queue: 1 waiting/ }).waitFor();
    await s3.send(new PutObjectCommand({ Bucket: urlOf("bucket"), Key: "uploads/a dog.jpg", Body: "wuff" }));
    await page.getByRole("button", { name: /^announcements, queue: 2 waiting/ }).waitFor();
    await page
      .getByRole("button", { name: /^announce-photo, function: 1 invocation in the last minute, 0 errors/ })
      .waitFor();
    expect(await page.locator("#picture .hop.active .rate").allTextContents()).not.toEqual([]);
  });

  it("finds everything that the logs say of an id, in a timeline that has an address", async () => {
    const Key = `uploads/${crypto.randomUUID()}.jpg`;
    await s3.send(new PutObjectCommand({ Bucket: urlOf("bucket"), Key, Body: "miaow" }));
    await search(Key, page.getByText("1 line in 1 log"));
    const line = page.locator("#timeline tr");
    expect(await line.locator("th").textContent()).toBe("photo-library-catalogue-photo");
    await line.locator("summary").click();
    expect(await line.locator("summary").textContent()).toMatch(/^catalogued trace=1-/);
    expect(await line.locator("pre").textContent()).toContain(`"photo":"${Key}"`);
    expect(await line.locator("pre a").count()).toBe(3);
    await page.reload();
    await page.getByText("1 line in 1 log").waitFor();
    await page.getByRole("button", { name: /^announcements, queue: 1 waiting/ }).waitFor();
  });

  it("draws the trace that a line names as a waterfall", async () => {
    const Key = `uploads/${crypto.randomUUID()}.jpg`;
    await s3.send(new PutObjectCommand({ Bucket: urlOf("bucket"), Key, Body: "miaow" }));
    const steps = page.locator(".trace tbody tr");
    await search(Key, steps.first());
    expect(await steps.first().locator("th").textContent()).toMatch(/^photo-library-catalogue-photo/);
    expect(await steps.first().locator("td").last().textContent()).toMatch(/ ms$/);
    const [bars, bar] = [
      await steps.first().locator(".bars").boundingBox(),
      await steps.first().locator(".bar").boundingBox(),
    ];
    expect(bar?.x).toBeCloseTo(bars?.x ?? 0, 0);
    expect(bar?.width).toBeGreaterThan(1);
    await page.getByRole("button", { name: /^announcements, queue: 1 waiting/ }).waitFor();
  });

  it("shows a dead letter as the text it is, and moves it back when that is confirmed", async () => {
    const body = '{"photo":"<script>document.title = 1</script><img src=x onerror=alert(1)>"}';
    await deadLetter(body);
    await page.getByRole("button", { name: "Look announcements-dlq" }).click();
    const message = page.getByRole("article");
    expect(await message.locator("pre").textContent()).toBe(JSON.stringify(JSON.parse(body), null, 2));
    expect(await message.locator("script, img").count()).toBe(0);
    expect(await message.locator("p").textContent()).toMatch(/received \d+ times from announcements-/);

    await page.getByRole("button", { name: "Redrive announcements-dlq" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();
    await page.getByText("1 message of announcements-dlq moved back.").waitFor();
    expect(await bodiesIn("announcementsUrl")).toEqual([body]);
    await page.getByRole("button", { name: /^announcements-dlq, queue: 0 waiting/ }).waitFor();
  });

  it("purges only when that is confirmed, and Escape is no", async () => {
    await deadLetter("left");
    const purge = page.getByRole("button", { name: "Purge announcements-dlq" });
    await purge.click();
    await page.keyboard.press("Escape");
    expect(await bodiesIn("unreadUrl")).toEqual(["left"]);
    await purge.click();
    await page.getByRole("dialog").getByRole("button", { name: "Purge" }).click();
    await page.getByText("announcements-dlq was purged.").waitFor();
    expect(await bodiesIn("unreadUrl")).toEqual([]);
  });

  it("does nothing for a page of elsewhere", async () => {
    await deadLetter("kept");
    const elsewhere = await browser.newPage();
    const name = urlOf("unreadUrl").split("/").at(-1);
    await elsewhere.evaluate(
      ([url, body]) =>
        fetch(String(url), { method: "POST", mode: "no-cors", body: String(body) }).catch(() => undefined),
      [`${address()}/purge`, JSON.stringify({ queue: name })],
    );
    await elsewhere.close();
    expect(await bodiesIn("unreadUrl")).toEqual(["kept"]);
  });

  it("shows an alarm at the part that it is of, says it aloud, and links its runbook", async () => {
    await page.getByText("1 alarm, none on").waitFor();
    await deadLetter("alarming");
    await page
      .locator("#announcement", { hasText: /announcements-unread-\w+ is in alarm/ })
      .waitFor({ state: "attached" });
    await page.getByRole("button", { name: /^announcements-dlq, queue: 1 waiting.*1 in alarm/ }).waitFor();
    const link = page.getByRole("link", { name: "https://photos.example/runbook#unread" });
    expect(await link.getAttribute("href")).toBe("https://photos.example/runbook#unread");
  });

  it("is used by the keyboard alone", async () => {
    const focused = () =>
      inPage<string>(
        "document.activeElement.querySelector(':scope > title')?.textContent ?? document.activeElement.ariaLabel ?? document.activeElement.id",
      );
    await page.keyboard.press("Tab");
    expect(await inPage("document.activeElement.textContent")).toBe("Skip to the flow");
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("main");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Picture of the flow");
    await page.keyboard.press("Tab");
    const first = await focused();
    await page.keyboard.press("ArrowRight");
    const second = await focused();
    expect(second).not.toBe(first);
    expect(await page.locator("#chosen strong").textContent()).toBe(second.split(",")[0]);
    expect(await inPage("document.activeElement.matches(':focus-visible')")).toBe(true);
    await page.keyboard.press("/");
    expect(await focused()).toBe("Search the logs for an id");
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has nothing that axe finds fault with, in ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      await deadLetter(`in ${colorScheme}`);
      await page.getByRole("button", { name: "Look announcements-dlq" }).click();
      await page.getByRole("article").waitFor();
      await page.getByText("The same as tables").click();
      // As a browser's extension does: the page's own policy would not let it in.
      await page.evaluate(axe.source);
      const found = await inPage<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
      const background = await inPage("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe(colorScheme === "light" ? "rgb(246, 247, 249)" : "rgb(16, 19, 23)");
    });
  }

  it("fits a narrow screen: nothing but the picture is scrolled aside", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await send("announcementsUrl", "narrow");
    await page.getByRole("button", { name: /^announcements, queue: 1 waiting/ }).waitFor();
    expect(await inPage("document.documentElement.scrollWidth")).toBe(390);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("says that the host does not answer, greys what it showed, and is live again with the host", async () => {
    await page.route("**/_console/state", (route) => route.abort());
    await page.locator("body.away").getByText("the host does not answer").waitFor();
    await page.unroute("**/_console/state");
    await page.locator("body:not(.away)").getByText("live", { exact: true }).waitFor();
    expect(complaints.filter((complaint) => !complaint.startsWith("Failed to load resource"))).toEqual([]);
  });

  it("asks for nothing while nobody can see it", async () => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const hide = (hidden: boolean) =>
      inPage(`Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event("visibilitychange"))`);
    await hide(true);
    await page.waitForTimeout(100);
    asked.length = 0;
    await page.waitForTimeout(1_500);
    expect(asked).toEqual([]);
    await hide(false);
    await eventually(() => expect(asked).toContain("/_console/state"));
    page.removeAllListeners("request");
  });

  it("leads to the dashboard that the program declares, and back", async () => {
    await page.getByRole("link", { name: "Dashboard" }).click();
    await page.getByRole("heading", { name: "Announcements that nobody has read" }).waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("photo-library dev");
    await page.getByRole("link", { name: "Console" }).click();
    await part("announcements-dlq").waitFor();
    expect(complaints).toEqual([]);
  });

  it("breaks no rule of its own content policy, and throws nothing", async () => {
    await page.getByRole("heading", { name: "The last hour" }).scrollIntoViewIfNeeded();
    await page.locator("#plots canvas").first().waitFor();
    expect(complaints).toEqual([]);
  });
});
