// What every page must be, at any width and in any scheme: nothing sticks out, nothing fails, pictures are there, one
// heading, and nothing that axe-core can see. Each check takes a page that stands and gives what is wrong with it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const AXE = readFileSync(join(fileURLToPath(new URL('.', import.meta.url)), '../node_modules/axe-core/axe.min.js'), 'utf8')
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Where a text is that is read and not only looked at; `pre` and captions are held to AA like all the rest. */
export const BODY_TEXT = ['.prose', '.e-content']
const NOT_BODY_TEXT = ['pre', 'figcaption']

/** Tells what goes wrong while a page loads. To be called before the page goes anywhere. */
export function listen(page, origin, visit, tell) {
  const address = origin + visit.path
  page.on('request', (request) => {
    const asked = request.url()
    if (!asked.startsWith(`${origin}/`) && !asked.startsWith('data:')) tell(`asks another host: ${asked}`)
  })
  page.on('requestfailed', (request) => tell(`failed: ${request.url()} (${request.failure()?.errorText})`))
  page.on('response', (response) => {
    if (response.url() !== address && response.status() >= 400) tell(`${response.status()}: ${response.url()}`)
  })
  page.on('console', (message) => {
    // The browser itself remarks that the page for missing addresses is answered with 404, as it must be.
    const isOwn404 = visit.status === 404 && message.location().url === address && message.text().includes('404')
    if (message.type() === 'error' && !isOwn404) tell(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => tell(`script: ${error.message}`))
}

/** Whether the page can be pushed sideways, and by what. What scrolls by itself (tables, code) may be wide. */
export async function sideways(page) {
  const { scroll, wide } = await page.evaluate(() => {
    const root = document.documentElement
    const edge = root.clientWidth + 1
    const scrolls = (element) => {
      for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(above).overflowX)) return true
      }
      return false
    }
    const wide = [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > edge && !scrolls(element))
      .slice(0, 3).map((element) => element.outerHTML.slice(0, 100))
    return { scroll: root.scrollWidth - root.clientWidth, wide }
  })
  return scroll > 0 ? [`scrolls sideways by ${scroll} px: ${wide.join(' | ')}`] : []
}

/** One heading, a title that says something, pictures that are there. */
export async function contents(page) {
  const seen = await page.evaluate(async () => {
    const images = [...document.images]
    const decoded = await Promise.allSettled(images.map((image) => image.decode()))
    return {
      headings: [...document.querySelectorAll('h1')].map((heading) => heading.textContent.trim()),
      title: document.title.trim(),
      images: images.filter((image, at) => decoded[at].status !== 'fulfilled' || image.naturalWidth === 0)
        .map((image) => image.currentSrc || image.src),
    }
  })
  const wrong = seen.images.map((image) => `picture not loaded: ${image}`)
  if (seen.headings.length !== 1) wrong.push(`${seen.headings.length} h1 elements`)
  if (seen.headings.includes('')) wrong.push('the h1 is empty')
  if (!/^[\p{L}\p{N}«“"]/u.test(seen.title)) wrong.push(`the title is \`${seen.title}\``)
  return wrong
}

/** Violations of WCAG 2.2 A and AA and of axe-core's own best practice; of one rule alone, or of all but one. */
export async function accessible(page, { only, but } = {}) {
  await inject(page)
  const options = {
    runOnly: only ? { type: 'rule', values: [only] } : { type: 'tag', values: LEVELS },
    rules: but ? { [but]: { enabled: false } } : {},
    resultTypes: ['violations'],
  }
  return told(await page.evaluate((options) => axe.run(document, options), options))
}

/** AAA contrast of body text. */
export async function readable(page) {
  await inject(page)
  const found = await page.evaluate((body, not) => {
    const include = body.filter((selector) => document.querySelector(selector))
    if (include.length === 0) return undefined
    const rules = { type: 'rule', values: ['color-contrast-enhanced'] }
    return axe.run({ include, exclude: not }, { runOnly: rules, resultTypes: ['violations'] })
  }, BODY_TEXT, NOT_BODY_TEXT)
  return found === undefined ? [`says nowhere where its text is (${BODY_TEXT.join(' or ')})`] : told(found)
}

async function inject(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
}

function told({ violations }) {
  return violations.map((violation) => {
    const node = violation.nodes[0]
    const why = [...node.any, ...node.all, ...node.none][0]?.message ?? violation.help
    return `axe ${violation.id} (${violation.nodes.length}): ${node.html.slice(0, 160)}: ${why}`
  })
}
