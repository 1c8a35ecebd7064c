// Holds a built site to 100 points of Lighthouse in performance, accessibility, best practices and SEO, as a phone.
//
//   node tests/web/lighthouse.mjs OUTPUT [--runs 4] [--only home,post] [--report FOLDER]
//
// The pages: the front page, the article with the most kinds of blocks, a plain one, a topic, the archive and a month of it.
// Each is measured until it has all points for its speed, at most `--runs` times, since the machine may be busy with something
// else: noise makes a page slower, never faster, so the best run says what the page can do. All runs are told.
//
// The profile of a phone multiplies the time that this machine's processor took by four, so a slow or a shared machine is a
// phone that nobody has. A page whose speed is short in all runs is measured half as often again with the processor as it is:
// the network stays that of a phone, and what is short then counts. What was short before is told.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import lighthouse, { defaultConfig } from 'lighthouse'
import { withBrowser } from './parts/chromium.mjs'
import { openHost } from './parts/host.mjs'
import { choosePages, fail, readOutput } from './parts/output.mjs'
import { collect } from './parts/problems.mjs'

const PAGES = ['home', 'post', 'post-plain', 'topic', 'archive', 'archive-month']
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo']
const METRICS = {
  'first-contentful-paint': 'first paint', 'largest-contentful-paint': 'largest paint', 'total-blocking-time': 'blocked',
  'cumulative-layout-shift': 'shift', 'speed-index': 'speed index',
}
/** Slow 4G for a processor like this machine's. */
const OWN_PROCESSOR = { ...defaultConfig.settings.throttling, cpuSlowdownMultiplier: 1 }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '4' }, only: { type: 'string' }, report: { type: 'string' } },
})
if (positionals.length !== 1) fail('lighthouse', 'usage: node tests/web/lighthouse.mjs OUTPUT [--runs 4] [--only home,post] [--report FOLDER]', 2)
const output = readOutput('lighthouse', positionals[0])
const pages = choosePages(output).filter(({ name }) => (values.only?.split(',') ?? PAGES).includes(name))
if (values.report) mkdirSync(resolve(values.report), { recursive: true })

const problems = collect('lighthouse')
const host = await openHost(output)
try {
  await withBrowser(host.flags, async (browser) => {
    for (const page of pages) await measure(browser, page)
  })
} finally {
  host.close()
}
problems.finish('100 points everywhere')

/** Measures one page; what is still missing in the best run is told. */
async function measure(browser, { name, path }) {
  const most = Number(values.runs)
  const runs = []
  const again = async (flags) => {
    const { lhr, report } = await run(browser, output.origin + path, flags)
    runs.push(lhr)
    for (const warning of lhr.runWarnings) console.log(`lighthouse: ${name} ${path} warns: ${warning}`)
    if (values.report) writeFileSync(join(resolve(values.report), `${name}-${runs.length}.html`), report)
    const { cpuSlowdownMultiplier: slower } = lhr.configSettings.throttling
    console.log(`lighthouse: ${name} ${path}, run ${runs.length}${slower === 1 ? ', the processor as it is' : ''}: ${points(lhr)}`)
  }
  while (runs.length < most && !runs.some(isDone)) await again({})
  while (runs.length < most + Math.ceil(most / 2) && !runs.some(isDone)) await again({ throttling: OWN_PROCESSOR })
  if (runs.length > most && runs.some(isDone)) console.log(`lighthouse:   a phone's processor was not to be had from this machine`)
  const medians = Object.entries(METRICS).map(([id, label]) => {
    const found = runs.map((run) => run.audits[id].numericValue ?? 0).sort((one, other) => one - other)
    const median = found[Math.floor(found.length / 2)]
    return `${label} ${id === 'cumulative-layout-shift' ? median.toFixed(4) : `${Math.round(median)} ms`}`
  })
  console.log(`lighthouse:   ${runs.length > 1 ? `median of ${runs.length}: ` : ''}${medians.join(', ')}`)
  // Each category by its own best run: a busy moment in one says nothing of another.
  for (const category of CATEGORIES) {
    const best = runs.reduce((one, other) => ((other.categories[category].score ?? 0) > (one.categories[category].score ?? 0) ? other : one))
    for (const what of lost(best, category)) problems.tell(`${name} ${path}`, what)
  }
}

/** One run, which nothing of the runs before may help. */
async function run(browser, address, flags) {
  const page = await browser.newPage()
  try {
    return await lighthouse(address, { logLevel: 'error', output: 'html', ...flags }, undefined, page)
  } finally {
    await page.close()
  }
}

/** The points of a run, in words. */
function points(run) {
  return CATEGORIES.map((category) => `${category} ${Math.round((run.categories[category].score ?? 0) * 100)}`).join(', ')
}

/** Whether another run could give no more: all was measured, and only the speed can be another next time. */
function isDone(run) {
  return run.categories.performance.score === 1 && CATEGORIES.every((category) => run.categories[category].score !== null)
}

/** Why a run has less than all points in a category: an error, or the audits that cost points. */
function lost(run, category) {
  const { score, auditRefs } = run.categories[category]
  if (score === 1) return []
  const costly = auditRefs.filter(({ id, weight }) => weight > 0 && isCostly(run.audits[id])).map(({ id }) => {
    const audit = run.audits[id]
    const items = (audit.details?.items ?? []).slice(0, 3).map(told).filter(Boolean)
    const more = [audit.displayValue, audit.explanation, audit.errorMessage, ...items].filter(Boolean).join('; ')
    return `${id}: ${audit.title}${more ? `: ${more}` : ''}`
  })
  const head = `${category} ${score === null ? 'could not be measured' : Math.round(score * 100)}`
  const reasons = run.runtimeError ? [run.runtimeError.message, ...costly] : costly
  return reasons.length === 0 ? [head] : reasons.map((reason) => `${head}: ${reason}`)
}

function isCostly(audit) {
  return audit.scoreDisplayMode === 'error' || (audit.score !== null && audit.score < 1)
}

/** What an item of an audit's table points at. */
function told(item) {
  return item.node?.snippet ?? item.url ?? item.description ?? item.source?.snippet
}
