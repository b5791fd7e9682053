import { styleText } from 'node:util'

/** The demo's voice: chapters, and lines with the time since the first of them. */
export type Screen = {
  chapter(title: string): void
  /** A sentence of the teller. */
  say(text: string): void
  /** Something that happened; `who` is a person, GitHub, a runner or Chorus. */
  line(who: Voice, text: string): void
  /** As it is, for tables and histories. */
  plain(text: string): void
}

export type Voice = 'person' | 'github' | 'chorus' | 'runner'

const COLOURS = { person: 'magenta', github: 'blue', chorus: 'green', runner: 'yellow' } as const
const NAMES = { person: 'person', github: 'GitHub', chorus: 'Chorus', runner: 'runner' } as const

export function createScreen(out: NodeJS.WritableStream, now: () => number): Screen {
  let start: number | null = null
  const write = (text: string): void => void out.write(`${text}\n`)
  return {
    chapter: title => write(`\n${styleText('bold', title)}`),
    say: text => write(text === '' ? '' : styleText('dim', text)),
    line: (who, text) => {
      start ??= now()
      write(`${stamp(now() - start)}  ${styleText(COLOURS[who], NAMES[who].padEnd(6))}  ${text}`)
    },
    plain: write,
  }
}

/** Seconds with one decimal, right-aligned. */
function stamp(ms: number): string {
  return styleText('dim', `${(ms / 1000).toFixed(1).padStart(6)} s`)
}
