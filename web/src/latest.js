/**
 * Latest runs one task at a time. Of the calls that come meanwhile only the newest is run after it,
 * so that results come in order and none waits behind what nobody wants any more.
 */
export class Latest {
  /**
   * @param {(...args) => Promise} task
   * @param {(result, ...args) => void} done
   * @param {(error: Error) => void} failed is told unless a newer call waits
   */
  constructor(task, done, failed) {
    Object.assign(this, { task, done, failed, busy: false, next: null });
  }

  async run(...args) {
    this.next = args;
    if (this.busy) return;
    this.busy = true;
    while (this.next) {
      const now = this.next;
      this.next = null;
      try {
        this.done(await this.task(...now), ...now);
      } catch (error) {
        if (!this.next) this.failed(error);
      }
    }
    this.busy = false;
  }
}
