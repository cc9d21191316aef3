import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { DamagedData, writtenByAnotherVersion } from "../src/kernel/damaged-data";

const errorOf = (sql: string): unknown => {
  using database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE notes (text TEXT NOT NULL)");
  try {
    return database.prepare(sql).run();
  } catch (error) {
    return error;
  }
};

describe("data with other tables than the host's", () => {
  it.each([
    ["SELECT author FROM notes", "no such column: author"],
    ["SELECT text FROM letters", "no such table: letters"],
    ["INSERT INTO notes (author) VALUES ('a')", "table notes has no column named author"],
  ])("is another version's, as %j shows", (sql, message) => {
    const error = errorOf(sql);
    expect(writtenByAnotherVersion(error)).toEqual(
      new DamagedData(`it was written by another version of the host (${message})`, { cause: error }),
    );
  });

  it("is not made out of any other error", () => {
    expect(writtenByAnotherVersion(errorOf("INSERT INTO notes VALUES (NULL)"))).toBeUndefined();
    expect(writtenByAnotherVersion(new Error("listen EADDRINUSE"))).toBeUndefined();
  });
});
