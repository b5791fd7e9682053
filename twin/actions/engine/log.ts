/** A job's log: every line with its time, secrets replaced by `***`. */
export type Log = {
  write(line: string): void
  mask(secret: string): void
  masked(text: string): string
  text(): string
}

export function createLog(now: () => number): Log {
  const lines: string[] = []
  const secrets = new Set<string>()
  const masked = (text: string) => {
    let clean = text
    for (const secret of secrets) clean = clean.replaceAll(secret, '***')
    return clean
  }
  return {
    write: line => {
      lines.push(`${new Date(now()).toISOString().replace('Z', '0000Z')} ${masked(line)}`)
    },
    mask: secret => {
      // Each line of a secret counts by itself, and base64 of the whole is hidden as the real runner does.
      const parts = [secret, ...secret.split(/\r?\n/), Buffer.from(secret).toString('base64')]
      for (const part of parts) if (part.trim().length > 2) secrets.add(part)
    },
    masked,
    text: () => (lines.length === 0 ? '' : `${lines.join('\n')}\n`),
  }
}
