// Other ways to read a page: forced colours, without motion, printed, larger, with more space, without scripts. Each check
// takes a page that stands and gives what is wrong with it; it leaves the page changed, so each wants a page of its own.
import { cut, overlaps } from './letters.mjs'
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
  // axe-core takes `-webkit-text-fill-color` for the colour of letters, which is forced as well, but not told so.
  return took ? [...await accessible(page, { but: 'color-contrast' }), ...await page.evaluate(refusing)] : ['this browser cannot force colours']
}

/** Words that keep their own colours though others are forced. Runs in the page. */
function refusing() {
  return [...document.body.querySelectorAll('*')]
    .filter((element) => getComputedStyle(element).forcedColorAdjust !== 'auto' && !element.closest('svg, pre') && element.textContent.trim() !== '')
    .slice(0, 3).map((element) => `refuses forced colours: ${element.outerHTML.slice(0, 80)}`)
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
  wrong.push(...await accessible(page, { only: 'color-contrast' }))
  return wrong
}

/** Zoomed to 200 %: half the pixels for the same page. */
export async function zoomed(page) {
  await page.setViewport({ width: 640, height: 450, deviceScaleFactor: 2 })
  return sideways(page)
}

/** The browser's setting for letters that are twice as large as usual. */
export const LARGE_LETTERS = '--blink-settings=defaultFontSize=32'

/** Large letters without zoom, in a browser with that setting: nothing is cut, covered or pushed aside. */
export async function largeLetters(page) {
  const wrong = [...await sideways(page), ...await overlaps(page), ...(await cut(page)).map((text) => `text is cut: ${text}`)]
  const size = await page.evaluate(() => Number.parseFloat(getComputedStyle(document.querySelector('main p, main li') ?? document.body).fontSize))
  if (size < 22) wrong.push(`letters stay as small as ${size} px`)
  return wrong
}

/** With the spaces of WCAG 1.4.12: no sideways scroll, and nothing covered or cut that was not before. */
export async function spaced(page) {
  const before = new Set(await cut(page))
  await page.addStyleTag({ content: SPACING })
  const wrong = await sideways(page)
  const after = (await cut(page)).filter((text) => !before.has(text))
  wrong.push(...after.slice(0, 3).map((text) => `text is cut: ${text}`))
  wrong.push(...(await overlaps(page)).slice(0, 3))
  return wrong
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
