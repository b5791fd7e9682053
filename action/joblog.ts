import { randomUUID } from 'node:crypto'
import { appendFile } from 'node:fs/promises'

/** What a step says to the runner that started it. */
export type JobLog = {
  line(text: string): void
  /** Runs the work inside a folded group in which no line is taken for a command of the workflow. */
  group<T>(title: string, work: (quote: (line: string) => void) => Promise<T>): Promise<T>
  notice(title: string, message: string): void
  error(message: string): void
}

export function createJobLog(write: (text: string) => void): JobLog {
  const line = (text: string) => write(`${text}\n`)
  return {
    line: text => line(quoteLine(text)),
    async group(title, work) {
      const token = randomUUID()
      line(`::group::${escapeData(title)}`)
      line(`::stop-commands::${token}`)
      try {
        return await work(text => line(`| ${quoteLine(text)}`))
      } finally {
        line(`::${token}::`)
        line('::endgroup::')
      }
    },
    notice: (title, message) => line(`::notice title=${escapeProperty(title)}::${escapeData(message)}`),
    error: message => line(`::error::${escapeData(message)}`),
  }
}

/** The old form of a command counts wherever it stands in a line, the new one where the line begins. */
function quoteLine(text: string): string {
  const plain = text.replaceAll('##[', '# #[').replaceAll('\r', ' ').replaceAll('\n', ' ')
  return /^\s*::/.test(plain) ? `.${plain}` : plain
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** Outputs of the step. Values are one line each: whoever writes more has made a mistake. */
export async function writeOutputs(
  file: string | null,
  outputs: Readonly<Record<string, string>>,
): Promise<void> {
  if (file === null) return
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value.replace(/[\r\n]/g, ' ')}\n`)
  await appendFile(file, lines.join(''))
}

export async function writeSummary(file: string | null, markdown: string): Promise<void> {
  if (file !== null) await appendFile(file, `${markdown.slice(0, 60_000)}\n`)
}
