// What is shown beside the page: the bar, the overlay of errors, the panel of a missing page, short messages.
//
// All of it lives in a shadow root outside of `body`, so that neither the site's styles nor the morphing of the page
// reach it. What the page itself needs (room for the bar, marks) comes by one style sheet that the document adopts.

const PAGE = `
html { padding-bottom: var(--manchette-bar, 0px); scroll-padding-bottom: var(--manchette-bar, 0px) }
a[data-manchette-mark]::after {
  content: attr(data-manchette-mark); display: inline-block; margin-inline-start: .5em; padding: .1em .5em;
  border-radius: 1em; background: #7a4d00; color: #fff; font: 600 11px/1.4 system-ui, sans-serif; letter-spacing: 0;
  text-transform: none; text-decoration: none; vertical-align: middle
}
a[data-manchette-mark="draft"]::after { background: #5b3fb0 }
a[data-manchette-mark="expired"]::after { background: #5c5f66 }
[data-manchette-changed] { outline: 2px solid #2f7de1; outline-offset: 4px; border-radius: 2px; animation: manchette-changed 2s ease-out forwards }
@keyframes manchette-changed { from { background: #2f7de133 } to { outline-color: transparent } }
@media (prefers-reduced-motion: reduce) { [data-manchette-changed] { animation: none } }
@media print { html { padding-bottom: 0 } a[data-manchette-mark]::after { content: none } }
`

const OWN = `
:host { all: initial; color-scheme: light dark }
* { box-sizing: border-box }
[hidden] { display: none !important }
.all {
  --paper: #fff; --ink: #1d1f23; --soft: #565b64; --line: #d5d8dd; --shade: #f3f4f6; --blue: #0b5cad; --red: #b3141d; --amber: #7a4d00; --violet: #5b3fb0;
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--ink)
}
@media (prefers-color-scheme: dark) {
  .all { --paper: #1b1d21; --ink: #eceef1; --soft: #a9afb9; --line: #3b4048; --shade: #262a30; --blue: #82b7f5; --red: #ff9592; --amber: #f3c063; --violet: #c3b1ff }
}
button, a { font: inherit; color: inherit }
button { padding: 3px 9px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); cursor: pointer; white-space: nowrap }
button:hover { background: var(--shade) }
a { color: var(--blue) }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px }
.bar {
  position: fixed; inset: auto 0 0 0; z-index: 2147483600; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; min-height: 42px;
  padding: 6px 14px; background: var(--paper); border-top: 1px solid var(--line); box-shadow: 0 -1px 6px #0000001a
}
.bar > .push { margin-inline-start: auto; display: flex; gap: 6px; align-items: center }
.soft { color: var(--soft) }
.badge { padding: 0 8px; border-radius: 10px; color: #fff; background: #7a4d00; font-weight: 600; font-size: 12px; line-height: 20px }
.badge.draft { background: #5b3fb0 }
.badge.expired { background: #5c5f66 }
.errors { color: var(--red); font-weight: 600 }
.warnings { color: var(--amber) }
.stopped { color: var(--red); font-weight: 600 }
.tab { position: fixed; right: 10px; bottom: 10px; z-index: 2147483600; border-radius: 16px; padding: 4px 12px; box-shadow: 0 1px 6px #0003 }
.tab[data-bad] { border-color: var(--red); color: var(--red); font-weight: 600 }
.panel {
  position: fixed; left: 0; right: 0; bottom: var(--bar, 42px); z-index: 2147483600; max-height: min(60vh, 520px); overflow: auto; padding: 14px;
  background: var(--paper); border-top: 1px solid var(--line); box-shadow: 0 -4px 16px #0000001f; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr)); gap: 18px
}
h2 { margin: 0 0 6px; font-size: 12px; font-weight: 600; color: var(--soft); letter-spacing: .02em }
ul { margin: 0; padding: 0; list-style: none }
li { padding: 1px 0; overflow-wrap: anywhere }
.snippet { padding: 10px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--shade); overflow-wrap: anywhere }
.snippet b { display: block; color: var(--blue); font-weight: 500; font-size: 16px; line-height: 1.3 }
.snippet span { display: block; font-size: 12px; color: var(--soft) }
.snippet p { margin: 3px 0 0 }
.snippet + .snippet { margin-top: 8px }
.card img { display: block; width: 100%; max-height: 150px; object-fit: cover; border-radius: 5px; margin-bottom: 8px }
.snippet .long { color: var(--amber); font-weight: 600 }
.card b { color: var(--ink); font-weight: 600 }
label { display: inline-flex; gap: 6px; align-items: center; margin-top: 8px }
.cover { position: fixed; inset: 0; z-index: 2147483500; background: #0e1014b8; overflow: auto; padding: min(6vh, 48px) 14px calc(var(--bar, 42px) + 24px) }
.overlay { max-width: 940px; margin: 0 auto; padding: 16px 18px; background: var(--paper); border-radius: 10px; border-top: 4px solid var(--red); box-shadow: 0 12px 40px #0006 }
.overlay header { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; margin-bottom: 10px }
.overlay header button { margin-inline-start: auto }
.overlay strong { font-size: 16px; color: var(--red) }
.problem { margin-top: 10px; border: 1px solid var(--line); border-radius: 8px; overflow: hidden }
.problem > button { display: block; width: 100%; border: 0; border-bottom: 1px solid var(--line); border-radius: 0; background: var(--shade); padding: 6px 12px; text-align: start; color: var(--blue); white-space: normal; overflow-wrap: anywhere }
.problem > button:focus-visible { outline-offset: -2px }
pre { margin: 0; padding: 10px 12px; overflow: auto; font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; tab-size: 4 }
pre .said { display: block; white-space: pre-wrap; overflow-wrap: anywhere; padding-inline-start: 6ch; text-indent: -6ch }
.missing { position: fixed; z-index: 2147483550; bottom: calc(var(--bar, 0px) + 14px); right: 14px; left: 14px; max-width: 520px; max-height: 60vh; overflow: auto; margin-inline-start: auto; padding: 12px 16px; background: var(--paper); border: 1px solid var(--line); border-top: 4px solid var(--amber); border-radius: 10px; box-shadow: 0 8px 30px #0004 }
.missing p { margin: 0 0 6px; overflow-wrap: anywhere }
.missing .close { float: right; margin-inline-start: 8px }
.missing a { display: block; padding: 2px 0 }
.missing a span { color: var(--soft); font-size: 12px; margin-inline-start: 6px }
.toast { position: fixed; z-index: 2147483640; left: 50%; bottom: calc(var(--bar, 0px) + 16px); transform: translateX(-50%); max-width: calc(100vw - 28px); padding: 7px 14px; border-radius: 8px; background: #14161a; color: #fff; font: 13px/1.4 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; box-shadow: 0 4px 16px #0006 }
.toast.bad { background: #8f1118 }
@media (max-width: 560px) { .wide { display: none } .bar { gap: 4px 10px; padding: 5px 10px } .panel { padding: 12px 10px } }
@media print { :host { display: none } }
`

