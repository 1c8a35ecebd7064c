// The preview in a page of the site: keeps it the newest, and says what is wrong with it.
//
// Loaded by the one tag that the preview adds to a page. Works under `script-src 'self'`: modules of this origin, style
// sheets made by script, no inline styles; what the site says is shown as text, never as HTML.
(async () => {
  const MAIN = 'main, [role=main]'
  const TITLES = ':is(h1, h2, h3, h4, h5) a[href], a[href][rel~=bookmark]'
  const [{ listen }, { createBar }, assets, { BLOCKS, letters, ownText, hasOtherScripts, morph }, { recognize }] = await Promise.all([
    import('./stream.js'), import('./bar.js'), import('./assets.js'), import('./morph.js'), import('./origin.js'),
  ])
  const bar = createBar({ open: openFile })
  const parser = new DOMParser()
  let facts = null
  // The page as it was sent, and what identifies it: what scripts and readers did to it since is theirs.
  let source = null
  let is = null
  let running = null
  let again = false

  /** What the server knew of the page that it sent, if it said so. */
  const sent = performance.getEntriesByType('navigation')[0]?.serverTiming
    ?.find((timing) => timing.name === 'manchette')?.description

  const json = async (address) => {
    const answer = await fetch(address, { cache: 'no-store' })
    if (!answer.ok) throw new Error(`${answer.status}`)
    return answer.json()
  }
  const here = () => encodeURIComponent(location.pathname)
  const page = async () => {
    const renewed = await json(`/__manchette/page?at=${here()}`)
    return renewed && { is: renewed.is, source: parser.parseFromString(renewed.html, 'text/html') }
  }

  /** Looks once, and once more if there was news meanwhile. */
  function look() {
    again = true
    running ??= (async () => {
      while (again) {
        again = false
        try {
          await renew()
          bar.stopped(false)
        } catch {
          bar.stopped(true)
        }
      }
      running = null
    })()
    return running
  }

  async function renew() {
    let next = await json(`/__manchette/state?at=${here()}`)
    if (next.page?.moved) {
      history.replaceState(history.state, '', next.page.moved + location.search + location.hash)
      next = await json(`/__manchette/state?at=${here()}`)
    }
    const isFirst = facts === null
    facts = next
    if (isFirst && !next.page?.stale) {
      const now = await page()
      source = now?.source ?? null
      is = now?.is ?? null
      // What the page was made of is known if it is that version which was loaded.
      if (now && (!sent || sent === now.is)) recognize(document.body, source.body)
      else if (now && await become(now)) return
      await assets.note()
    } else if (!isFirst && next.page && !next.page.stale && next.page.is !== is) {
      const now = await page()
      if (now && now.is !== is && await become(now)) return
      await assets.note()
    }
    if (!isFirst && await assets.refresh()) return location.reload()
    draw()
  }

  /** The page becomes another version of itself; true if it is loaded again instead. */
  async function become(now) {
    const before = source
    if (!before || hasOtherScripts(before, now.source)) {
      location.reload()
      return true
    }
    source = now.source
    is = now.is
    const block = await morph(before, now.source)
    // Of a page that has moved every link to itself is another, and that is no news.
    const canonical = (source) => source.querySelector('link[rel=canonical]')?.href
    const hasMoved = canonical(before) !== canonical(now.source)
    bar.show(block, !hasMoved && ['post', 'page'].includes(facts.page?.kind) && bar.follows())
    return false
  }

  /** All that is shown beside the page. */
  function draw() {
    const isBroken = bar.draw(facts)
    const title = (source?.title ?? document.title).replace(/^✗ /, '')
    const wanted = isBroken ? `✗ ${title}` : title
    if (document.title !== wanted) document.title = wanted
    for (const link of document.links) {
      const mark = link.origin === location.origin && link.textContent.trim() ? facts.marks[link.pathname] : undefined
      if (mark) link.setAttribute('data-manchette-mark', mark)
      else link.removeAttribute('data-manchette-mark')
    }
  }

  /** Asks for a file to be opened in the editor, and says what came of it. */
  async function openFile(wanted) {
    try {
      const answer = await fetch('/__manchette/open', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Manchette-Token': facts?.token ?? '' },
        body: JSON.stringify(wanted),
      })
      const said = await answer.json().catch(() => null)
      if (answer.ok && said?.file) bar.say(`${said.file}:${said.line}`)
      else bar.say(said?.message ?? 'the editor was not started', true)
    } catch {
      bar.say('the preview does not answer', true)
    }
  }

  /** Which page a block is about: this one, or the one that its entry in a list leads to. */
  function subject(block) {
    const own = (link) => link.origin === location.origin && link.pathname !== location.pathname
    const isText = ['post', 'page'].includes(facts?.page?.kind)
    const text = isText ? document.querySelector('h1')?.closest('article') ?? document.querySelector(MAIN) : null
    for (let around = block; around && around !== document.body; around = around.parentElement) {
      // All that is in there is on the page together.
      if (around === text || around.matches(MAIN)) break
      const isInText = Boolean(text?.contains(around))
      const isEntry = around.matches('article, li, tr, dd')
      if (isInText && !isEntry && around !== block) continue
      const paths = new Set([...around.querySelectorAll(TITLES)].filter(own).map((link) => link.pathname))
      if (paths.size === 1) return [...paths][0]
      if (paths.size > 1) break
      const link = isEntry && !isInText ? around.querySelector('a[href]') : null
      if (link && own(link)) return link.pathname
    }
    return location.pathname
  }

  addEventListener('click', (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.button !== 0 || bar.holds(event)) return
    const block = event.target instanceof Element ? event.target.closest(BLOCKS) ?? event.target : null
    if (!block) return
    event.preventDefault()
    event.stopPropagation()
    const text = ownText(block).trim() || block.textContent.trim()
    const said = letters(text)
    const scope = block.closest('article') ?? document.body
    const alike = [...scope.querySelectorAll(BLOCKS)].filter((other) => letters(ownText(other)) === said)
    const isOutside = !block.closest(`${MAIN}, article`)
    openFile({ at: subject(block), here: location.pathname, outside: isOutside, text, nth: Math.max(alike.indexOf(block), 0) })
  }, true)

  listen((news) => {
    if (news.gone) return bar.stopped(true)
    if (news.version !== undefined && news.version === facts?.version && !bar.isStopped()) return
    look()
  })
  // What sheets and scripts ask for comes later than the page.
  addEventListener('load', () => setTimeout(() => assets.note().catch(() => {}), 0))
  // Whoever cannot listen, since it is in the background, knows itself at least.
  if (document.visibilityState === 'visible') look()
})()
