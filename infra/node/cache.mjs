// Makes the npm cache of the node image: `npm run cache -- FROM TO`.
//
// FROM is a cache that npm has just filled from package-lock.json; TO becomes one that answers
// `npm install --offline`. It differs in two ways. Its lists of versions name what is in it and
// nothing else, so that `react` means the version that is there and not the newest of all. And
// it is the cache of a registry that does not exist, so that it is the same wherever it is made.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// The generator installs from this address; nothing is ever sent there.
const REGISTRY = 'https://packages.invalid';
// npm asks for the short form of a list or for the whole one, and takes an answer to its question only.
const ACCEPTS = [
  'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*',
  'application/json',
];
// What of a version's entry decides about installing it.
const FIELDS = [
  'name', 'version', 'bin', 'dependencies', 'optionalDependencies', 'peerDependencies',
  'peerDependenciesMeta', 'bundleDependencies', 'engines', 'os', 'cpu', 'libc', 'hasInstallScript', 'deprecated',
];

const [from, to] = process.argv.slice(2).map((folder) => join(folder, '_cacache'));
// npm's own library of its own cache.
const cacache = createRequire(process.env.npm_execpath)('cacache');

const here = new URL('.', import.meta.url);
const lock = JSON.parse(await readFile(new URL('package-lock.json', here), 'utf8'));
const listed = JSON.parse(await readFile(new URL('package.json', here), 'utf8'));

const wanted = new Map(); // name -> version -> integrity
for (const [path, { version, integrity }] of Object.entries(lock.packages)) {
  if (path === '') continue;
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  if (!wanted.has(name)) wanted.set(name, new Map());
  wanted.get(name).set(version, integrity);
}

const lists = new Map(); // name -> an entry of the cache
for (const entry of Object.values(await cacache.ls(from))) {
  const name = decodeURIComponent(/request-cache:https?:\/\/[^/]+\/(?:.*\/)?((?:@[^/]+%2f)?[^/]+)$/i.exec(entry.key)?.[1] ?? '');
  if (!entry.key.includes('/-/') && wanted.has(name)) lists.set(name, entry);
}

await mkdir(to, { recursive: true });
let tarballs = 0;
for (const [name, versions] of wanted) {
  const entry = lists.get(name);
  if (!entry) throw new Error(`npm has not asked for the versions of ${name}`);
  const list = JSON.parse((await cacache.get.byDigest(from, entry.integrity)).toString());
  const text = JSON.stringify(narrowed(list, versions));
  for (const accept of ACCEPTS) await answer(`/${name.replace('/', '%2f')}`, { accept }, 'application/json', text);
  for (const [version, integrity] of versions) {
    // Those for other machines were not fetched.
    if (!(await cacache.get.hasContent(from, integrity))) continue;
    const bytes = await cacache.get.byDigest(from, integrity);
    await answer(tarball(name, version), {}, 'application/octet-stream', bytes);
    tarballs += 1;
  }
}

const direct = Object.keys(listed.dependencies).sort();
const versions = Object.fromEntries(direct.map((name) => [name, lock.packages[`node_modules/${name}`].version]));
await writeFile(join(to, '..', 'packages.json'), `${JSON.stringify(versions, null, 2)}\n`);
console.log(`${direct.length} packages; with what they need ${tarballs}`);

// A list of versions with those alone that are wanted.
function narrowed(list, versions) {
  const kept = {};
  for (const [version, integrity] of versions) {
    const full = list.versions[version];
    if (!full) throw new Error(`${list.name} has no version ${version}`);
    const entry = Object.fromEntries(FIELDS.filter((field) => field in full).map((field) => [field, full[field]]));
    kept[version] = { ...entry, dist: { integrity, tarball: REGISTRY + tarball(list.name, version) } };
  }
  const latest = lock.packages[`node_modules/${list.name}`]?.version ?? [...versions.keys()][0];
  return { name: list.name, 'dist-tags': { latest }, versions: kept };
}

function tarball(name, version) {
  return `/${name}/-/${name.split('/').pop()}-${version}.tgz`;
}

// Puts an answer of the registry into the cache. Answers to differing questions at one address stand
// beside each other under its key.
async function answer(path, reqHeaders, type, content) {
  const url = REGISTRY + path;
  const key = `make-fetch-happen:request-cache:${url}`;
  const metadata = { time: Date.now(), url, reqHeaders, resHeaders: { 'content-type': type }, options: { compress: true } };
  await cacache.put(to, key, content, { metadata, algorithms: ['sha512'] });
}