/** What is remembered from page to page. Where nothing can be, the bar is as it is at first. */
const remembered = (name) => {
  try { return localStorage.getItem(`manchette-${name}`) } catch { return null }
}
const remember = (name, value) => {
  try { localStorage.setItem(`manchette-${name}`, value) } catch { /* Then it is not remembered. */ }
}

/** An element with text or children. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (key in element) element[key] = value
    else element.setAttribute(key, value)
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

export const many = (number, one) => `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`

function adopt(root, text) {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  return sheet
}

/** The day of a date where the site is, which may be another one where the browser is. */
export function day(date) {
  const [, year, month, number] = /^(\d{4})-(\d\d)-(\d\d)/.exec(date) ?? []
  const there = year ? new Date(Number(year), Number(month) - 1, Number(number)) : new Date(date)
  return there.toLocaleDateString('en', { year: 'numeric', month: 'short', day: 'numeric' })
}

/** A problem with the terminal's words; its place opens the editor. */
export function problemBox(problem, open) {
  const place = problem.file && `${problem.file}${problem.line ? `:${problem.line}` : ''}${problem.column ? `:${problem.column}` : ''}`
  return make('div', { className: 'problem' },
    place && make('button', {
      type: 'button', title: 'Open in the editor', onclick: () => open({ file: problem.file, line: problem.line ?? 1, column: problem.column ?? 1 }),
    }, place),
    make('pre', { tabIndex: 0 }, ...problem.text.trimEnd().split('\n').map((line) => {
      // Code keeps its columns, for the carets; what is said below it may be long.
      // A block ends its line itself.
      return /^\s*= /.test(line) ? make('span', { className: 'said' }, line) : make('span', {}, `${line}\n`)
    })))
}

