import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DurableDatabase } from "../src/kernel/durable-database";

const newFile = (): string => join(mkdtempSync(join(tmpdir(), "durable-")), "data", "notes.sqlite");

const notesIn = (file: string): readonly unknown[] => {
  using database = new DurableDatabase(file);
  return database
    .prepare("SELECT text FROM notes")
    .all()
    .map(({ text }) => text);
};

describe("writes that belong together", () => {
  it("are all kept, in a folder made for them", () => {
    const file = newFile();
    using database = new DurableDatabase(file);
    database.exec("CREATE TABLE notes (text TEXT)");
    const answer = database.together(() => {
      database.exec("INSERT INTO notes VALUES ('a')");
      database.exec("INSERT INTO notes VALUES ('b')");
      return "kept";
    });
    expect(answer).toBe("kept");
    expect(notesIn(file)).toEqual(["a", "b"]);
  });

  it("are none of them kept when one fails, and what comes after is", () => {
    const file = newFile();
    using database = new DurableDatabase(file);
    database.exec("CREATE TABLE notes (text TEXT NOT NULL)");
    const failing = () =>
      database.together(() => {
        database.exec("INSERT INTO notes VALUES ('a')");
        database.exec("INSERT INTO notes VALUES (NULL)");
      });
    expect(failing).toThrow("NOT NULL constraint failed: notes.text");
    database.together(() => database.exec("INSERT INTO notes VALUES ('c')"));
    expect(notesIn(file)).toEqual(["c"]);
  });

  it("say that the disk is full where it is, and are kept again once there is room", () => {
    const file = newFile();
    using database = new DurableDatabase(file);
    database.exec("CREATE TABLE notes (text TEXT)");
    const insert = (text: string) =>
      database.together(() => database.prepare("INSERT INTO notes VALUES (?)").run(text));
    database.exec("PRAGMA max_page_count = 2");
    expect(() => insert("x".repeat(100_000))).toThrow("database or disk is full");
    database.exec("PRAGMA max_page_count = 1000");
    insert("d");
    expect(notesIn(file)).toEqual(["d"]);
  });
});
