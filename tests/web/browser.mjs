// Looks at a built site in Chromium, whatever its theme.
//
//   node tests/web/browser.mjs OUTPUT [--quick] [--only post,home]
//
// Some pages of each kind are opened (a theme says the kind in the class of `body`), in light and in dark, at three widths,
// with forced colours, without motion, printed, zoomed, with large letters, with more space, without scripts, and by
// keyboard. What is demanded stands in README.md. `--quick` leaves out all but widths and schemes.
import { parseArgs } from 'node:util'
import { openPage, settle, withBrowser } from './parts/chromium.mjs'
import { openHost } from './parts/host.mjs'
import { byKeyboard, skip } from './parts/keyboard.mjs'
import { overlaps } from './parts/letters.mjs'
import { choosePages, fail, hasPicture, readOutput } from './parts/output.mjs'
import { collect } from './parts/problems.mjs'
import { accessible, contents, listen, readable, sideways } from './parts/seen.mjs'
import { LARGE_LETTERS, forcedColors, largeLetters, lostWithoutScripts, printed, shown, spaced, still, zoomed } from './parts/ways.mjs'

const WIDTHS = [390, 1280, 320]
const SCHEMES = ['light', 'dark']
/** How many browsers share the work. */
const BROWSERS = 3
/** Kinds of pages that are there to be read. */
const TEXTS = ['post', 'page']
/** How many problems of one check are told. */
const MOST = 5

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, 'no-picture': { type: 'boolean', default: false } },
})
if (positionals.length !== 1) fail('browser', 'usage: node tests/web/browser.mjs OUTPUT [--quick] [--only post,home] [--no-picture]', 2)
const output = readOutput('browser', positionals[0])
const visits = choosePages(output).filter(({ name }) => !values.only || values.only.split(',').includes(name))
if (!values['no-picture'] && !values.only && !visits.some(({ kind, html }) => kind === 'post' && hasPicture(html))) {
  fail('browser', 'no post of the output has a picture (--no-picture says that it may be so)')
}

const problems = collect('browser')
const host = await openHost(output)
try {
  // Most of the time is waiting. Each browser has but one page at a time, since only the foremost one has the focus and paints.
  const queue = [...visits]
  await Promise.all(Array.from({ length: BROWSERS }, (_, at) => withBrowser(host.flags, async (browser) => {
    if (at === 0) console.log(`browser: ${await browser.version()}, ${visits.length} pages of ${output.origin}${output.base}/`)
    for (let visit = queue.shift(); visit; visit = queue.shift()) {
      const started = performance.now()
      for (const scheme of SCHEMES) for (const width of WIDTHS) await look(browser, visit, { width, scheme })
      if (!values.quick) await otherWays(browser, visit)
      console.log(`browser: looked at ${visit.name} ${visit.path} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
    }
  })))
  if (!values.quick) {
    await withBrowser([...host.flags, LARGE_LETTERS], async (browser) => {
      for (const visit of visits) for (const width of [1280, 390]) {
        await visitWith(browser, visit, { width, scheme: 'light' }, `with letters of 200 % at ${width} px`, async (page) => some(await largeLetters(page)))
      }
    })
    console.log('browser: looked at all with letters of 200 %')
  }
} finally {
  host.close()
}
problems.finish('all well')

/** One page at one width in one scheme. */
async function look(browser, visit, { width, scheme }) {
  await visitWith(browser, visit, { width, scheme }, `at ${width} px, ${scheme}`, async (page) => [
    ...some(await sideways(page)), ...some(await overlaps(page)), ...some(await contents(page)), ...await accessible(page),
    ...TEXTS.includes(visit.kind) && width > 320 ? await readable(page) : [],
  ])
}

/** One page in all other ways. */
async function otherWays(browser, visit) {
  const at = (width, scheme, way, check) => visitWith(browser, visit, { width, scheme }, way, check)
  for (const scheme of SCHEMES) await at(1280, scheme, `with forced colours, ${scheme}`, (page) => forcedColors(page, scheme))
  await at(1280, 'light', 'without motion', still)
  await at(1280, 'dark', 'printed', printed)
  await at(1280, 'light', 'zoomed to 200 %', zoomed)
  for (const width of [1280, 320]) await at(width, 'light', `with the spaces of WCAG 1.4.12 at ${width} px`, spaced)
  for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light']]) {
    await visitWith(browser, visit, { width, scheme, motion: 'reduce' }, `by keyboard at ${width} px, ${scheme}`, async (page) => some(await byKeyboard(page)))
  }
  await at(1280, 'light', 'by the skip link', skip)
  let withScripts
  await at(1280, 'light', 'with scripts', async (page) => { withScripts = await shown(page); return [] })
  await visitWith(browser, visit, { width: 1280, scripts: false }, 'without scripts', async (page) => (
    withScripts === undefined ? [] : lostWithoutScripts(withScripts, await shown(page))
  ))
}

/** Opens a page, listens while it loads, checks it, and notes what is wrong; the same problem of several ways once. */
async function visitWith(browser, visit, { width, scheme, motion, scripts = true }, way, check) {
  const tell = (what) => problems.tell(`${visit.name} ${visit.path} ${way}`, what)
  const page = await openPage(browser, { width, scheme, motion })
  try {
    if (!scripts) await page.setJavaScriptEnabled(false)
    listen(page, output.origin, visit, tell)
    const response = await settle(page, output.origin + visit.path)
    if (response.status() !== visit.status) tell(`status ${response.status()} instead of ${visit.status}`)
    for (const what of await check(page)) tell(what)
  } catch (error) {
    tell(error.message.split('\n')[0])
  } finally {
    await page.close()
  }
}

/** The first of many that are wrong in the same way. */
function some(wrong) {
  return wrong.length > MOST ? [...wrong.slice(0, MOST), `and ${wrong.length - MOST} more`] : wrong
}