/** Makes all of it; nothing is seen before the first `draw`. */
export function createBar({ open }) {
  const host = document.createElement('manchette-preview')
  const root = host.attachShadow({ mode: 'open' })
  adopt(document, PAGE)
  const size = adopt(document, '')
  adopt(root, OWN)
  const own = adopt(root, '')
  const all = make('div', { className: 'all' })
  root.append(all)

  const bar = make('section', { className: 'bar', ariaLabel: 'Preview', hidden: true })
  const tab = make('button', { className: 'tab', type: 'button', hidden: true, ariaLabel: 'Show the preview bar', onclick: () => fold(false) })
  const panel = make('section', { className: 'panel', id: 'details', ariaLabel: 'About this page', hidden: true })
  const cover = make('div', { className: 'cover', hidden: true })
  const missing = make('section', { className: 'missing', ariaLabel: 'Missing page', hidden: true })
  const toast = make('div', { className: 'toast', role: 'status', hidden: true })
  all.append(cover, panel, bar, tab, missing, toast)

  let facts = null
  let isStopped = false
  let isFolded = remembered('bar') === 'folded'
  let isOpen = remembered('details') === 'open'
  let dismissed = null
  // What had the focus before the overlay took it.
  let left = null
  let dismissedMissing = null
  let counted = { errors: 0, elsewhere: 0, warnings: 0 }
  let timer = 0

  function fold(value) {
    isFolded = value
    remember('bar', value ? 'folded' : 'open')
    render()
    const next = value ? tab : bar.querySelector('.fold')
    next?.focus()
  }

  /** As much room as the bar takes, below the page and below what stands on the bar. */
  function room() {
    const height = bar.hidden ? 0 : Math.ceil(bar.getBoundingClientRect().height)
    size.replaceSync(`:root { --manchette-bar: ${height}px }`)
    own.replaceSync(`.all { --bar: ${height}px }`)
  }
  new ResizeObserver(room).observe(bar)

  function render() {
    if (!facts) {
      bar.hidden = !isStopped
      if (isStopped) bar.replaceChildren(stoppedWords())
      return room()
    }
    const isShown = facts.bar || isStopped
    bar.hidden = !isShown || isFolded
    tab.hidden = !isShown || !isFolded
    renderTab()
    // Whoever stands on a button of the bar still does.
    const focused = root.activeElement?.dataset.name
    renderBar()
    renderPanel()
    renderOverlay()
    if (focused) root.querySelector(`[data-name="${focused}"]`)?.focus()
    renderMissing()
    room()
  }

  const stoppedWords = () => make('span', { className: 'stopped', role: 'status' }, 'the preview has stopped')

  function renderTab() {
    const isBad = isStopped || counted.errors > 0
    tab.toggleAttribute('data-bad', isBad)
    tab.textContent = isStopped ? 'stopped' : counted.errors > 0 ? `✗ ${counted.errors}` : facts.page?.mark ?? 'preview'
  }

  function renderBar() {
    const page = facts.page
    const parts = []
    if (isStopped) parts.push(stoppedWords())
    if (page?.mark) {
      const when = page.mark === 'future' ? page.date : page.mark === 'expired' ? page.expires : null
      parts.push(make('span', { className: `badge ${page.mark}` }, when ? `${page.mark}: ${day(when)}` : page.mark))
    } else if (page?.held) parts.push(make('span', { className: 'badge future' }, `update: ${day(page.held)}`))
    else if (page?.status === 404) parts.push(make('span', { className: 'badge' }, 'no page here'))
    if (page?.date && page.mark !== 'future') parts.push(make('span', { className: 'soft wide' }, day(page.date)))
    if (page?.words !== undefined && page.file) parts.push(make('span', {}, `${many(page.words, 'word')} · ${page.minutes} min`))
    else if (page && page.status === 200) parts.push(make('span', { className: 'soft' }, page.kind))
    const count = make('a', { href: '/__manchette/#problems', 'data-name': 'count' })
    const { errors, elsewhere, warnings } = counted
    if (errors > 0) count.append(make('span', { className: 'errors' }, many(errors, 'error')))
    if (errors > 0 && warnings > 0) count.append(', ')
    if (warnings > 0) count.append(make('span', { className: 'warnings' }, many(warnings, 'warning')))
    if (errors > 0 || warnings > 0) parts.push(count)
    parts.push(make('a', { href: '/__manchette/', 'data-name': 'all', className: errors > 0 || warnings > 0 ? 'wide' : '' }, 'All posts'))
    if (elsewhere > 0) parts.push(make('span', { className: 'soft wide' }, `${elsewhere} elsewhere`))
    if (!facts.checked && !isStopped) parts.push(make('span', { className: 'soft wide' }, 'checking…'))
    const push = make('span', { className: 'push' })
    if (dismissed !== null && hidesErrors()) {
      push.append(make('button', { type: 'button', 'data-name': 'errors', onclick: () => { dismissed = null; render() } }, 'Show errors'))
    }
    if (page?.file && facts.editor) {
      push.append(make('button', { type: 'button', 'data-name': 'source', onclick: () => open({ file: page.file, line: page.line }) }, 'Open source'))
    }
    push.append(
      make('button', { type: 'button', 'data-name': 'details', ariaExpanded: String(isOpen), onclick: toggle }, 'Details'),
      make('button', { type: 'button', className: 'fold', 'data-name': 'fold', ariaLabel: 'Hide the preview bar', title: 'Hide', onclick: () => fold(true) }, '×'),
    )
    parts.push(push)
    bar.replaceChildren(...parts)
  }

  function toggle() {
    isOpen = !isOpen
    remember('details', isOpen ? 'open' : 'closed')
    render()
  }

  const part = (title, ...children) => make('div', {}, make('h2', {}, title), ...children)
  const list = (items, item, none) => items?.length
    ? make('ul', {}, ...items.map((each) => make('li', {}, item(each))))
    : make('span', { className: 'soft' }, none)
  const length = (what, text, most) => make('span', { className: text.length > most ? 'long' : '' }, `${what}: ${text.length} of ${most} characters`)

  function renderPanel() {
    panel.hidden = bar.hidden || !isOpen
    if (panel.hidden) return
    const page = facts.page
    const follow = make('input', { type: 'checkbox', checked: follows(), 'data-name': 'follow', onchange: () => remember('follow', follow.checked ? 'yes' : 'no') })
    const choice = make('label', {}, follow, 'Scroll to what has changed')
    const tip = make('div', {}, make('div', { className: 'soft' }, 'Alt-click on a block opens its source.'), make('a', { href: '/__manchette/' }, 'All posts, routes and feeds'))
    if (!page?.file) return panel.replaceChildren(part('This page', make('div', {}, page?.kind ?? 'unknown'), choice, tip))
    const title = page.title
    const address = (document.querySelector('link[rel=canonical]')?.href ?? location.href).replace(/^https?:\/\//, '')
    panel.replaceChildren(
      part('In search results and on cards',
        make('div', { className: 'snippet' },
          make('span', {}, address), make('b', {}, cut(title, 60)), make('p', {}, cut(page.description, 155) || 'no description: the first paragraph is missing'),
          length('title', title, 60), length('description', page.description, 155)),
        make('div', { className: 'snippet card' },
          picture(page.image), make('b', {}, title), make('p', {}, page.description))),
      part(many(page.links.length, 'link'), list(page.links, (link) => make('span', {},
        make('a', { href: link.url, target: link.internal ? '' : '_blank', rel: 'noreferrer' }, link.text || link.url), link.internal ? '' : ' ↗'), 'none')),
      part(`Shown in ${many(page.outputs.length, 'output')}`,
        list(page.outputs, (output) => make('a', { href: output.url }, output.what), 'its own page')),
      part('Source', make('div', {}, page.file), choice, tip),
    )
  }

  /** A picture of another host may be one that the page's policy forbids to load. */
  const picture = (address) => {
    if (!address) return make('span', {}, 'no picture')
    const url = new URL(address, location.href)
    return url.origin === location.origin ? make('img', { src: url.pathname, alt: '' }) : make('span', {}, `picture: ${url.href}`)
  }
  const cut = (text, most) => text.length > most ? `${text.slice(0, most - 1)}…` : text
  const errorsHere = () => facts.here.filter((problem) => problem.severity === 'error')
  /** What the errors are, whichever page showed them first and however many others have them: both are found out later. */
  const signature = () => errorsHere().map((problem) => JSON.stringify([problem.code, problem.file, problem.line, problem.column, problem.message])).sort().join('\n')
  const hidesErrors = () => facts.here.some((problem) => problem.severity === 'error') && dismissed === signature()

  function renderOverlay() {
    const errors = errorsHere()
    if (errors.length === 0) dismissed = null
    const wasHidden = cover.hidden
    cover.hidden = errors.length === 0 || dismissed === signature()
    if (cover.hidden) {
      cover.replaceChildren()
      if (!wasHidden && left?.isConnected) left.focus({ preventScroll: true })
      left = null
      return
    }
    const others = facts.here.filter((problem) => problem.severity !== 'error')
    cover.replaceChildren(make('div', { className: 'overlay', role: 'alertdialog', ariaLabel: 'Errors' },
      make('header', {},
        make('strong', {}, many(errors.length, 'error')),
        make('span', { className: 'soft' }, facts.page?.stale ? 'the page below is the last one that could be made' : ''),
        make('button', { type: 'button', 'data-name': 'dismiss', onclick: dismiss }, 'Hide (Escape)')),
      ...[...errors, ...others].map((problem) => problemBox(problem, open))))
    const active = document.activeElement
    // Whoever is typing goes on.
    if (!wasHidden || active?.matches('input, textarea, select') || active?.isContentEditable) return
    left = active
    cover.querySelector('[data-name=dismiss]').focus({ preventScroll: true })
  }

  function dismiss() {
    dismissed = signature()
    render()
  }

  function renderMissing() {
    const page = facts.page
    const isMissing = page?.status === 404 && facts.here.every((problem) => problem.severity !== 'error')
    if (!isMissing) dismissedMissing = null
    missing.hidden = !isMissing || dismissedMissing === location.pathname
    if (missing.hidden) return
    missing.replaceChildren(
      make('button', { type: 'button', className: 'close', ariaLabel: 'Close', onclick: () => { dismissedMissing = location.pathname; render() } }, '×'),
      make('p', {}, make('b', {}, 'There is no page at '), make('code', {}, decode(location.pathname))),
      page.nearest.length > 0 && make('p', { className: 'soft' }, 'The nearest pages:'),
      ...page.nearest.map((near) => make('a', { href: near.url }, near.title, make('span', {}, decode(near.url)))),
      make('a', { href: '/__manchette/' }, 'All posts'))
  }

  const decode = (path) => {
    try { return decodeURI(path) } catch { return path }
  }
  const follows = () => remembered('follow') !== 'no'

  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !facts) return
    if (!cover.hidden) dismiss()
    else if (!panel.hidden && root.activeElement) toggle()
  })
  document.documentElement.append(host)

  return {
    draw(next) {
      facts = next
      // Before the whole site was read over, less is known than before the edit.
      if (next.checked) counted = { errors: next.errors, elsewhere: next.elsewhere, warnings: next.warnings }
      else {
        const elsewhere = Math.max(counted.elsewhere, next.elsewhere)
        counted = { errors: errorsHere().length + elsewhere, elsewhere, warnings: Math.max(counted.warnings, next.warnings) }
      }
      if (!host.isConnected) document.documentElement.append(host)
      render()
      return counted.errors > 0
    },
    stopped(value) {
      if (isStopped === value) return
      isStopped = value
      render()
    },
    isStopped: () => isStopped,
    follows,
    holds: (event) => event.composedPath().includes(host),
    /** Marks a block for a moment, and scrolls to it if it cannot be seen; without one only the last mark goes. */
    show(block, scrolls) {
      document.querySelectorAll('[data-manchette-changed]').forEach((marked) => marked.removeAttribute('data-manchette-changed'))
      if (!block) return
      block.setAttribute('data-manchette-changed', '')
      setTimeout(() => block.removeAttribute('data-manchette-changed'), 2100)
      const { top, bottom } = block.getBoundingClientRect()
      const isSeen = bottom > 0 && top < innerHeight - (bar.hidden ? 0 : bar.offsetHeight)
      const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
      if (scrolls && !isSeen) block.scrollIntoView({ block: 'center', behavior: isCalm ? 'instant' : 'smooth' })
    },
    say(words, isBad = false) {
      toast.textContent = words
      toast.className = isBad ? 'toast bad' : 'toast'
      toast.hidden = false
      clearTimeout(timer)
      timer = setTimeout(() => { toast.hidden = true }, 4000)
    },
  }
}
