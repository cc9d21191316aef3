/** Milliseconds; setTimeout takes no more. */
const longestTimer = 2 ** 31 - 1;

interface Appointment {
  /** Of this clock, milliseconds since the epoch. */
  readonly moment: number;
  readonly act: () => void;
  timer?: NodeJS.Timeout;
}

/**
 * The time of the host: what it waits for in minutes and hours (retries, visibility timeouts, schedules, periods of alarms)
 * it waits for on this clock. It goes as the machine's does, and can be put forward, so that nobody must wait for it.
 * What functions see of time is the machine's.
 */
export class Clock {
  private readonly appointments = new Set<Appointment>();
  /** When, of the machine's time, it was put forward, and by how much. */
  private readonly leaps: { readonly at: number; readonly by: number }[] = [];
  private leapt = 0;

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.leapt;
  }

  /** Milliseconds by which it is ahead of the machine's. */
  get ahead(): number {
    return this.leapt;
  }

  /** What this clock showed at a moment of the machine's time, such as the time stamp of a function. */
  at(machineTime: number): number {
    return this.leaps.reduce((time, { at, by }) => (at <= machineTime ? time + by : time), machineTime);
  }

  /** Acts once when this clock shows the moment, never within the call. Returns how to give it up. */
  when(moment: number, act: () => void): () => void {
    const appointment = { moment, act };
    this.appointments.add(appointment);
    this.arm(appointment);
    return () => this.forget(appointment);
  }

  /** Resolves after some milliseconds of this clock, or once the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        signal.removeEventListener("abort", end);
        giveUp();
        resolve();
      };
      const giveUp = this.when(this.now() + milliseconds, end);
      signal.addEventListener("abort", end, { once: true });
    });
  }

  /** Puts it forward. What is due by then happens at once, in its sequence. */
  advance(milliseconds: number): void {
    // What is kept of times is kept in whole ones.
    const by = Math.round(milliseconds);
    this.leaps.push({ at: Date.now(), by });
    this.leapt += by;
    for (const appointment of [...this.appointments].sort((one, other) => one.moment - other.moment)) {
      this.arm(appointment);
    }
  }

  private arm(appointment: Appointment): void {
    clearTimeout(appointment.timer);
    const left = Math.max(0, appointment.moment - this.now());
    appointment.timer = setTimeout(
      () => {
        if (left > longestTimer) return this.arm(appointment);
        this.forget(appointment);
        appointment.act();
      },
      Math.min(left, longestTimer),
    );
    // A host lives by what it listens on, not by what it waits for.
    appointment.timer.unref();
  }

  private forget(appointment: Appointment): void {
    clearTimeout(appointment.timer);
    this.appointments.delete(appointment);
  }
}
