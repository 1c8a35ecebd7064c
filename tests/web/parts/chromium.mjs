// Chromium with an empty profile and a host of its own. Never asks the network for anything.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'

const FLAGS = [
  '--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--font-render-hinting=none', '--force-color-profile=srgb',
  '--hide-scrollbars',
]

/** Runs `work` with a browser, and ends it whatever happens. Flags are those of the host, if any. */
export async function withBrowser(flags, work) {
  const profile = mkdtempSync(join(tmpdir(), 'manchette-browser-'))
  // Chromium's sandbox does not run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  let browser
  try {
    browser = await puppeteer.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      headless: true,
      userDataDir: profile,
      // A page of 300 topics is long work on a busy machine.
      protocolTimeout: 120_000,
      args: [...FLAGS, ...sandbox, ...flags],
    })
    return await work(browser)
  } finally {
    await browser?.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A new page of a width and a scheme; below 700 px it is a phone. */
export async function openPage(browser, { width, height = 900, scheme = 'light', motion = 'no-preference' }) {
  const page = await browser.newPage()
  const phone = width < 700
  await page.setViewport({ width, height, isMobile: phone, hasTouch: phone })
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: motion },
  ])
  return page
}

/** Goes to an address and waits until fonts and pictures, also those below, are there. */
export async function settle(page, address) {
  const response = await page.goto(address, { waitUntil: 'load', timeout: 60_000 })
  await page.evaluate(async () => {
    for (const image of document.images) image.loading = 'eager'
    await Promise.allSettled([...document.images].map((image) => image.decode()))
    await document.fonts.ready
  })
  return response
}
