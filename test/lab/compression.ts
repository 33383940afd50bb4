import { promisify } from 'node:util';
import { gunzip, inflate, zstdDecompress } from 'node:zlib';

const decompressors: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  identity: (bytes) => Promise.resolve(bytes),
  gzip: promisify<Buffer, Buffer>(gunzip),
  deflate: promisify<Buffer, Buffer>(inflate),
  zstd: promisify<Buffer, Buffer>(zstdDecompress),
};

/** @param encoding as in Content-Encoding or grpc-encoding @throws for one that is not known, and for bytes that are not in it */
export function decompressed(bytes: Buffer, encoding = 'identity'): Promise<Buffer> {
  const decompress = decompressors[encoding];
  if (decompress === undefined) throw new Error(`unknown encoding ${encoding}`);
  return decompress(bytes);
}
