/** One event of a stream: its bytes as they came, blank line included, and the text of its data; null without data. */
export type SseEvent = { raw: Buffer; data: string | null }

export type SseSplitter = {
  /** Events that these bytes complete. */
  push(chunk: Buffer): SseEvent[]
  /** What came without a blank line behind it; null when there is nothing. */
  end(): SseEvent | null
}

const [LF, CR] = [10, 13]

/** Cuts a stream where blank lines are. Bytes, not text: a chunk may end within a character. */
export function createSseSplitter(): SseSplitter {
  let parts: Buffer[] = []
  /** Bytes of the line under way, and the last of them. */
  let line = 0
  let last = 0

  function finish(): SseEvent {
    const raw = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    parts = []
    return { raw, data: readData(raw) }
  }

  return {
    push(chunk) {
      const events: SseEvent[] = []
      let from = 0
      let at = 0
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, at)) {
        const length = line + end - at
        const before = end > at ? chunk[end - 1] : last
        const blank = length === 0 || (length === 1 && before === CR)
        at = end + 1
        line = 0
        last = LF
        if (!blank) continue
        parts.push(chunk.subarray(from, at))
        events.push(finish())
        from = at
      }
      if (from < chunk.length) parts.push(chunk.subarray(from))
      line += chunk.length - at
      if (at < chunk.length) last = chunk[chunk.length - 1]!
      return events
    },
    end: () => (parts.length === 0 ? null : finish()),
  }
}

function readData(raw: Buffer): string | null {
  const lines = raw.toString('utf8').split(/\r\n|\n|\r/)
  const data = lines.filter(one => one.startsWith('data:')).map(one => one.slice(one[5] === ' ' ? 6 : 5))
  return data.length === 0 ? null : data.join('\n')
}
