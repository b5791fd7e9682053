/** Modular inverse by the extended Euclidean algorithm. */
export function inverse(value: number, modulus: number): bigint {
  let [r0, r1] = [BigInt(modulus), BigInt(value)]
  let [t0, t1] = [0n, 1n]
  while (r1 !== 0n) {
    const q = r0 / r1
    ;[r0, r1] = [r1, r0 - q * r1]
    ;[t0, t1] = [t1, t0 - q * t1]
  }
  return t0 < 0n ? t0 + BigInt(modulus) : t0
}
