#!/usr/bin/env node
// Lays X.br and X.gz beside the files of a folder that are worth it: compress.mjs FOLDER
// index.html stays as it is, because the server writes into it.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const KINDS = new Set(['.js', '.css', '.svg', '.json', '.txt', '.webmanifest']);
/** Below this, in bytes, headers weigh more than what is saved. */
const WORTH_IT = 1024;

const folder = process.argv[2];
if (folder === undefined) {
    console.error('usage: compress.mjs FOLDER');
    process.exit(2);
}
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries
    .filter((entry) => entry.isFile() && KINDS.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
await Promise.all(files.map(compress));

async function compress(path) {
    const bytes = await readFile(path);
    if (bytes.length < WORTH_IT) return;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    await Promise.all([
        promisify(gzip)(bytes, { level: 9 }).then((packed) => writeFile(`${path}.gz`, packed)),
        promisify(brotliCompress)(bytes, quality).then((packed) => writeFile(`${path}.br`, packed)),
    ]);
}
