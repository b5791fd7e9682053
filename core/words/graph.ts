import type { Part } from '../epic.ts'
import type { TaskState } from '../state.ts'

/** Who waits for whom, as a picture that GitHub draws (Mermaid). */

/** More than this are folded away, and what is done is drawn as one. */
const MOST_OPEN = 40
/** More than this nobody reads, and GitHub draws no more than 500 links. */
const MOST = 150

export function drawGraph(parts: readonly Part[]): string {
  const linked = parts.some(({ after }) => after.length > 0)
  if (!linked) return ''
  if (parts.length <= MOST_OPEN) return draw(parts, new Set())
  const done = new Set(parts.filter(({ state }) => state.is === 'merged').map(({ number }) => number))
  const drawn = parts.filter(({ number }) => !done.has(number)).slice(0, MOST)
  const left = parts.length - done.size - drawn.length
  const summary = `The graph of ${parts.length} tasks${left > 0 ? `; ${left} of them are not drawn` : ''}`
  return `<details><summary>${summary}</summary>\n\n${draw(drawn, done)}\n\n</details>`
}

function draw(parts: readonly Part[], done: ReadonlySet<number>): string {
  const drawn = new Set(parts.map(({ number }) => number))
  const nodes = parts.map(
    ({ number, title, state }) => `  n${number}["${number} · ${label(title)}"]:::${colour(state)}`,
  )
  const links = parts.flatMap(({ number, after }) => [
    ...after.filter(one => drawn.has(one)).map(one => `  n${one} --> n${number}`),
    ...(after.some(one => done.has(one)) ? [`  done --> n${number}`] : []),
  ])
  const folded = done.size === 0 ? [] : [`  done["${done.size} merged"]:::merged`]
  return ['```mermaid', 'graph LR', ...folded, ...nodes, ...links, ...CLASSES, '```', '', LEGEND].join('\n')
}

const CLASSES = [
  '  classDef merged fill:#d3f9d8,stroke:#2b8a3e,color:#000',
  '  classDef atwork fill:#d0ebff,stroke:#1864ab,color:#000',
  '  classDef shown fill:#fff3bf,stroke:#e67700,color:#000',
  '  classDef stuck fill:#ffe3e3,stroke:#c92a2a,color:#000',
  '  classDef waiting fill:#f1f3f5,stroke:#868e96,color:#000',
]

const LEGEND = '<sub>🟩 merged · 🟦 at work · 🟨 pull request · 🟥 stuck · ⬜ waits, or nobody asks</sub>'

function colour(state: TaskState): string {
  switch (state.is) {
    case 'merged':
      return 'merged'
    case 'claimed':
    case 'running':
    case 'attempted':
      return 'atwork'
    case 'proposed':
      return 'shown'
    case 'stuck':
    case 'malformed':
      return 'stuck'
    default:
      return 'waiting'
  }
}

const LONGEST_LABEL = 40

/** Letters, digits and plain marks only: a title is anybody's text, and quotes, brackets or a fence would end the label or the picture. */
function label(title: string): string {
  const plain = title
    .replace(/[^\p{L}\p{N} .,:/_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length <= LONGEST_LABEL
    ? plain
    : `${[...plain]
        .slice(0, LONGEST_LABEL - 1)
        .join('')
        .trimEnd()}…`
}
