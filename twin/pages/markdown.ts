import { type Html, html } from './html.ts'

/** As much of Markdown as comments of people and bots use: headings, lists, tables, fences, emphasis, links. */
export function markdown(text: string): Html {
  const lines = text
    .replace(/<!--[\s\S]*?-->/g, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
  const blocks: string[] = []
  for (let at = 0; at < lines.length; ) {
    const taken = block(lines, at)
    blocks.push(taken.html)
    at += Math.max(1, taken.lines)
  }
  return { html: blocks.join('\n') }
}

type Block = { html: string; lines: number }

function block(lines: string[], at: number): Block {
  const line = lines[at] ?? ''
  if (line.trim() === '') return { html: '', lines: 1 }
  const fence = /^\s*(```+|~~~+)/.exec(line)?.[1]
  if (fence) return fenced(lines, at, fence)
  const heading = /^(#{1,6})\s+(.*)$/.exec(line)
  if (heading) return { html: `<h3>${inline(heading[2] ?? '')}</h3>`, lines: 1 }
  if (/^\s*<\/?(details|summary)\b[^>]*>/.test(line)) return { html: detailTags(line), lines: 1 }
  if (/^\s*\|.*\|\s*$/.test(line)) return table(run(lines, at, /^\s*\|/))
  if (/^\s*([-*]|\d+\.)\s+/.test(line)) return list(run(lines, at, /^\s*([-*]|\d+\.)\s+/))
  if (/^>/.test(line)) return quote(run(lines, at, /^>/))
  const rows = run(lines, at, /^(?!\s*$|#|\s*```|\s*\||\s*[-*]\s|>|\s*<\/?(details|summary))/)
  const shown = rows.length > 0 ? rows : [line]
  return { html: `<p>${shown.map(inline).join('<br>')}</p>`, lines: shown.length }
}

function run(lines: string[], at: number, like: RegExp): string[] {
  const end = lines.findIndex((line, index) => index >= at && !like.test(line))
  return lines.slice(at, end === -1 ? undefined : end)
}

function fenced(lines: string[], at: number, fence: string): Block {
  const end = lines.findIndex((line, index) => index > at && line.trim().startsWith(fence))
  const rows = lines.slice(at + 1, end === -1 ? undefined : end)
  return { html: html`<pre>${rows.join('\n')}</pre>`.html, lines: rows.length + 2 }
}

function table(rows: string[]): Block {
  const cells = (row: string) => row.trim().slice(1, -1).split('|')
  const shown = rows.filter(row => !/^[\s|:-]+$/.test(row))
  const body = shown.map((row, index) => {
    const tag = index === 0 ? 'th' : 'td'
    return `<tr>${cells(row)
      .map(cell => `<${tag}>${inline(cell.trim())}</${tag}>`)
      .join('')}</tr>`
  })
  return { html: `<table>${body.join('')}</table>`, lines: rows.length }
}

function list(rows: string[]): Block {
  const items = rows.map(row => `<li>${inline(row.replace(/^\s*([-*]|\d+\.)\s+/, ''))}</li>`)
  return { html: `<ul>${items.join('')}</ul>`, lines: rows.length }
}

function quote(rows: string[]): Block {
  return {
    html: `<blockquote>${rows.map(row => inline(row.replace(/^>\s?/, ''))).join('<br>')}</blockquote>`,
    lines: rows.length,
  }
}

/** The only tags that pass through; everything else is text. */
function detailTags(line: string): string {
  return inline(line).replace(/&lt;(\/?(?:details|summary))(?:\s+open)?&gt;/g, '<$1>')
}

/** Escapes first, so that nothing in the text can become a tag. */
function inline(text: string): string {
  return html`${text}`.html
    .split(/(`[^`]+`)/)
    .map(part => (/^`[^`]+`$/.test(part) ? `<code>${part.slice(1, -1)}</code>` : emphasise(part)))
    .join('')
}

function emphasise(text: string): string {
  return text
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/(^|\W)_([^_]+)_(?=\W|$)/g, '$1<i>$2</i>')
    .replace(/\[([^\]]+)\]\(((?:https?:\/\/|\/)[^\s)]+)\)/g, '<a href="$2">$1</a>')
    .replace(/(^|[\s(])(https?:\/\/[^\s<)]+)/g, '$1<a href="$2">$2</a>')
}
