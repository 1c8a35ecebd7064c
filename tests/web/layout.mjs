// Guards the looks of a built site: boxes, type and colours of every sort of element against a record.
//
//   node tests/web/layout.mjs OUTPUT RECORD.txt            compares
//   UPDATE=1 node tests/web/layout.mjs OUTPUT RECORD.txt   writes the record anew
//
// README.md says why these are no screenshots.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { boxes, differs } from './parts/boxes.mjs'
import { openPage, settle, withBrowser } from './parts/chromium.mjs'
import { openHost } from './parts/host.mjs'
import { choosePages, fail, readOutput } from './parts/output.mjs'
import { collect } from './parts/problems.mjs'

/** Where pages are looked at; in dark, one width is enough, since only colours may be others there. */
const SETTINGS = [
  { width: 390, scheme: 'light' }, { width: 768, scheme: 'light' }, { width: 1440, scheme: 'light' }, { width: 1440, scheme: 'dark' },
]
const COLOURS = /colour|ground/

if (process.argv.length !== 4) fail('layout', 'usage: [UPDATE=1] node tests/web/layout.mjs OUTPUT RECORD.txt', 2)
const output = readOutput('layout', process.argv[2])
const record = resolve(process.argv[3])
const update = process.env.UPDATE === '1'
if (!update && !existsSync(record)) fail('layout', `there is no ${process.argv[3]}; UPDATE=1 writes it`)
const pages = choosePages(output)

/** All facts: `setting, sort of element` to `page` to facts. */
const now = new Map()
const host = await openHost(output)
try {
  await withBrowser(host.flags, async (browser) => {
    for (const { name, path } of pages) for (const setting of SETTINGS) await look(browser, name, path, setting)
  })
} finally {
  host.close()
}
if (update) {
  mkdirSync(dirname(record), { recursive: true })
  writeFileSync(record, written(now))
  console.log(`layout: wrote ${relative('.', record)}: ${now.size} sorts of elements on ${pages.length} pages`)
} else {
  compare(read(readFileSync(record, 'utf8')))
}

async function look(browser, name, path, { width, scheme }) {
  const page = await openPage(browser, { width, scheme, motion: 'reduce' })
  await settle(page, output.origin + path)
  for (const [sort, facts] of Object.entries(await boxes(page))) {
    const kept = Object.entries(facts).filter(([fact]) => scheme === 'light' ? width === 1440 || !COLOURS.test(fact) : COLOURS.test(fact))
    if (kept.length === 0) continue
    const key = `${width} ${scheme} ${sort}`
    if (!now.has(key)) now.set(key, new Map())
    now.get(key).set(name, Object.fromEntries(kept))
  }
  await page.close()
}

/** A line for each sort of element and what it looks like: pages that agree share it. */
function written(all) {
  const lines = []
  for (const [key, byPage] of all) {
    const shared = new Map()
    for (const [name, facts] of byPage) {
      const text = Object.entries(facts).map(([fact, value]) => `${fact}=${value}`).join('; ')
      shared.set(text, [...shared.get(text) ?? [], name])
    }
    for (const [text, names] of shared) lines.push(`${key} | ${names.join(' ')} | ${text}`)
  }
  return `# Written by UPDATE=1 node tests/web/layout.mjs: width, scheme, element | pages | what it looks like.\n${lines.sort().join('\n')}\n`
}

function read(text) {
  const all = new Map()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [key, names, facts] = line.split(' | ')
    if (!all.has(key)) all.set(key, new Map())
    const values = Object.fromEntries(facts.split('; ').map((fact) => {
      const [name, value] = [fact.slice(0, fact.indexOf('=')), fact.slice(fact.indexOf('=') + 1)]
      return [name, ['x', 'width', 'height', 'gap'].includes(name) ? Number(value) : value]
    }))
    for (const name of names.split(' ')) all.get(key).set(name, values)
  }
  return all
}

function compare(before) {
  const problems = collect('layout')
  const keys = new Set([...before.keys(), ...now.keys()])
  for (const key of keys) {
    const [width, scheme, ...sort] = key.split(' ')
    const names = new Set([...before.get(key)?.keys() ?? [], ...now.get(key)?.keys() ?? []])
    for (const name of names) {
      const [was, is] = [before.get(key)?.get(name), now.get(key)?.get(name)]
      const where = `${name} at ${width} px, ${scheme}`
      if (was === undefined) problems.tell(where, `${sort.join(' ')} is new`)
      else if (is === undefined) problems.tell(where, `${sort.join(' ')} is gone`)
      else {
        for (const fact of new Set([...Object.keys(was), ...Object.keys(is)])) {
          if (differs(fact, was[fact], is[fact])) problems.tell(where, `${sort.join(' ')}: ${fact} was ${was[fact] ?? 'nothing'}, is ${is[fact] ?? 'nothing'}`)
        }
      }
    }
  }
  problems.finish(`${keys.size} sorts of elements on ${pages.length} pages look as they did`)
  if (process.exitCode) console.log(`layout: if it is meant: UPDATE=1 node tests/web/layout.mjs ${process.argv[2]} ${process.argv[3]}`)
}
