import type { Notification } from "./notification";

/** Slack's limits in characters: of a header, of a section's text, of a field. */
const maxHeader = 150;
const maxText = 3000;
const maxField = 2000;

const signs = { problem: ":rotating_light:", solved: ":white_check_mark:", information: ":package:" } as const;

/** The only characters that Slack reads as control: without them nobody's text can mention a channel or hide a link. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Cut before it is escaped, so that no escape is cut in two; Slack counts the characters before escaping. */
const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);

/** https://docs.slack.dev/block-kit; `text` is what shows in a notification of the system. */
export const slackMessage = ({ severity, title, text, facts }: Notification) => ({
  text: escaped(cut(title, maxHeader)),
  blocks: [
    {
      type: "header",
      text: {
        type: "plain_text",
        text: cut(`${signs[severity]} ${title}`, maxHeader),
        emoji: true,
      },
    },
    { type: "section", text: { type: "mrkdwn", text: escaped(cut(text, maxText)), verbatim: true } },
    {
      type: "section",
      fields: facts.map(({ name, value }) => ({
        type: "mrkdwn",
        text: `*${escaped(name)}*\n${escaped(cut(value, maxField - name.length - 3))}`,
        verbatim: true,
      })),
    },
  ],
});
