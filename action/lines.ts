import { StringDecoder } from 'node:string_decoder'

const LONGEST = 8192

/** Cuts a stream into lines; a line without an end is handed on in pieces, so that memory stays bounded. */
export function createLineSplitter(onLine: (line: string) => void): {
  push(chunk: Buffer): void
  end(): void
} {
  const decoder = new StringDecoder('utf8')
  let rest = ''

  function take(text: string): void {
    rest += text
    let end = rest.indexOf('\n')
    let from = 0
    while (end >= 0) {
      onLine(rest.slice(from, end).replace(/\r$/, ''))
      from = end + 1
      end = rest.indexOf('\n', from)
    }
    rest = rest.slice(from)
    while (rest.length > LONGEST) {
      onLine(rest.slice(0, LONGEST))
      rest = rest.slice(LONGEST)
    }
  }

  return {
    push: chunk => take(decoder.write(chunk)),
    end() {
      take(decoder.end())
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
