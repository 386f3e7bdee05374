import { promisify } from 'node:util';
import { brotliDecompress, unzip } from 'node:zlib';

const unzipAsync = promisify(unzip);
const unbrotliAsync = promisify(brotliDecompress);

/**
 * The body without its content codings, of which a server may use any that it likes unless it is told otherwise. Undefined if it
 * is damaged, of a coding that is not known, or larger than `maxBytes` once unpacked.
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Buffer | undefined> {
  let bytes: Buffer | undefined = body;
  for (const coding of codingsOf(contentEncoding).reverse()) {
    // An answer without a body, to a 304 say, may name a coding all the same.
    if (bytes === undefined || bytes.length === 0) return bytes;
    bytes = await unpack(bytes, coding, maxBytes);
  }
  return bytes;
}

function codingsOf(contentEncoding = ''): string[] {
  const names = contentEncoding.split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

async function unpack(bytes: Buffer, coding: string, maxOutputLength: number): Promise<Buffer | undefined> {
  try {
    switch (coding) {
      case 'gzip':
      case 'x-gzip':
      case 'deflate':
        return await unzipAsync(bytes, { maxOutputLength });
      case 'br':
        return await unbrotliAsync(bytes, { maxOutputLength });
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}
