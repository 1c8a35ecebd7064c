// News of the preview: one stream of versions for all tabs of a browser.
//
// The tab that holds the lock has the stream, and tells the others. A hidden tab neither listens nor leads: browsers open
// about six connections to a host, and a seventh tab must still load. Whoever comes back asks for the state of things.

const NAME = 'manchette-preview'
const SOONEST = 250
const LATEST = 5000

/**
 * Listens while the tab can be seen. `tell` is called with `{version}` whenever there is another one or the tab can be
 * seen again (then without a number), and with `{gone: true}` when nobody answers.
 */
export function listen(tell) {
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel(NAME) : null
  let source = null
  let waiting = null
  let release = null
  let timer = 0
  let failures = 0

  const pass = (news) => {
    channel?.postMessage(news)
    tell(news)
  }

  const open = () => {
    source = new EventSource('/__manchette/events')
    source.onmessage = (event) => {
      failures = 0
      pass({ version: Number(event.data) })
    }
    source.onerror = () => {
      // The browser would wait for some seconds before it tries again.
      source.close()
      failures += 1
      if (failures > 1) pass({ gone: true })
      timer = setTimeout(open, Math.min(SOONEST * 2 ** (failures - 1), LATEST))
    }
  }

  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = null
    failures = 0
  }

  const start = () => {
    if (waiting || source) return
    if (!navigator.locks || !channel) return open()
    waiting = new AbortController()
    const lead = () => new Promise((resolve) => {
      release = resolve
      open()
    })
    // Giving up waiting for the lead is no error.
    navigator.locks.request(NAME, { signal: waiting.signal }, lead).catch(() => {})
  }

  const stop = () => {
    close()
    if (release) release()
    else waiting?.abort()
    release = null
    waiting = null
  }

  channel?.addEventListener('message', (event) => {
    if (document.visibilityState === 'visible') tell(event.data)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') return stop()
    start()
    tell({})
  })
  addEventListener('pagehide', stop)
  addEventListener('pageshow', (event) => {
    if (!event.persisted || document.visibilityState === 'hidden') return
    start()
    tell({})
  })
  if (document.visibilityState === 'visible') start()
}
