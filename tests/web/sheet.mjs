// Many pictures on one, to be looked at fast. Never judges.
//
//   node tests/web/sheet.mjs FOLDER SHEET.png [--match 0390-light] [--columns 4] [--rows 1] [--cell 380] [--tall 1500]
//                            [--beside OLDER]
//
// `--match` is a regular expression for file names; `--tall` cuts what is longer; `--beside` lays the picture of the same
// name from another folder (the round before) to the left of each. What does not fit goes on SHEET-2.png and so on.
import { closeSync, existsSync, openSync, readSync, readdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { withBrowser } from './parts/chromium.mjs'
import { fail } from './parts/output.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    match: { type: 'string', default: '' },
    columns: { type: 'string', default: '4' },
    rows: { type: 'string', default: '1' },
    cell: { type: 'string', default: '380' },
    tall: { type: 'string', default: '1500' },
    beside: { type: 'string' },
  },
})
if (positionals.length !== 2) {
  fail('sheet', 'usage: node tests/web/sheet.mjs FOLDER SHEET.png [--match 0390-light] [--columns 4] [--rows 1] [--cell 380] [--tall 1500] [--beside OLDER]', 2)
}
const [folder, sheet] = positionals.map((path) => resolve(path))
const match = new RegExp(values.match)
const [columns, rows, cell, tall] = [values.columns, values.rows, values.cell, values.tall].map(Number)
const folders = values.beside ? [resolve(values.beside), folder] : [folder]
const names = readdirSync(folder).filter((name) => name.endsWith('.png') && match.test(name) && join(folder, name) !== sheet).sort()
if (names.length === 0) fail('sheet', `no picture in ${folder} is called like ${values.match}`, 2)
const cells = names.flatMap((name) => folders.map((from) => figure(join(from, name), from === folder ? name : `before: ${name}`)))

const scratch = mkdtempSync(join(tmpdir(), 'manchette-sheet-'))
try {
  await withBrowser(['--allow-file-access-from-files'], async (browser) => {
    for (let at = 0; at < cells.length; at += columns * rows) {
      const number = at / (columns * rows) + 1
      const path = number === 1 ? sheet : sheet.replace(/(\.png)?$/, `-${number}.png`)
      const some = cells.slice(at, at + columns * rows)
      writeFileSync(join(scratch, 'sheet.html'), document(some))
      const page = await browser.newPage()
      await page.setViewport({ width: Math.min(columns, some.length) * (cell + 8) + 8, height: 100 })
      await page.goto(pathToFileURL(join(scratch, 'sheet.html')).href, { waitUntil: 'load' })
      await page.screenshot({ path, fullPage: true })
      await page.close()
      console.log(`sheet: ${some.length} pictures on ${path}`)
    }
  })
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function document(figures) {
  return `<!DOCTYPE html><meta charset="utf-8"><style>
  body { margin: 0; padding: 8px; width: max-content; display: grid; gap: 12px 8px; align-items: start; background: #777;
    grid-template-columns: repeat(${Math.min(columns, figures.length)}, ${cell}px); font: 12px sans-serif; color: #fff }
  figure { margin: 0 } figcaption { padding: 2px 0; white-space: nowrap; overflow: hidden }
  .cut { max-height: ${tall}px; overflow: hidden } img { display: block; width: 100% }
</style>${figures.join('\n')}`
}

function figure(path, caption) {
  if (!existsSync(path)) return `<figure><figcaption>${caption}: there is none</figcaption></figure>`
  const { width, height } = size(path)
  return `<figure><figcaption>${caption}, ${width} × ${height}</figcaption><div class="cut"><img src="${pathToFileURL(path).href}"></div></figure>`
}

/** Width and height, from the head of a PNG file. */
function size(path) {
  const head = Buffer.alloc(24)
  const file = openSync(path, 'r')
  readSync(file, head, 0, 24, 0)
  closeSync(file)
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
}
