// Other ways to read a page: forced colours, without motion, printed, larger, with more space, without scripts. Each check
// takes a page that stands and gives what is wrong with it; it leaves the page changed, so each wants a page of its own.
import { BODY_TEXT, accessible, sideways } from './seen.mjs'

/** Text of the width of a sheet of A4 between its margins, at 96 px an inch. */
const PAPER_WIDTH = 718
/** WCAG 2.2, 1.4.12. */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }`

/** Colours that the system forces: nothing may lean on colours that are gone. */
export async function forcedColors(page, scheme) {
  await emulate(page, { features: [
    { name: 'forced-colors', value: 'active' },
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-contrast', value: 'custom' },
  ] })
  const took = await page.evaluate(() => matchMedia('(forced-colors: active)').matches)
  return took ? accessible(page) : ['this browser cannot force colours']
}

/** Who wants no motion gets none. */
export async function still(page) {
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }])
  return page.evaluate(() => {
    const wrong = []
    const longest = (list) => Math.max(...list.split(',').map((time) => Number.parseFloat(time) * (time.trim().endsWith('ms') ? 1 : 1000)))
    for (const element of document.querySelectorAll('*')) {
      const style = getComputedStyle(element)
      const moves = style.animationName !== 'none' && longest(style.animationDuration) > 10
      if (moves || longest(style.transitionDuration) > 10) wrong.push(`moves though motion is not wanted: ${element.outerHTML.slice(0, 80)}`)
      if (style.scrollBehavior === 'smooth') wrong.push(`scrolls smoothly though motion is not wanted: ${element.tagName.toLowerCase()}`)
    }
    return wrong.slice(0, 3)
  })
}

/** On paper, from a browser that is dark: dark on white, the text is there, the menu is not, nothing is cut at the side. */
export async function printed(page) {
  await page.setViewport({ width: PAPER_WIDTH, height: 1000 })
  await emulate(page, { media: 'print', features: [{ name: 'prefers-color-scheme', value: 'dark' }] })
  const wrong = await sideways(page)
  wrong.push(...await page.evaluate((texts) => {
    const wrong = []
    const canvas = new OffscreenCanvas(1, 1).getContext('2d')
    for (const element of [document.documentElement, document.body]) {
      canvas.fillStyle = '#fff'
      canvas.fillRect(0, 0, 1, 1)
      canvas.fillStyle = getComputedStyle(element).backgroundColor
      canvas.fillRect(0, 0, 1, 1)
      if (Math.min(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)) < 230) wrong.push(`${element.tagName.toLowerCase()} has a dark ground on paper`)
    }
    const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    for (const element of document.querySelectorAll(['h1', ...texts.flatMap((text) => [`${text} > p`, `${text} > h2`])].join())) {
      if (!shown(element)) wrong.push(`not on paper: ${element.outerHTML.slice(0, 80)}`)
    }
    for (const menu of document.querySelectorAll('body > nav, header nav')) if (shown(menu)) wrong.push('the menu is on paper')
    return wrong
  }, BODY_TEXT))
  wrong.push(...await accessible(page, ['color-contrast']))
  return wrong
}

/** Zoomed to 200 %: half the pixels for the same page. */
export async function zoomed(page) {
  await page.setViewport({ width: 640, height: 450, deviceScaleFactor: 2 })
  return sideways(page)
}

/** Letters twice as large, without zoom: no sideways scroll, nothing cut. */
export async function largeLetters(page) {
  return withStyle(page, 'html { font-size: 200% !important }')
}

/** With the spaces of WCAG 1.4.12: no sideways scroll, nothing cut. */
export async function spaced(page) {
  return withStyle(page, SPACING)
}

/** Adds a style, and tells what scrolls sideways or is cut then and was not before. */
async function withStyle(page, content) {
  const before = new Set(await page.evaluate(cut))
  await page.addStyleTag({ content })
  const wrong = await sideways(page)
  const after = (await page.evaluate(cut)).filter((element) => !before.has(element))
  wrong.push(...after.slice(0, 3).map((element) => `text is cut: ${element}`))
  return wrong
}

/** Elements whose text does not fit and cannot be scrolled to. What is there for screen readers alone is small on purpose. */
function cut() {
  return [...document.body.querySelectorAll('*')].filter((element) => {
    const { overflowX, overflowY, position } = getComputedStyle(element)
    const hides = (value, inside, outside) => /hidden|clip/.test(value) && inside > outside + 2
    const isTiny = position === 'absolute' && element.clientWidth <= 1
    return !isTiny && element.textContent.trim() !== '' && !element.closest('svg')
      && (hides(overflowX, element.scrollWidth, element.clientWidth) || hides(overflowY, element.scrollHeight, element.clientHeight))
  }).map((element) => element.outerHTML.slice(0, 100))
}

/** What a page shows, but its buttons, which may need a script: its lines and how many pictures. */
export async function shown(page) {
  await page.addStyleTag({ content: 'button { display: none !important }' })
  return page.evaluate(() => ({
    lines: document.body.innerText.split('\n').map((line) => line.trim()).filter(Boolean),
    pictures: [...document.images].filter((image) => image.checkVisibility() && image.naturalWidth > 0).length,
  }))
}

/** What the page with scripts shows and the one without does not. */
export function lostWithoutScripts(withScripts, without) {
  const there = new Set(without.lines)
  const wrong = withScripts.lines.filter((line) => !there.has(line)).slice(0, 3).map((line) => `without scripts there is no \`${line.slice(0, 80)}\``)
  if (without.pictures < withScripts.pictures) wrong.push(`without scripts there are ${without.pictures} pictures of ${withScripts.pictures}`)
  return wrong
}

/** Media and features that puppeteer has no word for. */
async function emulate(page, { media = '', features }) {
  const session = await page.createCDPSession()
  await session.send('Emulation.setEmulatedMedia', { media, features })
}
