// A host for a built site, as a good static host is: HTTPS with HTTP/2, compressed text, the right types, caching, 404.html
// for what does not exist. Never answers for another site, and listens on the loopback only.
//
// The browser is told that the site's own host name is here (`--host-resolver-rules`) and that its certificate, made anew
// each time, is good. So pages are looked at under the very addresses that they name themselves.
import { execFileSync } from 'node:child_process'
import { X509Certificate, createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { fileOf } from './output.mjs'

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.gif': 'image/gif',
  '.webp': 'image/webp', '.avif': 'image/avif', '.ico': 'image/x-icon', '.xml': 'application/xml',
  '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2', '.woff': 'font/woff', '.pdf': 'application/pdf',
}
const COMPRESSED = /^text\/|json|xml|javascript|x-icon/

/**
 * Serves an output until `close` is called. `flags` are for Chromium. `delay(file)` may hold an answer back by some
 * milliseconds, and can be changed at any time; so can `drip`, the pause within a page, of which the second half comes so much
 * later than the first (and is not compressed).
 */
export async function openHost(output) {
  const packed = new Map()
  const host = { delay: () => 0, drip: 0 }
  const answer = (request, response) => {
    const url = new URL(request.url, output.origin)
    const found = fileOf(output, decodeURIComponent(url.pathname))
    const file = found ?? join(output.root, '404.html')
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    const headers = { 'content-type': type, 'cache-control': cacheControl(file), 'x-content-type-options': 'nosniff' }
    let body = readFileSync(file)
    const drips = host.drip > 0 && file.endsWith('.html')
    if (COMPRESSED.test(type) && !drips) {
      const accepted = String(request.headers['accept-encoding'] ?? '')
      const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined
      headers.vary = 'accept-encoding'
      if (encoding) {
        headers['content-encoding'] = encoding
        body = pack(packed, file, encoding, body)
      }
    }
    headers['content-length'] = body.length
    const send = () => {
      if (response.destroyed || response.stream?.destroyed) return
      response.writeHead(found ? 200 : 404, headers)
      if (request.method === 'HEAD') return response.end()
      if (!drips) return response.end(body)
      const half = body.length >> 1
      response.write(body.subarray(0, half))
      setTimeout(() => response.destroyed || response.stream?.destroyed || response.end(body.subarray(half)), host.drip)
    }
    const pause = host.delay(file)
    pause > 0 ? setTimeout(send, pause) : send()
  }
  const address = new URL(output.origin)
  const secure = address.protocol === 'https:'
  const certificate = secure ? selfSigned(address.hostname) : undefined
  const server = secure ? createSecureServer({ ...certificate, allowHTTP1: true }, answer) : createServer(answer)
  const sessions = new Set()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {})
  })
  server.on('sessionError', () => {})
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const port = address.port || (secure ? 443 : 80)
  const here = `127.0.0.1:${server.address().port}`
  // No other name exists: what a page asks of another host fails, and reaches nobody.
  host.flags = [`--host-resolver-rules=MAP ${address.hostname}:${port} ${here}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`]
  if (secure) host.flags.push(`--ignore-certificate-errors-spki-list=${fingerprint(certificate.cert)}`)
  host.close = () => {
    server.close()
    for (const session of sessions) session.destroy()
    server.closeAllConnections?.()
  }
  return host
}

/** How many bytes a host that compresses well sends for a file's content. */
export function transferred(file, body) {
  const type = TYPES[extname(file)] ?? ''
  return COMPRESSED.test(type) ? pack(new Map(), file, 'br', body).length : body.length
}

/** Files whose name tells their content are kept for ever, other files for a day, pages are asked for again. */
function cacheControl(file) {
  if (/\.[0-9a-f]{8,}\.[a-z0-9]+$/.test(file)) return 'public, max-age=31536000, immutable'
  return file.endsWith('.html') ? 'public, max-age=0, must-revalidate' : 'public, max-age=86400'
}

function pack(packed, file, encoding, body) {
  const key = `${encoding} ${file}`
  if (!packed.has(key)) {
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }
    packed.set(key, encoding === 'br' ? brotliCompressSync(body, quality) : gzipSync(body, { level: 9 }))
  }
  return packed.get(key)
}

/** A key and a certificate for a host name, good for some days, by the program openssl: Node can read but not make one. */
function selfSigned(name) {
  const folder = mkdtempSync(join(tmpdir(), 'manchette-host-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7',
      '-keyout', key, '-out', cert, '-subj', `/CN=${name}`.slice(0, 60), '-addext', `subjectAltName=DNS:${name}`,
    ], { stdio: ['ignore', 'ignore', 'pipe'] })
    return { key: readFileSync(key), cert: readFileSync(cert) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As Chromium's switch wants it: SHA-256 of the public key. */
function fingerprint(certificate) {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64')
}
