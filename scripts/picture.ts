import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `npm run picture`: plays the demo and draws what it printed as docs/demo.svg, the picture of the README. */

const root = fileURLToPath(new URL('..', import.meta.url))
const COLUMNS = 118
const LINE = 18
const PAD = 22

/** Colours of the terminal, by ANSI code. */
const STYLES: Readonly<Record<string, string>> = {
  '1': 'font-weight="bold" fill="#f0f6fc"',
  '2': 'fill="#8b949e"',
  '32': 'fill="#56d364"',
  '33': 'fill="#e3b341"',
  '34': 'fill="#79c0ff"',
  '35': 'fill="#d2a8ff"',
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the escape character that begins a colour
const CODE = /(\u001b\[[0-9;]*m)/
const PLAIN = 'fill="#c9d1d9"'

function playDemo(): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, FORCE_COLOR: '1' }
    const child = spawn(process.execPath, [`${root}cli/main.ts`, 'demo'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    child.on('close', code => (code === 0 ? resolve(text) : reject(new Error(`the demo ended with ${code}`))))
  })
}

/** Addresses of this run would only look stale in a picture. */
function tidy(text: string): string {
  return text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:…')
}

function drawLine(line: string, row: number): string {
  let left = COLUMNS
  let style = PLAIN
  const spans: string[] = []
  for (const part of line.split(CODE)) {
    const code = /^.\[([0-9;]*)m$/.exec(part)?.[1]
    if (code !== undefined) {
      style = STYLES[code] ?? PLAIN
      continue
    }
    const shown = part.length > left ? `${part.slice(0, left - 1)}…` : part
    left -= shown.length
    if (shown !== '') spans.push(`<tspan ${style}>${escapeXml(shown)}</tspan>`)
    if (left <= 0) break
  }
  return `<text x="${PAD}" y="${PAD + 30 + row * LINE}" xml:space="preserve">${spans.join('')}</text>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function drawPicture(text: string): string {
  const lines = ['\u001b[2m$ npm run demo\u001b[22m', ...tidy(text).trimEnd().split('\n')]
  const [width, height] = [2 * PAD + COLUMNS * 8.45, 2 * PAD + 34 + lines.length * LINE]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<circle cx="24" cy="20" r="6" fill="#ff5f56"/><circle cx="44" cy="20" r="6" fill="#ffbd2e"/><circle cx="64" cy="20" r="6" fill="#27c93f"/>
${lines.map(drawLine).join('\n')}
</svg>
`
}

writeFileSync(`${root}docs/demo.svg`, drawPicture(await playDemo()))
