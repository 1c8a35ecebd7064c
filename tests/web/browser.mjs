// Looks at a built site in Chromium: no sideways scroll, no console errors, no failed requests, nothing from other
// hosts, pictures loaded, one h1, no violation of WCAG 2.2 AA that axe-core can see.
//
//   node tests/web/browser.mjs OUTPUT
//
// The base path is that of the front page's canonical address. One page of each kind is opened (the theme says the kind
// in the class of `body`), with a picture where there is one, at three widths, in light and in dark.
import { readFileSync, readdirSync, existsSync, statSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer from 'puppeteer-core'

const WIDTHS = [390, 1280, 320]
const SCHEMES = ['light', 'dark']
const REQUIRED = ['home', 'post', 'topic', 'archive']
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.webp': 'image/webp', '.avif': 'image/avif',
  '.ico': 'image/x-icon', '.xml': 'application/xml', '.json': 'application/json', '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}

if (!process.argv[2]) {
  console.error('usage: node tests/web/browser.mjs OUTPUT')
  process.exit(2)
}
const output = resolve(process.argv[2])
const here = fileURLToPath(new URL('.', import.meta.url))
const axe = readFileSync(join(here, 'node_modules/axe-core/axe.min.js'), 'utf8')

const base = basePath()
const chosen = choose()
const missing = REQUIRED.filter((kind) => !chosen.has(kind))
if (missing.length > 0) {
  console.error(`browser: the output has no page of the kind ${missing.join(', ')}`)
  process.exit(1)
}
const visits = [...chosen].map(([kind, url]) => ({ kind, url, status: 200 }))
visits.push({ kind: '404', url: `${base}/nothing/is/here/`, status: 404 })

const server = createServer(serve)
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const origin = `http://127.0.0.1:${server.address().port}`
const profile = mkdtempSync(join(tmpdir(), 'manchette-browser-'))
const problems = []
let browser
try {
  browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    userDataDir: profile,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  })
  console.log(`browser: ${await browser.version()}, ${visits.length} pages under ${base || '/'}, ${WIDTHS.length} widths, ${SCHEMES.length} schemes`)
  for (const visit of visits) {
    for (const scheme of SCHEMES) for (const width of WIDTHS) await look(visit, width, scheme)
    console.log(`browser: looked at ${visit.kind} ${visit.url}`)
  }
} finally {
  await browser?.close()
  server.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
}
for (const problem of new Set(problems)) console.error(`browser: ${problem}`)
console.log(problems.length === 0 ? 'browser: all well' : `browser: FAILED, ${new Set(problems).size} problems`)
process.exit(problems.length === 0 ? 0 : 1)

