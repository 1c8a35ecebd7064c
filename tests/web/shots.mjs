// Pictures of a built site, to be looked at: every kind of page at three widths, in light and in dark, whole pages, and the
// article as it is printed (PDF, and its pages as PNG where `pdftoppm` is there). Never judges.
//
//   node tests/web/shots.mjs OUTPUT FOLDER [--only home,post] [--widths 390,768] [--schemes dark]
//
// Names sort by page, width, scheme: 03-post-0390-dark.png. `sheet.mjs` lays them on one picture.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openPage, settle, withBrowser } from './parts/chromium.mjs'
import { openHost } from './parts/host.mjs'
import { choosePages, fail, readOutput } from './parts/output.mjs'

/** What browsers leave round a page that says nothing of it. */
const PAPER_MARGIN = { top: '10mm', right: '10mm', bottom: '10mm', left: '10mm' }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    widths: { type: 'string', default: '390,768,1440' },
    schemes: { type: 'string', default: 'light,dark' },
  },
})
if (positionals.length !== 2) {
  fail('shots', 'usage: node tests/web/shots.mjs OUTPUT FOLDER [--only home,post] [--widths 390,768] [--schemes dark]', 2)
}
const output = readOutput('shots', positionals[0])
const folder = resolve(positionals[1])
const only = values.only?.split(',')
const chosen = choosePages(output).map((page, at) => ({ ...page, number: String(at + 1).padStart(2, '0') }))
const unknown = (only ?? []).filter((name) => !chosen.some((page) => page.name === name))
if (unknown.length > 0) fail('shots', `no page is called ${unknown.join(', ')}; there are ${chosen.map((page) => page.name).join(', ')}`, 2)
mkdirSync(folder, { recursive: true })

const host = await openHost(output)
try {
  await withBrowser(host.flags, async (browser) => {
    for (const page of chosen) {
      if (only && !only.includes(page.name)) continue
      console.log(`shots: ${page.number}-${page.name} ${page.path}`)
      for (const width of values.widths.split(',').map(Number)) {
        for (const scheme of values.schemes.split(',')) await shoot(browser, page, width, scheme)
      }
      if (page.name === 'post') await print(browser, page)
    }
  })
} finally {
  host.close()
}
console.log(`shots: they are in ${folder}`)

async function shoot(browser, { number, name, path }, width, scheme) {
  const page = await openPage(browser, { width, scheme, motion: 'reduce' })
  await settle(page, output.origin + path)
  const file = `${number}-${name}-${String(width).padStart(4, '0')}-${scheme}.png`
  await page.screenshot({ path: join(folder, file), fullPage: true })
  await page.close()
}

async function print(browser, { number, name, path }) {
  const page = await openPage(browser, { width: 1280 })
  await settle(page, output.origin + path)
  const stem = join(folder, `${number}-${name}-print`)
  for (const old of readdirSync(folder)) if (old.startsWith(`${number}-${name}-print`)) rmSync(join(folder, old))
  await page.pdf({ path: `${stem}.pdf`, format: 'a4', preferCSSPageSize: true, printBackground: false, margin: PAPER_MARGIN })
  await page.close()
  try {
    execFileSync('pdftoppm', ['-r', '80', '-png', `${stem}.pdf`, stem])
  } catch (error) {
    console.log(`shots: no pages of the printed article as PNG (apt install poppler-utils): ${error.message}`)
  }
}
