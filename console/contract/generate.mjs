#!/usr/bin/env node
// Writes ../app/src/api/schema.d.ts from an OpenAPI document: generate.mjs DOCUMENT
// With --check, says whether the file is up to date instead.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapi, { astToString } from 'openapi-typescript';

const TYPES = fileURLToPath(new URL('../app/src/api/schema.d.ts', import.meta.url));
const HEAD =
    "// Made by `make console-api` from the server's OpenAPI document. Not to be edited.\n\n";

const check = process.argv.includes('--check');
const document = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
if (document === undefined) {
    console.error('usage: generate.mjs [--check] DOCUMENT');
    process.exit(2);
}
const text = HEAD + astToString(await openapi(pathToFileURL(document)));
if (!check) {
    await writeFile(TYPES, text);
} else if (text !== (await readFile(TYPES, 'utf8'))) {
    console.error('console/app/src/api/schema.d.ts is behind the API; run `make console-api`');
    process.exit(1);
}