/** One page at one width in one scheme. */
async function look({ kind, url, status }, width, scheme) {
  const page = await browser.newPage()
  const where = `${kind} ${url} at ${width} px, ${scheme}`
  const tell = (what) => problems.push(`${where}: ${what}`)
  const address = origin + url
  try {
    await page.setViewport({ width, height: 900, isMobile: width < 700, hasTouch: width < 700 })
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      const asked = request.url()
      const own = asked.startsWith(`${origin}/`) || asked.startsWith('data:')
      if (!own) tell(`asks another host: ${asked}`)
      own ? request.continue() : request.abort()
    })
    page.on('requestfailed', (request) => tell(`failed: ${request.url()} (${request.failure()?.errorText})`))
    page.on('response', (response) => {
      if (response.url() !== address && response.status() >= 400) tell(`${response.status()}: ${response.url()}`)
    })
    page.on('console', (message) => {
      // The browser itself remarks that the page for missing addresses is answered with 404, as it must be.
      const isOwn404 = status === 404 && message.location().url === address && message.text().includes('404')
      if (message.type() === 'error' && !isOwn404) tell(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => tell(`script: ${error.message}`))
    const response = await page.goto(address, { waitUntil: 'load', timeout: 30_000 })
    await page.waitForNetworkIdle({ idleTime: 100, timeout: 10_000 })
    if (response.status() !== status) tell(`status ${response.status()} instead of ${status}`)
    const seen = await page.evaluate(async () => {
      const images = [...document.images]
      for (const image of images) image.loading = 'eager'
      const decoded = await Promise.allSettled(images.map((image) => image.decode()))
      const root = document.documentElement
      const edge = root.clientWidth + 1
      const inside = (element) => element.closest('pre, .table')
      const wide = [...document.body.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > edge && !inside(element))
        .slice(0, 3).map((element) => element.outerHTML.slice(0, 100))
      return {
        scroll: root.scrollWidth - root.clientWidth,
        wide,
        headings: [...document.querySelectorAll('h1')].map((heading) => heading.textContent.trim()),
        title: document.title.trim(),
        images: images.filter((image, at) => decoded[at].status !== 'fulfilled' || image.naturalWidth === 0)
          .map((image) => image.currentSrc || image.src),
      }
    })
    if (seen.scroll > 0) tell(`scrolls sideways by ${seen.scroll} px: ${seen.wide.join(' | ')}`)
    if (seen.headings.length !== 1) tell(`${seen.headings.length} h1 elements`)
    if (seen.headings.includes('')) tell('the h1 is empty')
    if (!/^[\p{L}\p{N}«“"]/u.test(seen.title)) tell(`the title is \`${seen.title}\``)
    for (const image of seen.images) tell(`picture not loaded: ${image}`)
    await page.evaluate(axe)
    const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), TAGS)
    for (const violation of found.violations) {
      const node = violation.nodes[0]
      const why = [...node.any, ...node.all, ...node.none][0]?.message ?? violation.help
      tell(`axe ${violation.id} (${violation.nodes.length}): ${node.html.slice(0, 160)}: ${why}`)
    }
  } catch (error) {
    tell(error.message)
  } finally {
    await page.close()
  }
}

/** One page of each kind; those with a picture are preferred, then the first by name. */
function choose() {
  const kinds = new Map()
  for (const file of readdirSync(output, { recursive: true }).sort()) {
    if (!file.endsWith('.html') || file === '404.html') continue
    const text = readFileSync(join(output, file), 'utf8')
    const kind = /<body[^>]*\bclass="[^"]*\bkind-([a-z0-9]+)/.exec(text)?.[1]
    if (!kind) continue
    const url = `${base}/${file.split(sep).map(encodeURIComponent).join('/').replace(/(^|\/)index\.html$/, '$1')}`
    const rank = (kind === 'home' && file === 'index.html' ? 2 : 0) + (/<main[^]*<img /.test(text) ? 1 : 0)
    if (!kinds.has(kind) || rank > kinds.get(kind).rank) kinds.set(kind, { url, rank })
  }
  if (kinds.has('post') && kinds.get('post').rank === 0) {
    console.error('browser: no post of the output has a picture')
    process.exit(1)
  }
  return new Map([...kinds].map(([kind, { url }]) => [kind, url]))
}

/** The path of `base_url`, without its final slash. */
function basePath() {
  const canonical = /<link rel="canonical" href="([^"]+)"/.exec(readFileSync(join(output, 'index.html'), 'utf8'))?.[1]
  if (!canonical) {
    console.error('browser: the front page has no canonical address')
    process.exit(1)
  }
  return new URL(canonical).pathname.replace(/\/$/, '')
}

/** As static hosts do: folders by their index.html, everything else that is missing by 404.html. */
function serve(request, response) {
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
  const below = path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : undefined
  let file = below === undefined ? undefined : join(output, below)
  if (file !== undefined && relative(output, file).startsWith('..')) file = undefined
  if (file !== undefined && existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html')
  const found = file !== undefined && existsSync(file)
  const sent = found ? file : join(output, '404.html')
  response.writeHead(found ? 200 : 404, { 'content-type': TYPES[extname(sent)] ?? 'application/octet-stream' })
  response.end(readFileSync(sent))
}
