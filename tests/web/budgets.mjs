// What the front page weighs, and that nothing moves while it and an article load.
//
//   node tests/web/budgets.mjs OUTPUT
//
// Bytes are counted as they are, not as they travel; both are told. Layout shifts are counted at three widths, with fonts and
// pictures and half of the page at once and late, down to the end of the page.
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { openPage, settle, withBrowser } from './parts/chromium.mjs'
import { openHost, transferred } from './parts/host.mjs'
import { choosePages, fail, fileOf, readOutput } from './parts/output.mjs'
import { collect } from './parts/problems.mjs'

/** Bytes, of the front page. */
const LIMITS = { css: 30_000, js: 10_000, first: 150_000 }
/** Below this it is no shift but rounding. */
const SHIFT = 0.0005
const WIDTHS = [390, 768, 1440]
const PAGES = ['home', 'post', 'topic', 'archive-month']
/** How many milliseconds late fonts and pictures come: after the first paint, and one after the other. */
const LATE = { '.woff2': 1000, '.woff': 1000, '.svg': 500, '.png': 500, '.jpg': 500, '.jpeg': 500, '.webp': 500, '.avif': 500 }
/** And the second half of a page, so that the first is painted before any script hears that all is there. */
const LATE_HALF = 400

if (process.argv.length !== 3) fail('budgets', 'usage: node tests/web/budgets.mjs OUTPUT', 2)
const output = readOutput('budgets', process.argv[2])
const pages = choosePages(output).filter(({ name }) => PAGES.includes(name))
const problems = collect('budgets')
const host = await openHost(output)
try {
  await withBrowser(host.flags, async (browser) => {
    await weigh(browser, pages.find(({ name }) => name === 'home'))
    for (const page of pages) {
      for (const late of [false, true]) {
        host.delay = late ? (file) => LATE[extname(file)] ?? 0 : () => 0
        host.drip = late ? LATE_HALF : 0
        const shifts = []
        for (const width of WIDTHS) shifts.push(await shift(browser, page, width, late))
        console.log(`budgets: layout shift of ${page.name}${late ? ', much of it late' : ''}: ${shifts.map((value, at) => `${value.toFixed(4)} at ${WIDTHS[at]} px`).join(', ')}`)
      }
    }
  })
} finally {
  host.close()
}
problems.finish('all kept')

/** What the front page loads at its widest, but pictures; scripts and styles within the page count as well. */
async function weigh(browser, home) {
  const loaded = new Map()
  for (const width of WIDTHS) {
    const page = await openPage(browser, { width })
    await page.setCacheEnabled(false)
    page.on('response', (response) => {
      const type = response.request().resourceType()
      if (type !== 'image' && response.url().startsWith(output.origin)) loaded.set(new URL(response.url()).pathname, type)
    })
    await settle(page, output.origin + home.path)
    await page.close()
  }
  const sums = { css: [0, 0], js: [0, 0], fonts: [0, 0], first: [0, 0] }
  const add = (kind, plain, sent) => { sums[kind][0] += plain; sums[kind][1] += sent }
  for (const [path, type] of loaded) {
    const file = fileOf(output, decodeURIComponent(path))
    if (file === undefined) continue
    const body = readFileSync(file)
    const sent = transferred(file, body)
    add('first', body.length, sent)
    if (type === 'stylesheet') add('css', body.length, sent)
    if (type === 'script') add('js', body.length, sent)
    if (type === 'font') add('fonts', body.length, sent)
  }
  const inline = (tag, counts) => [...home.html.matchAll(new RegExp(`<${tag}((?:\\s[^>]*)?)>([^]*?)</${tag}>`, 'g'))]
    .filter(([, attributes]) => counts(attributes)).reduce((sum, [, , text]) => sum + Buffer.byteLength(text), 0)
  // They travel as part of the page, so their share of what is sent is not known; it counts whole.
  const [styles, scripts] = [inline('style', () => true), inline('script', (attributes) => !/application\/(ld\+)?json/.test(attributes))]
  add('css', styles, styles)
  add('js', scripts, scripts)
  console.log(`budgets: the front page loads ${[...loaded.keys()].join(' ')}`)
  for (const [kind, label] of [['css', 'styles'], ['js', 'scripts'], ['fonts', 'fonts'], ['first', 'first load without pictures']]) {
    const [plain, sent] = sums[kind]
    const limit = LIMITS[kind]
    console.log(`budgets: ${label}: ${kilobytes(plain)}, ${kilobytes(sent)} compressed${limit ? ` (less than ${kilobytes(limit)})` : ''}`)
    if (plain >= limit) problems.tell(home.path, `${label}: ${kilobytes(plain)} of ${kilobytes(limit)}, before compression`)
  }
}

/** All that moves while a page loads and is scrolled through, at one width. */
async function shift(browser, { name, path }, width, late) {
  const page = await openPage(browser, { width })
  // Each visit is somebody's first.
  await page.setCacheEnabled(false)
  await page.evaluateOnNewDocument(() => {
    window.shifts = []
    const told = (node) => (node?.nodeType === 1 ? node.outerHTML.slice(0, 90) : node?.textContent?.slice(0, 60) ?? 'something')
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        window.shifts.push({ value: entry.value, what: entry.sources.slice(0, 2).map((source) => told(source.node)) })
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(output.origin + path, { waitUntil: 'load', timeout: 60_000 })
  await page.evaluate(async (late) => {
    const pause = (time) => new Promise((done) => setTimeout(done, time))
    // What comes late must come while its place is on the screen: the browser hides what moves above it.
    const onScreen = (image) => image.getBoundingClientRect().top < innerHeight && image.getBoundingClientRect().bottom > 0
    const arrived = async () => {
      for (let waited = 0; waited < 3000 && [...document.images].some((image) => onScreen(image) && !image.complete); waited += 20) await pause(20)
    }
    if (late) await pause(1000)
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight * 0.8) {
      scrollTo({ top: y, behavior: 'instant' })
      await pause(40)
      await arrived()
    }
    await document.fonts.ready
    await Promise.allSettled([...document.images].map((image) => image.complete || image.decode()))
    await pause(100)
  }, late)
  const shifts = await page.evaluate(() => window.shifts)
  await page.close()
  const sum = shifts.reduce((total, { value }) => total + value, 0)
  if (sum >= SHIFT) {
    const [worst] = shifts.sort((one, other) => other.value - one.value)
    problems.tell(`${name} ${path} at ${width} px${late ? ', much of it late' : ''}`, `layout shift ${sum.toFixed(4)}: ${worst.what.join(' | ')}`)
  }
  return sum
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}
