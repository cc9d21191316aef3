/** A command that a document tells its reader to run, in words; `$(...)` and quoted text are one word each. */
export type ShellCommand = readonly string[];

/** Programs that the documents use; inline code and blocks of plain text that begin with one of them are commands. */
const programs = ["aws", "cd", "curl", "git", "gh", "npm", "npx", "orders", "pulumi"];

const isCommand = (line: string): boolean => {
  const [program = "", ...args] = line.trim().split(/\s+/);
  return programs.includes(program) && args.length > 0;
};

/** `a $(b | c) "d e" | f` has two commands: `a $(b | c) "d e"` and `f`. */
const word = /\s*((?:\$\([^()]*(?:\([^()]*\)[^()]*)*\)|"(?:\$\([^()]*\)|[^"])*"|'[^']*'|[^\s|&;"'])+|\|\||&&|[|;&])/g;

const separators = ["|", "||", "&&", ";", "&"];

const commandsOf = (line: string): readonly ShellCommand[] => {
  const commands: string[][] = [[]];
  for (const [, text = ""] of line.matchAll(word)) {
    if (text.startsWith("#")) break;
    if (separators.includes(text)) commands.push([]);
    else commands.at(-1)?.push(text);
  }
  return commands.map(withoutVariables).filter((command) => command.length > 0);
};

const assignment = /^[A-Za-z_]\w*=/;

/** Without `export` and what sets a variable; a command whose output is the value stands for it. */
const withoutVariables = (command: readonly string[]): ShellCommand => {
  const words = command[0] === "export" ? command.slice(1) : command;
  const first = words.findIndex((each) => !assignment.test(each));
  if (first !== -1) return words.slice(first);
  const [, inner] = /^\w+="?\$\((.*)\)"?$/s.exec(words.at(-1) ?? "") ?? [];
  return inner === undefined ? [] : (commandsOf(inner)[0] ?? []);
};

/** Lines, with those that a backslash continues. */
const linesOf = (block: string): readonly string[] => block.replaceAll(/\\\n/g, " ").split("\n");

/** All commands of a document: of its shell blocks, and what else begins with the name of a program. */
export const commandsIn = (markdown: string): readonly ShellCommand[] => {
  const blocks = [...markdown.matchAll(/^ *```(\w*)[^\n]*\n([\s\S]*?)^ *```/gm)];
  const inBlocks = blocks.flatMap(([, language = "", text = ""]) => {
    if (language === "sh") return linesOf(text);
    return language === "text" ? linesOf(text).filter(isCommand) : [];
  });
  const prose = markdown.replaceAll(/^ *```[\s\S]*?^ *```/gm, "");
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code).filter(isCommand);
  return [...inBlocks, ...inline].flatMap(commandsOf);
};
