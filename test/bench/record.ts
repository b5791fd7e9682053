import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeMachine, printTable, type Result } from './print.ts'

const PAGE = fileURLToPath(new URL('../../docs/figures.md', import.meta.url))

/** Replaces what stands between the markers of each bench that ran; the others stay as they were recorded. */
export function record(results: readonly Result[]): void {
  let text = readFileSync(PAGE, 'utf8')
  for (const { name, about, figures } of results) {
    const [start, end] = [`<!-- figures:${name} -->`, `<!-- /figures:${name} -->`]
    const from = text.indexOf(start)
    const to = text.indexOf(end)
    if (from < 0 || to < from)
      throw new Error(`docs/figures.md has no place for "${name}": ${start} … ${end}`)
    const body = `\n${about}\nMeasured on ${describeMachine()}.\n\n${printTable(figures)}\n`
    text = text.slice(0, from + start.length) + body + text.slice(to)
  }
  writeFileSync(PAGE, text)
}
