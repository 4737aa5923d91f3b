/** Reads zip archives: what a download holds is looked at byte by byte. */
import { crc32, inflateRawSync } from 'node:zlib';
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
/** The files of an archive by their paths; throws where it is damaged. */
export function unzip(archive) {
    const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || archive.length < end + END_SIZE || archive.readUInt32LE(end) !== END) {
        throw new Error('this is no zip');
    }
    const files = new Map();
    let at = archive.readUInt32LE(end + 16);
    for (let n = archive.readUInt16LE(end + 10); n > 0; n -= 1) {
        if (archive.readUInt32LE(at) !== ENTRY)
            throw new Error('an entry is damaged');
        const names = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
        const [name = 0, extra = 0, comment = 0] = names;
        const path = archive.toString('utf8', at + 46, at + 46 + name);
        if (!path.endsWith('/'))
            files.set(path, content(archive, at));
        at += 46 + name + extra + comment;
    }
    return files;
}
function content(archive, at) {
    const [method, sum, size] = [
        archive.readUInt16LE(at + 10),
        archive.readUInt32LE(at + 16),
        archive.readUInt32LE(at + 20),
    ];
    const local = archive.readUInt32LE(at + 42);
    const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(begin, begin + size);
    const bytes = method === 0 ? packed : inflateRawSync(packed);
    if (crc32(bytes) !== sum)
        throw new Error('the sum of a file is wrong');
    return bytes;
}
