// All posts, problems, routes and feeds of the site that is previewed. Rows are made as they come into view.

import { day, make, many, problemBox } from './bar.js'
import { listen } from './stream.js'

const AT_ONCE = 100
const rows = document.querySelector('#rows')
const none = document.querySelector('#none')
const end = document.querySelector('#end')
const search = document.querySelector('#search')
const state = document.querySelector('#state')
const said = document.querySelector('#said')
const tabs = [...document.querySelectorAll('nav a')]

let site = null
let chosen = []
let shown = 0
let timer = 0

const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const decode = (path) => {
  try { return decodeURI(path) } catch { return path }
}

const LISTS = {
  posts: {
    words: (post) => [post.title, post.file, post.source, post.mark, ...post.topics].filter(Boolean).join(' '),
    row: (post) => make('li', {},
      make('span', { className: 'title' }, post.mark && make('span', { className: `badge ${post.mark}` }, post.mark), make('a', { href: post.url }, post.title)),
      facts(post.date && day(post.date), post.kind === 'post' ? null : post.kind, post.source, post.topics.join(', '), many(post.words, 'word'), post.file),
      site.editor && make('button', { type: 'button', ariaLabel: `Open the source of ${post.title}`, onclick: () => open({ file: post.file, line: 1 }) }, 'Open source')),
    none: 'There are no posts.',
  },
  problems: {
    words: (problem) => problem.text,
    row: (problem) => make('li', { className: 'whole' }, problemBox(problem, open)),
    none: 'Nothing is wrong.',
  },
  routes: {
    words: (route) => `${decode(route.url)} ${route.what}`,
    row: (route) => make('li', { className: 'whole' }, make('a', { href: route.url }, make('code', {}, decode(route.url))), facts(route.what)),
    none: 'Nothing is served.',
  },
  feeds: {
    words: (feed) => `${decode(feed.url)} ${feed.what}`,
    row: (feed) => make('li', { className: 'whole' },
      make('a', { href: `feed?at=${encodeURIComponent(feed.url)}` }, feed.what), facts(decode(feed.url))),
    none: 'The site has no feeds.',
  },
}

const facts = (...parts) => make('span', { className: 'more' }, ...parts.filter(Boolean).map((part) => make('span', {}, part)))
const list = () => LISTS[location.hash.slice(1)] ? location.hash.slice(1) : 'posts'

function choose() {
  const wanted = plain(search.value).split(/\s+/).filter(Boolean)
  const { words, none: nothing } = LISTS[list()]
  const items = site[list()]
  chosen = wanted.length === 0 ? items : items.filter((item) => {
    item.sought ??= plain(words(item))
    return wanted.every((word) => item.sought.includes(word))
  })
  none.hidden = chosen.length > 0
  none.textContent = items.length === 0 ? nothing : 'Nothing is found.'
}

/** More rows, until the end of them is out of sight. */
function more() {
  while (site && shown < chosen.length && end.getBoundingClientRect().top < innerHeight + 600) {
    const next = chosen.slice(shown, shown + AT_ONCE)
    rows.append(...next.map(LISTS[list()].row))
    shown += next.length
  }
}
new IntersectionObserver(more, { rootMargin: '600px' }).observe(end)

/** Shows the list anew; `keep` leaves the reader where they are. */
function render(keep) {
  if (!site) return
  for (const tab of tabs) {
    const name = tab.hash.slice(1)
    tab.querySelector('span').textContent = site[name].length.toLocaleString('en')
    if (name === list()) tab.setAttribute('aria-current', 'page')
    else tab.removeAttribute('aria-current')
  }
  const counts = [site.errors > 0 && many(site.errors, 'error'), site.warnings > 0 && many(site.warnings, 'warning')].filter(Boolean)
  state.textContent = [counts.join(', ') || (site.checked ? 'all well' : ''), site.checked ? '' : 'checking…'].filter(Boolean).join(' · ')
  state.className = site.errors > 0 ? 'bad' : ''
  document.title = `${site.errors > 0 ? '✗ ' : ''}Preview of ${site.title}`
  const home = document.querySelector('#home')
  home.textContent = site.title || 'Preview'
  home.href = site.home
  choose()
  const y = scrollY
  const made = keep ? Math.max(shown, AT_ONCE) : AT_ONCE
  shown = Math.min(made, chosen.length)
  rows.replaceChildren(...chosen.slice(0, shown).map(LISTS[list()].row))
  scrollTo({ top: keep ? y : 0, behavior: 'instant' })
  more()
}

async function open(wanted) {
  let words = 'opened in the editor'
  let isBad = true
  try {
    const answer = await fetch('open', {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Manchette-Token': site.token }, body: JSON.stringify(wanted),
    })
    const told = await answer.json().catch(() => null)
    isBad = !answer.ok
    words = answer.ok ? `${wanted.file}:${wanted.line}` : told?.message ?? 'the file was not found'
  } catch {
    words = 'the preview does not answer'
  }
  said.textContent = words
  said.className = isBad ? 'bad' : ''
  said.hidden = false
  clearTimeout(timer)
  timer = setTimeout(() => { said.hidden = true }, 4000)
}

let asking = null
let again = false
async function look() {
  again = true
  asking ??= (async () => {
    while (again) {
      again = false
      try {
        site = await (await fetch('site.json', { cache: 'no-store' })).json()
        render(true)
      } catch {
        state.textContent = 'the preview has stopped'
        state.className = 'bad'
      }
    }
    asking = null
  })()
}

search.addEventListener('input', () => render(false))
addEventListener('hashchange', () => render(false))
listen((news) => {
  if (news.gone) {
    state.textContent = 'the preview has stopped'
    state.className = 'bad'
    if (site) site.version = null
  } else if (news.version === undefined || news.version !== site?.version) look()
})
look()
