// Port to password hashing.

export interface Passwords {
  /** Whether `password` matches the Argon2id hash. */
  verify(hash: string, password: string): Promise<boolean>;
}
