/** What the first bytes of an HTTP response say about it. */
export interface ResponseHead {
  status: number;
  bodyBytes: number;
  /** Bytes of head and body together. */
  totalBytes: number;
}

/**
 * Reads just enough of a response to know where it ends; undefined until the head is complete.
 *
 * Throws on a response without Content-Length: reading chunked bodies would cost the load generator more than the
 * servers under test save by sending them.
 */
export function readHead(bytes: Buffer): ResponseHead | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length === null) throw new Error(`a response without Content-Length: ${head.split('\r\n')[0]}`);
  const bodyBytes = Number(length[1]);
  return { status: Number(head.slice(9, 12)), bodyBytes, totalBytes: end + 4 + bodyBytes };
}

/** The request that an API server would send with this review, head and body in one buffer. */
export function requestBytes(review: Buffer, port: number): Buffer {
  const head = [
    'POST /mutate-pods?timeout=2s HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'User-Agent: kube-apiserver-admission',
    `Content-Length: ${review.length}`,
    'Accept: application/json, */*',
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), review]);
}
